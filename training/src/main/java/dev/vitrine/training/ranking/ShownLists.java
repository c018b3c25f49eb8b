package dev.vitrine.training.ranking;

import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.Impression;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.event.ProductDetail;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * Reads lists and the clicks on them out of the events of a shop: an impression is a list, and a
 * click belongs to the last list of its visitor that showed the product, within half an hour.
 * Impressions of one answer, which have its token, are one list, however many events tell of them.
 * The subject is the product: what it brings is the mean over the people who met it. Read a
 * placement at a time, because places are looked at differently in search, in a category and on a
 * home page.
 */
public final class ShownLists {
    /** A click that comes later than this belongs to no list, in milliseconds. */
    public static final long LATEST_CLICK = Duration.ofMinutes(30).toMillis();

    /** Lists of one visitor that are waited for. */
    private static final int MOST_OPEN = 8;

    /** Products of one list, and places; what is further back is passed over. */
    private static final int MOST_SHOWN = 100;

    private final String placement;
    private final ToIntFunction<String> number;
    private final int most;
    private final Deque<Shown> lists = new ArrayDeque<>();
    private final Map<String, Deque<Shown>> open = new HashMap<>();
    private long read;

    /** One list. */
    public static final class Shown {
        private final long number;
        private final String key;
        private final String token;
        private final long visitor;
        private final long user;
        private final long time;
        private int[] items = new int[10];
        private int[] places = new int[10];
        private boolean[] clicked = new boolean[10];
        private int size;

        private Shown(long number, String key, String token, long visitor, long user, long time) {
            this.number = number;
            this.key = key;
            this.token = token;
            this.visitor = visitor;
            this.user = user;
            this.time = time;
        }

        private void add(int item, int place) {
            if (size == items.length) {
                items = Arrays.copyOf(items, 2 * size);
                places = Arrays.copyOf(places, 2 * size);
                clicked = Arrays.copyOf(clicked, 2 * size);
            }
            items[size] = item;
            places[size++] = place;
        }

        private int indexOf(int item) {
            for (int i = 0; i < size; i++) {
                if (items[i] == item) {
                    return i;
                }
            }
            return -1;
        }

        /** The number of the visitor; 0 for one that has none. */
        public long visitor() {
            return visitor;
        }

        /** The number of the user; 0 where nobody was logged in. */
        public long user() {
            return user;
        }

        /** When its first product was shown, epoch milliseconds. */
        public long time() {
            return time;
        }

        public int size() {
            return size;
        }

        public int item(int row) {
            return items[row];
        }

        /** From 0. */
        public int place(int row) {
            return places[row];
        }

        public boolean clicked(int row) {
            return clicked[row];
        }
    }

    /**
     * @param placement whose lists are read
     * @param number of a product id, negative when it is not known
     * @param most lists that are kept, the latest
     */
    public ShownLists(String placement, ToIntFunction<String> number, int most) {
        this.placement = placement;
        this.number = number;
        this.most = most;
    }

    /** Takes the next event in, in order of time. */
    public void add(Event event) {
        if (event.visitorId().isEmpty()) {
            return;
        }
        if (event.type() == EventType.IMPRESSION && event.placement().equals(placement)) {
            Shown shown = list(event.visitorId(), event.attributionToken(), 0, 0, event.time());
            show(shown, event.impressions());
        } else if (event.type() == EventType.CLICK && isHere(event.placement())) {
            click(event.visitorId(), event.products(), event.time());
        }
    }

    /** The same of an event of the log. */
    public void add(LoggedEvent event) {
        if (event.visitor() == 0) {
            return;
        }
        String key = Long.toString(event.visitor());
        if (event.type() == EventType.IMPRESSION && event.placement().equals(placement)) {
            Shown shown =
                    list(
                            key,
                            event.attributionToken(),
                            event.visitor(),
                            event.user(),
                            event.time());
            show(shown, event.impressions());
        } else if (event.type() == EventType.CLICK && isHere(event.placement())) {
            click(key, event.products(), event.time());
        }
    }

    private boolean isHere(String of) {
        return of.isEmpty() || of.equals(placement);
    }

    /** The last list of a visitor where that is of the same answer, else a new one. */
    private Shown list(String key, String token, long visitor, long user, long time) {
        Deque<Shown> own = open.get(key);
        if (own != null && !token.isEmpty()) {
            for (Shown before : own) {
                if (before.token.equals(token) && time - before.time <= LATEST_CLICK) {
                    return before;
                }
            }
        }
        return new Shown(read++, key, token, visitor, user, time);
    }

    private void show(Shown shown, List<Impression> impressions) {
        boolean begun = shown.size > 0;
        for (Impression impression : impressions) {
            int item = number.applyAsInt(impression.id());
            int place = impression.position() > 0 ? impression.position() - 1 : shown.size;
            if (item >= 0
                    && place < MOST_SHOWN
                    && shown.size < MOST_SHOWN
                    && shown.indexOf(item) < 0) {
                shown.add(item, place);
            }
        }
        if (begun || shown.size == 0) {
            return;
        }
        lists.addLast(shown);
        Deque<Shown> own = open.computeIfAbsent(shown.key, id -> new ArrayDeque<>());
        own.addLast(shown);
        if (own.size() > MOST_OPEN) {
            own.removeFirst();
        }
        if (lists.size() > most) {
            forget(lists.removeFirst());
        }
    }

    private void forget(Shown shown) {
        Deque<Shown> own = open.get(shown.key);
        if (own == null) {
            return;
        }
        own.removeIf(other -> other.number == shown.number);
        if (own.isEmpty()) {
            open.remove(shown.key);
        }
    }

    private void click(String key, List<ProductDetail> products, long time) {
        Deque<Shown> own = open.get(key);
        if (own == null) {
            return;
        }
        for (ProductDetail product : products) {
            int item = number.applyAsInt(product.id());
            if (item >= 0) {
                click(own, item, time);
            }
        }
    }

    private static void click(Deque<Shown> own, int item, long time) {
        for (Shown shown : (Iterable<Shown>) own::descendingIterator) {
            if (time - shown.time > LATEST_CLICK) {
                return;
            }
            int row = shown.indexOf(item);
            if (row >= 0) {
                shown.clicked[row] = true;
                return;
            }
        }
    }

    /** What was read so far, in order. */
    public List<Shown> lists() {
        return new ArrayList<>(lists);
    }

    /** What was read so far. */
    public ClickLog log() {
        return log(lists, MOST_SHOWN);
    }

    /**
     * Lists as what the looks at places are fitted to.
     *
     * @param places what stood further back is left out
     */
    public static ClickLog log(Collection<Shown> lists, int places) {
        int rows = lists.stream().mapToInt(shown -> shown.size).sum();
        int[] sizes = new int[lists.size()];
        int[] subject = new int[rows];
        int[] place = new int[rows];
        boolean[] clicked = new boolean[rows];
        int list = 0;
        int at = 0;
        for (Shown shown : lists) {
            int from = at;
            for (int row = 0; row < shown.size; row++) {
                if (shown.places[row] < places) {
                    subject[at] = shown.items[row];
                    place[at] = shown.places[row];
                    clicked[at++] = shown.clicked[row];
                }
            }
            sizes[list++] = at - from;
        }
        return new ClickLog(
                sizes,
                Arrays.copyOf(subject, at),
                Arrays.copyOf(place, at),
                Arrays.copyOf(clicked, at));
    }
}
