package dev.vitrine.data.feature;

import dev.vitrine.data.event.EventType;
import java.util.Arrays;

/**
 * What is kept of one shopper, in arrays that start empty and grow with use. Changed by one thread
 * under its stripe's write lock of {@link ShopperTable}; a reader copies it with {@link #copy}, and
 * throws the copy away when something changed meanwhile.
 *
 * <p>Interactions lie in order of time (equal times in order of the log) in a buffer a quarter
 * longer than the limit; only the last {@code limit} count, and a full buffer is moved down by that
 * quarter, so that adding one is cheap and needs no ring.
 */
final class ShopperLedger extends Recency.Entry {
    private static final int[] NO_INTS = new int[0];
    private static final long[] NO_LONGS = new long[0];
    private static final String[] NO_TEXTS = new String[0];
    private static final int TYPE_BITS = 5;
    private static final int TYPES = EventType.values().length;
    private static final int MOST_PIECES = 1_000_000;

    final long person;
    long version;
    private int size;
    private int[] items = NO_INTS;
    private long[] stamps = NO_LONGS;
    private String[] queries = NO_TEXTS;
    private long[] queryTimes = NO_LONGS;
    private int[] cartItems = NO_INTS;
    private int[] cartPieces = NO_INTS;
    private int[] boughtItems = NO_INTS;
    private int[] boughtCounts = NO_INTS;
    private long[] boughtTimes = NO_LONGS;
    private final int[] counts = new int[TYPES];
    private long[] visitors = NO_LONGS;

    ShopperLedger(long person) {
        this.person = person;
    }

    void count(EventType type) {
        counts[type.ordinal()]++;
    }

    void interact(int item, EventType type, long time, int limit) {
        insert(item, (time << TYPE_BITS) | type.ordinal(), limit);
    }

    private void insert(int item, long stamp, int limit) {
        long time = stamp >> TYPE_BITS;
        int at = size;
        while (at > 0 && stamps[at - 1] >> TYPE_BITS > time) {
            at--;
        }
        if (size >= limit && at <= size - limit) {
            return;
        }
        if (size == items.length) {
            at -= makeRoom(limit);
        }
        System.arraycopy(items, at, items, at + 1, size - at);
        System.arraycopy(stamps, at, stamps, at + 1, size - at);
        items[at] = item;
        stamps[at] = stamp;
        size++;
    }

    /** Grows the buffer, or drops what no longer counts; returns by how much it moved down. */
    private int makeRoom(int limit) {
        int longest = limit + Math.max(1, limit / 4);
        if (size < longest) {
            int length = Math.min(longest, Math.max(4, size * 2));
            items = Arrays.copyOf(items, length);
            stamps = Arrays.copyOf(stamps, length);
            return 0;
        }
        int drop = size - limit;
        System.arraycopy(items, drop, items, 0, limit);
        System.arraycopy(stamps, drop, stamps, 0, limit);
        size = limit;
        return drop;
    }

    int size() {
        return size;
    }

    int item(int place) {
        return items[place];
    }

    long time(int place) {
        return stamps[place] >> TYPE_BITS;
    }

    int type(int place) {
        return (int) stamps[place] & ((1 << TYPE_BITS) - 1);
    }

    void search(String query, long time, int limit) {
        int last = queries.length - 1;
        if (last >= 0 && queries[last].equals(query)) {
            queryTimes[last] = Math.max(queryTimes[last], time);
            return;
        }
        int keep = Math.min(queries.length, limit - 1);
        String[] texts = Arrays.copyOfRange(queries, queries.length - keep, queries.length + 1);
        long[] times =
                Arrays.copyOfRange(queryTimes, queryTimes.length - keep, queryTimes.length + 1);
        texts[keep] = query;
        times[keep] = time;
        queries = texts;
        queryTimes = times;
    }

