package dev.vitrine.data.feature;

import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.Impression;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.event.ProductDetail;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;
import java.util.function.ToIntFunction;

/**
 * Everything the shop knows from behaviour, built by applying logged events in log order with the
 * time of the event. The same class serves (events as they arrive) and trains (replay), and gives
 * the same state for the same events, to the last bit, also across {@link #save} and {@link #load}.
 *
 * <p>One thread applies at a time (a lock sees to it), any number read meanwhile without waiting:
 * shoppers by validated copies ({@link ShopperTable}), items by single values and entries that are
 * replaced whole. What several reads return need not be of the same instant. Sums decay to the
 * {@code now} of the read, or to the latest event where that is later; pauses of the whole shop
 * count a week at most.
 *
 * <p>Memory is bounded: shoppers, what is kept of each, pairs per item, queries and remembered
 * event ids all have a limit in {@link FeatureSettings}; per item number it is 64 bytes of counts
 * and at most two rows of {@code neighbours} longs. A shopper too many is forgotten, the least
 * recently active first; the log still has the events.
 */
public final class ShopState {
    /** Products or impressions of one event beyond this many are passed over. */
    static final int MOST_PER_EVENT = 200;

    /**
     * A pause of the whole shop longer than this counts as this long: what was popular before it
     * stays so until new events say otherwise, also where a log of years ago is brought in.
     */
    static final long LONGEST_PAUSE_MILLIS = Duration.ofDays(7).toMillis();

    /** An event may be this much later than its receipt (clocks differ); else it counts as then. */
    static final long MOST_AHEAD_MILLIS = 60_000;

    private final FeatureSettings settings;
    private final ToIntFunction<String> itemNumber;
    private final ReentrantLock writer = new ReentrantLock();
    private final ReentrantLock saving = new ReentrantLock();
    private final ShopperTable shoppers;
    private final ItemCounters counters;
    private final PairTable viewed;
    private final PairTable ordered;
    private final QueryClicks clicks;
    private final RecentIds recentIds;
    private final float[] weights;
    private final long sessionGap;
    private final long orderGap;
    private final int[] found = new int[MOST_PER_EVENT];
    private final double[] foundPieces = new double[MOST_PER_EVENT];
    private final int[] near;
    private volatile long nextOffset;
    private volatile Clock clock = new Clock(0, 0);
    private volatile long applied;
    private volatile long duplicates;
    private volatile long unknownItems;
    private volatile long clampedTimes;

    /**
     * @param itemNumber item number of an id, -1 when unknown; products with unknown ids are passed
     *     over
     */
    public ShopState(FeatureSettings settings, ToIntFunction<String> itemNumber) {
        this.settings = settings;
        this.itemNumber = itemNumber;
        FeatureSettings.PairLimits pairs = settings.pairs();
        double pairHalfLife = settings.decay().pairs().toMillis();
        shoppers = new ShopperTable(settings.shoppers());
        counters = new ItemCounters(settings.decay());
        viewed = new PairTable(pairHalfLife, pairs.neighbours());
        ordered = new PairTable(pairHalfLife, pairs.neighbours());
        clicks = new QueryClicks(pairHalfLife, pairs.queries(), pairs.clicksPerQuery());
        recentIds = new RecentIds(settings.duplicateWindow());
        weights = settings.weights().byOrdinal();
        sessionGap = pairs.sessionGap().toMillis();
        orderGap = pairs.orderGap().toMillis();
        near = new int[Math.max(pairs.sessionReach(), pairs.orderReach())];
    }

    public FeatureSettings settings() {
        return settings;
    }

