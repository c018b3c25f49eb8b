package dev.vitrine.training.ranking;

import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.Impression;
import dev.vitrine.data.event.ProductDetail;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * Reads lists and the clicks on them out of the events of a shop: an impression is a list, and a
 * click belongs to the last list of its visitor that showed the product, within half an hour. The
 * subject is the product: what it brings is the mean over the people who met it. Read a placement
 * at a time, because places are looked at differently in search, in a category and on a home page.
 */
public final class ShownLists {
    private static final long LATEST_CLICK = Duration.ofMinutes(30).toMillis();

    /** Lists of one visitor that are waited for. */
    private static final int MOST_OPEN = 8;

    private final String placement;
    private final ToIntFunction<String> number;
    private final int most;
    private final Deque<Shown> lists = new ArrayDeque<>();
    private final Map<String, Deque<Shown>> open = new HashMap<>();
    private long read;

    private record Shown(
            long number, String visitor, long time, int[] items, int[] places, boolean[] clicked) {}

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
            show(event);
        } else if (event.type() == EventType.CLICK
                && (event.placement().isEmpty() || event.placement().equals(placement))) {
            click(event);
        }
    }

    private void show(Event event) {
        int[] items = new int[event.impressions().size()];
        int[] places = new int[items.length];
        int count = 0;
        for (Impression impression : event.impressions()) {
            int item = number.applyAsInt(impression.id());
            if (item >= 0) {
                items[count] = item;
                places[count++] = impression.position() > 0 ? impression.position() - 1 : count - 1;
            }
        }
        if (count == 0) {
            return;
        }
        Shown shown =
                new Shown(
                        read++,
                        event.visitorId(),
                        event.time(),
                        Arrays.copyOf(items, count),
                        Arrays.copyOf(places, count),
                        new boolean[count]);
        lists.addLast(shown);
        Deque<Shown> own = open.computeIfAbsent(event.visitorId(), id -> new ArrayDeque<>());
        own.addLast(shown);
        if (own.size() > MOST_OPEN) {
            own.removeFirst();
        }
        if (lists.size() > most) {
            forget(lists.removeFirst());
        }
    }

    private void forget(Shown shown) {
        Deque<Shown> own = open.get(shown.visitor());
        if (own == null) {
            return;
        }
        own.removeIf(other -> other.number() == shown.number());
        if (own.isEmpty()) {
            open.remove(shown.visitor());
        }
    }

    private void click(Event event) {
        Deque<Shown> own = open.get(event.visitorId());
        if (own == null) {
            return;
        }
        for (ProductDetail product : event.products()) {
            int item = number.applyAsInt(product.id());
            if (item >= 0) {
                click(own, item, event.time());
            }
        }
    }

    private static void click(Deque<Shown> own, int item, long time) {
        for (Shown shown : (Iterable<Shown>) own::descendingIterator) {
            if (time - shown.time() > LATEST_CLICK) {
                return;
            }
            for (int i = 0; i < shown.items().length; i++) {
                if (shown.items()[i] == item) {
                    shown.clicked()[i] = true;
                    return;
                }
            }
        }
    }

    /** What was read so far. */
    public ClickLog log() {
        int rows = lists.stream().mapToInt(shown -> shown.items().length).sum();
        int[] sizes = new int[lists.size()];
        int[] subject = new int[rows];
        int[] place = new int[rows];
        boolean[] clicked = new boolean[rows];
        int list = 0;
        int row = 0;
        for (Shown shown : lists) {
            int size = shown.items().length;
            sizes[list++] = size;
            System.arraycopy(shown.items(), 0, subject, row, size);
            System.arraycopy(shown.places(), 0, place, row, size);
            System.arraycopy(shown.clicked(), 0, clicked, row, size);
            row += size;
        }
        return new ClickLog(sizes, subject, place, clicked);
    }
}