    /** The last search when it was at most {@code reach} milliseconds before; else empty. */
    String searchedBefore(long time, long reach) {
        int last = queries.length - 1;
        return last >= 0 && Math.abs(time - queryTimes[last]) <= reach ? queries[last] : "";
    }

    void addToCart(int item, double pieces, int limit) {
        int added = pieces(pieces);
        int at = indexOf(cartItems, item);
        if (at >= 0) {
            cartPieces[at] = Math.min(MOST_PIECES, cartPieces[at] + added);
            return;
        }
        int drop = cartItems.length >= limit ? 1 : 0;
        int length = cartItems.length - drop;
        cartItems = Arrays.copyOfRange(cartItems, drop, cartItems.length + 1);
        cartPieces = Arrays.copyOfRange(cartPieces, drop, cartPieces.length + 1);
        cartItems[length] = item;
        cartPieces[length] = added;
    }

    void removeFromCart(int item, double pieces) {
        int at = indexOf(cartItems, item);
        if (at < 0) {
            return;
        }
        int left = cartPieces[at] - pieces(pieces);
        if (left > 0) {
            cartPieces[at] = left;
        } else {
            takeFromCart(item);
        }
    }

    void takeFromCart(int item) {
        int at = indexOf(cartItems, item);
        if (at >= 0) {
            cartItems = without(cartItems, at);
            cartPieces = without(cartPieces, at);
        }
    }

    void emptyCart() {
        cartItems = NO_INTS;
        cartPieces = NO_INTS;
    }

    void buy(int item, long time, int limit) {
        bought(item, 1, time, time, limit);
    }

    private void bought(int item, int times, long first, long last, int limit) {
        int at = indexOf(boughtItems, item);
        int count = times;
        long earliest = first;
        long latest = last;
        if (at >= 0) {
            count += boughtCounts[at];
            earliest = Math.min(earliest, boughtTimes[2 * at]);
            latest = Math.max(latest, boughtTimes[2 * at + 1]);
            removeBought(at);
        } else if (boughtItems.length >= limit) {
            removeBought(0);
        }
        int place = boughtItems.length;
        boughtItems = Arrays.copyOf(boughtItems, place + 1);
        boughtCounts = Arrays.copyOf(boughtCounts, place + 1);
        boughtTimes = Arrays.copyOf(boughtTimes, 2 * place + 2);
        while (place > 0 && boughtTimes[2 * place - 1] > latest) {
            boughtItems[place] = boughtItems[place - 1];
            boughtCounts[place] = boughtCounts[place - 1];
            boughtTimes[2 * place] = boughtTimes[2 * place - 2];
            boughtTimes[2 * place + 1] = boughtTimes[2 * place - 1];
            place--;
        }
        boughtItems[place] = item;
        boughtCounts[place] = count;
        boughtTimes[2 * place] = earliest;
        boughtTimes[2 * place + 1] = latest;
    }

    private void removeBought(int at) {
        boughtItems = without(boughtItems, at);
        boughtCounts = without(boughtCounts, at);
        long[] times = new long[boughtTimes.length - 2];
        System.arraycopy(boughtTimes, 0, times, 0, 2 * at);
        System.arraycopy(boughtTimes, 2 * at + 2, times, 2 * at, times.length - 2 * at);
        boughtTimes = times;
    }

    /** Takes in the past of another ledger, as when a visitor turns out to be this user. */
    void absorb(ShopperLedger other, FeatureSettings.ShopperLimits limits) {
        int from = Math.max(0, other.size - limits.interactions());
        for (int i = from; i < other.size; i++) {
            insert(other.items[i], other.stamps[i], limits.interactions());
        }
        absorbSearches(other, limits.searches());
        for (int i = 0; i < other.cartItems.length; i++) {
            addToCart(other.cartItems[i], other.cartPieces[i], limits.cart());
        }
        for (int i = 0; i < other.boughtItems.length; i++) {
            bought(
                    other.boughtItems[i],
                    other.boughtCounts[i],
                    other.boughtTimes[2 * i],
                    other.boughtTimes[2 * i + 1],
                    limits.purchases());
        }
        for (int i = 0; i < TYPES; i++) {
            counts[i] += other.counts[i];
        }
    }