    /**
     * Applies the next event; one whose offset is below {@link #nextOffset()} is ignored.
     *
     * @return whether it says something new: false for an ignored one and for an event id that is
     *     remembered
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // under the writer's lock
    public boolean apply(LoggedEvent event) {
        writer.lock();
        try {
            if (event.offset() < nextOffset) {
                return false;
            }
            boolean fresh = event.eventId().isEmpty() || recentIds.add(event.eventId());
            if (fresh) {
                applied++;
                applyNew(event);
            } else {
                duplicates++;
            }
            nextOffset = event.offset() + 1;
            return fresh;
        } finally {
            writer.unlock();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // under the writer's lock
    private void applyNew(LoggedEvent event) {
        long time = timeOf(event);
        Clock current = clock.seen(time);
        clock = current;
        long aged = current.without(time);
        countImpressions(event.impressions(), aged);
        int products = resolve(event.products());
        EventType type = event.type();
        if (type == EventType.STOCK_CHANGE) {
            return;
        }
        int slot = ItemCounters.slot(type);
        float weight = weights[type.ordinal()];
        if (slot >= 0 || weight > 0) {
            for (int i = 0; i < products; i++) {
                counters.add(found[i], slot, weight, aged);
            }
        }
        if (event.visitor() == 0 && event.user() == 0) {
            return;
        }
        ShopperLedger ledger = shoppers.forEvent(event.visitor(), event.user(), event.offset() + 1);
        pair(ledger, type, products, weight, time, aged);
        StampedLock lock = shoppers.stripe(ledger);
        long stamp = lock.writeLock();
        try {
            remember(ledger, event, type, products, time);
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // under the writer's lock
    private long timeOf(LoggedEvent event) {
        if (event.time() > event.receivedAt() + MOST_AHEAD_MILLIS) {
            clampedTimes++;
            return Math.max(0, event.receivedAt());
        }
        return Math.max(0, event.time());
    }

    /** Puts the item numbers of an event's products into {@code found}; returns how many. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // under the writer's lock
    private int resolve(List<ProductDetail> products) {
        int count = 0;
        int most = Math.min(products.size(), MOST_PER_EVENT);
        for (int i = 0; i < most; i++) {
            ProductDetail product = products.get(i);
            int item = itemNumber.applyAsInt(product.id());
            if (item < 0) {
                unknownItems++;
            } else {
                foundPieces[count] = product.quantity();
                found[count++] = item;
            }
        }
        return count;
    }

    private void countImpressions(List<Impression> impressions, long time) {
        int most = Math.min(impressions.size(), MOST_PER_EVENT);
        int slot = ItemCounters.slot(EventType.IMPRESSION);
        for (int i = 0; i < most; i++) {
            int item = itemNumber.applyAsInt(impressions.get(i).id());
            if (item >= 0) {
                counters.add(item, slot, 0, time);
            }
        }
    }

    /** Updates pairs and query clicks from what the shopper did before this event. */
    private void pair(
            ShopperLedger ledger,
            EventType type,
            int products,
            float weight,
            long time,
            long aged) {
        switch (type) {
            case DETAIL_PAGE_VIEW, CLICK, ADD_TO_CART -> {
                for (int i = 0; i < Math.min(products, near.length); i++) {
                    pairWithSession(ledger, found[i], time, aged);
                }
            }
            case PURCHASE_COMPLETE -> pairWithinOrder(ledger, products, time, aged);
            case SEARCH,
                    COMPLETION,
                    HOME_PAGE_VIEW,
                    CATEGORY_PAGE_VIEW,
                    IMPRESSION,
                    REMOVE_FROM_CART,
                    SHOPPING_CART_PAGE_VIEW,
                    REFUND,
                    RATING,
                    AD_IMPRESSION,
                    AD_CLICK,
                    STOCK_CHANGE -> {
                return;
            }
        }
        if (weight > 0) {
            String query = ledger.searchedBefore(time, sessionGap);
            if (!query.isEmpty()) {
                for (int i = 0; i < products; i++) {
                    clicks.add(query, found[i], weight, aged);
                }
            }
        }
    }

    /**
     * Counts the item together with the last different items of the session; not when it is among
     * them, because then it was counted on its first view.
     */
    private void pairWithSession(ShopperLedger ledger, int item, long time, long aged) {
        int reach = settings.pairs().sessionReach();
        int count = 0;
        long later = time;
        for (int i = ledger.size() - 1; i >= 0 && count < reach; i--) {
            long at = ledger.time(i);
            if (Math.abs(later - at) > sessionGap) {
                break;
            }
            later = at;
            int other = ledger.item(i);
            if (other == item) {
                return;
            }
            if (isFresh(other, count)) {
                near[count++] = other;
            }
        }
        for (int i = 0; i < count; i++) {
            viewed.add(item, near[i], 1, aged);
        }
    }