    private void absorbSearches(ShopperLedger other, int limit) {
        String[] mine = queries;
        long[] mineTimes = queryTimes;
        queries = NO_TEXTS;
        queryTimes = NO_LONGS;
        int i = 0;
        int j = 0;
        while (i < mine.length || j < other.queries.length) {
            if (j == other.queries.length
                    || (i < mine.length && mineTimes[i] <= other.queryTimes[j])) {
                search(mine[i], mineTimes[i++], limit);
            } else {
                search(other.queries[j], other.queryTimes[j++], limit);
            }
        }
    }

    /** Remembers a visitor id that leads here; returns the one dropped for it, 0 for none. */
    long addVisitor(long visitor, int limit) {
        long dropped = visitors.length >= limit ? visitors[0] : 0;
        int from = dropped == 0 ? 0 : 1;
        int length = visitors.length - from;
        visitors = Arrays.copyOfRange(visitors, from, visitors.length + 1);
        visitors[length] = visitor;
        return dropped;
    }

    void removeVisitor(long visitor) {
        visitors = Arrays.stream(visitors).filter(v -> v != visitor).toArray();
    }

    long[] visitors() {
        return visitors;
    }

    /** An immutable copy; meaningless when this was changed meanwhile, but without failing. */
    Shopper copy(int limit) {
        int[] bufferItems = items;
        long[] bufferStamps = stamps;
        int to = Math.min(size, Math.min(bufferItems.length, bufferStamps.length));
        int from = Math.max(0, to - limit);
        byte[] types = new byte[to - from];
        long[] times = new long[to - from];
        for (int i = from; i < to; i++) {
            types[i - from] = (byte) (bufferStamps[i] & ((1 << TYPE_BITS) - 1));
            times[i - from] = bufferStamps[i] >> TYPE_BITS;
        }
        long[] pairs = boughtTimes;
        long[] first = new long[pairs.length / 2];
        long[] last = new long[pairs.length / 2];
        for (int i = 0; i < first.length; i++) {
            first[i] = pairs[2 * i];
            last[i] = pairs[2 * i + 1];
        }
        return new Shopper(
                person,
                version,
                Arrays.copyOfRange(bufferItems, from, to),
                types,
                times,
                new Shopper.Searches(queries.clone(), queryTimes.clone()),
                new Shopper.Cart(cartItems.clone(), cartPieces.clone()),
                new Shopper.Purchases(boughtItems.clone(), boughtCounts.clone(), first, last),
                counts.clone());
    }

    /** A ledger with what a copy shows, without visitor ids. */
    static ShopperLedger of(Shopper shopper) {
        ShopperLedger ledger = new ShopperLedger(shopper.person());
        ledger.version = shopper.version();
        ledger.size = shopper.size();
        ledger.items = shopper.items().clone();
        ledger.stamps = new long[ledger.size];
        for (int i = 0; i < ledger.size; i++) {
            ledger.stamps[i] = (shopper.times()[i] << TYPE_BITS) | shopper.types()[i];
        }
        ledger.queries = shopper.searches().queries().clone();
        ledger.queryTimes = shopper.searches().times().clone();
        ledger.cartItems = shopper.cart().items().clone();
        ledger.cartPieces = shopper.cart().quantities().clone();
        Shopper.Purchases purchases = shopper.purchases();
        ledger.boughtItems = purchases.items().clone();
        ledger.boughtCounts = purchases.counts().clone();
        ledger.boughtTimes = new long[2 * purchases.size()];
        for (int i = 0; i < purchases.size(); i++) {
            ledger.boughtTimes[2 * i] = purchases.first()[i];
            ledger.boughtTimes[2 * i + 1] = purchases.last()[i];
        }
        System.arraycopy(shopper.countsByType(), 0, ledger.counts, 0, TYPES);
        return ledger;
    }