    private void pairWithinOrder(ShopperLedger ledger, int products, long time, long aged) {
        int reach = Math.min(products, settings.pairs().orderReach());
        for (int i = 0; i < reach; i++) {
            for (int j = 0; j < i; j++) {
                if (found[i] != found[j]) {
                    ordered.add(found[i], found[j], 1, aged);
                }
            }
        }
        int count = 0;
        for (int i = ledger.size() - 1; i >= 0 && count < settings.pairs().orderReach(); i--) {
            if (Math.abs(time - ledger.time(i)) > orderGap) {
                break;
            }
            int other = ledger.item(i);
            if (ledger.type(i) == EventType.PURCHASE_COMPLETE.ordinal() && isFresh(other, count)) {
                near[count++] = other;
            }
        }
        for (int i = 0; i < reach; i++) {
            for (int j = 0; j < count; j++) {
                if (found[i] != near[j]) {
                    ordered.add(found[i], near[j], 1, aged);
                }
            }
        }
    }

    private boolean isFresh(int item, int count) {
        for (int i = 0; i < count; i++) {
            if (near[i] == item) {
                return false;
            }
        }
        return true;
    }

    private void remember(
            ShopperLedger ledger, LoggedEvent event, EventType type, int products, long time) {
        FeatureSettings.ShopperLimits limits = settings.shoppers();
        ledger.version = event.offset() + 1;
        ledger.count(type);
        switch (type) {
            case DETAIL_PAGE_VIEW, CLICK, RATING, AD_CLICK, REFUND ->
                    interact(ledger, type, products, time);
            case ADD_TO_CART -> {
                interact(ledger, type, products, time);
                for (int i = 0; i < products; i++) {
                    ledger.addToCart(found[i], foundPieces[i], limits.cart());
                }
            }
            case REMOVE_FROM_CART -> {
                interact(ledger, type, products, time);
                for (int i = 0; i < products; i++) {
                    ledger.removeFromCart(found[i], foundPieces[i]);
                }
            }
            case PURCHASE_COMPLETE -> {
                interact(ledger, type, products, time);
                for (int i = 0; i < products; i++) {
                    ledger.takeFromCart(found[i]);
                    ledger.buy(found[i], time, limits.purchases());
                }
            }
            case SHOPPING_CART_PAGE_VIEW -> {
                // A cart page lists the whole cart; one without products says nothing about it.
                if (products > 0) {
                    ledger.emptyCart();
                    for (int i = 0; i < products; i++) {
                        ledger.addToCart(found[i], foundPieces[i], limits.cart());
                    }
                }
            }
            case SEARCH -> {
                String query = QueryText.normalise(event.searchQuery());
                if (!query.isEmpty()) {
                    ledger.search(query, time, limits.searches());
                }
            }
            case COMPLETION,
                    HOME_PAGE_VIEW,
                    CATEGORY_PAGE_VIEW,
                    IMPRESSION,
                    AD_IMPRESSION,
                    STOCK_CHANGE -> {}
        }
    }

    private void interact(ShopperLedger ledger, EventType type, int products, long time) {
        for (int i = 0; i < products; i++) {
            ledger.interact(found[i], type, time, settings.shoppers().interactions());
        }
    }

    /**
     * What a visitor or user did (0 for one that is not known); both together where the visitor has
     * just logged in.
     */
    public Shopper shopper(long visitor, long user) {
        return shoppers.copy(visitor, user);
    }

    /**
     * Nothing is read as of a moment before the latest event, which would blow it up, nor of one
     * longer after it than a pause counts.
     */
    private long at(long now) {
        Clock current = clock;
        long latest = current.latest();
        return current.without(Math.clamp(now, latest, latest + LONGEST_PAUSE_MILLIS));
    }

    /**
     * The time by which sums decay: event time without what pauses of the whole shop were longer
     * than {@link #LONGEST_PAUSE_MILLIS}.
     *
     * @param latest event time so far, epoch milliseconds; 0 before the first event
     * @param skipped milliseconds of pauses that do not count
     */
    private record Clock(long latest, long skipped) {
        Clock seen(long time) {
            if (time <= latest) {
                return this;
            }
            long pause = latest == 0 ? 0 : time - latest;
            return new Clock(time, skipped + Math.max(0, pause - LONGEST_PAUSE_MILLIS));
        }

        long without(long time) {
            return time - skipped;
        }
    }

    /** Item numbers with counts lie below this. */
    public int items() {
        return counters.items();
    }

    /** Decayed sum of weights by type of all events on the item, at {@code now}. */
    public float popularity(int item, long now) {
        return (float) counters.value(item, ItemCounters.POPULARITY, at(now));
    }

    /** The popularities of all items below {@code target.length}. */
    public void popularities(long now, float[] target) {
        counters.values(ItemCounters.POPULARITY, at(now), target);
    }

    /**
     * How much livelier the item is lately than its popularity says, pulled towards 1 (as usual)
     * where there are few events.
     */
    public float trend(int item, long now) {
        return trend(
                counters.value(item, ItemCounters.POPULARITY, at(now)),
                counters.value(item, ItemCounters.TREND, at(now)));
    }

    float trend(double popularity, double lately) {
        double ratio =
                (double) settings.decay().popularity().toMillis()
                        / settings.decay().trend().toMillis();
        double prior = 10;
        return (float) ((lately * ratio + prior) / (popularity + prior));
    }

    void lately(long now, float[] target) {
        counters.values(ItemCounters.TREND, at(now), target);
    }

    /**
     * Decayed count of one type of event on the item; 0 for types other than detail-page-view,
     * click, add-to-cart, purchase-complete, impression and rating.
     */
    public float count(int item, EventType type, long now) {
        int slot = ItemCounters.slot(type);
        return slot < 0 ? 0 : (float) counters.value(item, slot, at(now));
    }

    /** Items viewed in the same session, with decayed counts. */
    public WeightedItems viewedTogether(int item, long now) {
        return viewed.of(item, at(now));
    }

    /** Items bought in the same order, with decayed counts. */
    public WeightedItems boughtTogether(int item, long now) {
        return ordered.of(item, at(now));
    }

    /** Decayed count of sessions in which both were viewed; 0 when not kept. */
    public float viewedTogether(int item, int other, long now) {
        return viewed.weight(item, other, at(now));
    }

    /** Decayed count of orders with both; 0 when not kept. */
    public float boughtTogether(int item, int other, long now) {
        return ordered.weight(item, other, at(now));
    }

    /** Items that shoppers chose after this query, with decayed weights by type. */
    public WeightedItems chosenFor(String query, long now) {
        return clicks.of(QueryText.normalise(query), at(now));
    }

    /** The offset of the first event that was not applied yet. */
    public long nextOffset() {
        return nextOffset;
    }

    /** What the state has counted since it was empty. */
    /** Time of the latest event, epoch milliseconds; 0 before the first. */
    public long latestEvent() {
        return clock.latest();
    }

    public ShopStateCounts counts() {
        return new ShopStateCounts(
                applied,
                duplicates,
                unknownItems,
                clampedTimes,
                shoppers.merges(),
                shoppers.forgotten(),
                shoppers.size());
    }

    /**
     * Writes a snapshot: beside the file, forced to disk, then renamed over it. Events wait while
     * it is written, not while the disk is waited for; readers do not wait.
     *
     * @throws dev.vitrine.kernel.error.VitrineException when the disk is full or fails; the file
     *     before is then still there
     */
    public void save(Path file) {
        saving.lock();
        try {
            writer.lock();
            try {
                StateFile.write(file, settings, this::write);
            } finally {
                writer.unlock();
            }
            StateFile.publish(file);
        } finally {
            saving.unlock();
        }
    }

    /**
     * Reads a snapshot.
     *
     * @throws dev.vitrine.kernel.error.VitrineException with {@code SNAPSHOT_CORRUPT} when damaged
     *     and {@code STORE_FORMAT} when made with another format or other settings; the caller then
     *     replays the log into a new state
     */
    public static ShopState load(
            Path file, FeatureSettings settings, ToIntFunction<String> itemNumber) {
        ShopState state = new ShopState(settings, itemNumber);
        StateFile.load(file, settings, state::read);
        return state;
    }

    private void write(StateWriter out) {
        out.putLong(nextOffset);
        Clock current = clock;
        out.putLong(current.latest());
        out.putLong(current.skipped());
        out.putLong(applied);
        out.putLong(duplicates);
        out.putLong(unknownItems);
        out.putLong(clampedTimes);
        recentIds.save(out);
        counters.save(out);
        viewed.save(out);
        ordered.save(out);
        clicks.save(out);
        shoppers.save(out);
    }

    private void read(StateReader in) {
        nextOffset = in.getLong();
        clock = new Clock(in.getLong(), in.getLong());
        applied = in.getLong();
        duplicates = in.getLong();
        unknownItems = in.getLong();
        clampedTimes = in.getLong();
        recentIds.load(in);
        counters.load(in);
        viewed.load(in);
        ordered.load(in);
        clicks.load(in);
        shoppers.load(in);
    }
}