    void save(StateWriter out, int limit) {
        out.putLong(person);
        out.putLong(version);
        int from = Math.max(0, size - limit);
        out.putInt(size - from);
        for (int i = from; i < size; i++) {
            out.putInt(items[i]);
            out.putLong(stamps[i]);
        }
        out.putInt(queries.length);
        for (int i = 0; i < queries.length; i++) {
            out.putText(queries[i]);
            out.putLong(queryTimes[i]);
        }
        out.putInt(cartItems.length);
        for (int i = 0; i < cartItems.length; i++) {
            out.putInt(cartItems[i]);
            out.putInt(cartPieces[i]);
        }
        out.putInt(boughtItems.length);
        for (int i = 0; i < boughtItems.length; i++) {
            out.putInt(boughtItems[i]);
            out.putInt(boughtCounts[i]);
            out.putLong(boughtTimes[2 * i]);
            out.putLong(boughtTimes[2 * i + 1]);
        }
        for (int count : counts) {
            out.putInt(count);
        }
        out.putInt(visitors.length);
        for (long visitor : visitors) {
            out.putLong(visitor);
        }
    }

    static ShopperLedger load(StateReader in, FeatureSettings.ShopperLimits limits) {
        ShopperLedger ledger = new ShopperLedger(in.getLong());
        ledger.version = in.getLong();
        ledger.size = in.getCount(limits.interactions(), Integer.BYTES + Long.BYTES);
        ledger.items = new int[ledger.size];
        ledger.stamps = new long[ledger.size];
        for (int i = 0; i < ledger.size; i++) {
            ledger.items[i] = in.getInt();
            ledger.stamps[i] = in.getLong();
        }
        int searches = in.getCount(limits.searches(), Short.BYTES + Long.BYTES);
        ledger.queries = new String[searches];
        ledger.queryTimes = new long[searches];
        for (int i = 0; i < searches; i++) {
            ledger.queries[i] = in.getText();
            ledger.queryTimes[i] = in.getLong();
        }
        int inCart = in.getCount(limits.cart(), 2 * Integer.BYTES);
        ledger.cartItems = new int[inCart];
        ledger.cartPieces = new int[inCart];
        for (int i = 0; i < inCart; i++) {
            ledger.cartItems[i] = in.getInt();
            ledger.cartPieces[i] = in.getInt();
        }
        int bought = in.getCount(limits.purchases(), 2 * Integer.BYTES + 2 * Long.BYTES);
        ledger.boughtItems = new int[bought];
        ledger.boughtCounts = new int[bought];
        ledger.boughtTimes = new long[2 * bought];
        for (int i = 0; i < bought; i++) {
            ledger.boughtItems[i] = in.getInt();
            ledger.boughtCounts[i] = in.getInt();
            ledger.boughtTimes[2 * i] = in.getLong();
            ledger.boughtTimes[2 * i + 1] = in.getLong();
        }
        for (int i = 0; i < TYPES; i++) {
            ledger.counts[i] = in.getInt();
        }
        ledger.visitors = new long[in.getCount(limits.visitors(), Long.BYTES)];
        for (int i = 0; i < ledger.visitors.length; i++) {
            ledger.visitors[i] = in.getLong();
        }
        return ledger;
    }

    private static int pieces(double pieces) {
        return pieces >= 1 ? (int) Math.min(MOST_PIECES, pieces) : 1;
    }

    private static int indexOf(int[] values, int value) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] == value) {
                return i;
            }
        }
        return -1;
    }

    private static int[] without(int[] values, int at) {
        if (values.length == 1) {
            return NO_INTS;
        }
        int[] fewer = new int[values.length - 1];
        System.arraycopy(values, 0, fewer, 0, at);
        System.arraycopy(values, at + 1, fewer, at, fewer.length - at);
        return fewer;
    }
}
