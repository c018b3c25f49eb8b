package dev.vitrine.data.simulation;

import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.ProductDetail;
import dev.vitrine.data.intake.EventJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Events as JSON lines, with faulty records put in between: without those, the lines are exactly
 * the clean events. Counts what it put in.
 */
final class RawRecords implements Iterator<String> {
    private static final DirtyKind[] KINDS = DirtyKind.values();

    private final Iterator<Event> events;
    private final double dirtyPerEvent;
    private final SplittableRandom random;
    private final AtomicLongArray counts;
    private final ArrayDeque<String> ready = new ArrayDeque<>();
    private long spoiled;

    /**
     * @param dirty share of faulty ones among all records
     * @param counts of faulty records, by {@link DirtyKind#ordinal()}
     */
    RawRecords(
            Iterator<Event> events, double dirty, SplittableRandom random, AtomicLongArray counts) {
        this.events = events;
        this.dirtyPerEvent = dirty / (1 - dirty);
        this.random = random;
        this.counts = counts;
    }

    @Override
    public boolean hasNext() {
        return !ready.isEmpty() || events.hasNext();
    }

    @Override
    public String next() {
        if (ready.isEmpty()) {
            Event event = events.next();
            ready.add(line(event));
            for (double p = dirtyPerEvent; random.nextDouble() < p; p -= 1) {
                ready.add(spoil(event));
            }
        }
        return ready.remove();
    }

    private static String line(Event event) {
        return new String(EventJson.write(event), StandardCharsets.UTF_8);
    }

    private String spoil(Event event) {
        DirtyKind kind = KINDS[random.nextInt(KINDS.length)];
        if (event.products().isEmpty() && needsProduct(kind)) {
            kind = DirtyKind.NO_VISITOR;
        }
        counts.incrementAndGet(kind.ordinal());
        // A repeat keeps its id; other faults come with an id of their own.
        Event own = with(event, "x" + Long.toString(spoiled++, 36), event.time(), event.products());
        return switch (kind) {
            case TRUNCATED -> {
                String line = line(own);
                yield line.substring(0, line.length() / 2 + random.nextInt(line.length() / 3));
            }
            case NO_VISITOR -> replaced(own, "visitorId", "");
            case NO_TYPE -> replaced(own, "eventType", "");
            case UNKNOWN_TYPE -> replaced(own, "eventType", "\"eventType\":\"teleport\",");
            case MALFORMED_TIME -> replaced(own, "eventTime", "\"eventTime\":\"yesterday\",");
            case IMPOSSIBLE_TIME -> line(with(own, own.eventId(), impossible(), own.products()));
            case DUPLICATE -> line(event);
            case REPEATED_WITHIN_SECOND ->
                    line(with(event, "", event.time() + 400, event.products()));
            case UNKNOWN_ITEM ->
                    line(changed(own, "gone-" + random.nextInt(1_000_000), 1, Double.NaN));
            case OUTLYING_PRICE -> {
                double price = own.products().getFirst().price();
                boolean known = price > 0;
                double wrong = known && random.nextBoolean() ? price * 1000 : -10;
                yield line(changed(own, own.products().getFirst().id(), 1, wrong));
            }
            case OUTLYING_QUANTITY -> {
                double wrong = random.nextBoolean() ? 1_000_000 : -3;
                yield line(changed(own, own.products().getFirst().id(), wrong, Double.NaN));
            }
        };
    }

    private static boolean needsProduct(DirtyKind kind) {
        return kind == DirtyKind.UNKNOWN_ITEM
                || kind == DirtyKind.OUTLYING_PRICE
                || kind == DirtyKind.OUTLYING_QUANTITY;
    }

    /** Decades ago or years ahead. */
    private long impossible() {
        return random.nextBoolean() ? random.nextLong(1, 500_000_000_000L) : 4_000_000_000_000L;
    }

    /** The line with one property, which is not its last, replaced. */
    private static String replaced(Event event, String property, String by) {
        String line = line(event);
        int from = line.indexOf("\"" + property + "\":");
        int to = line.indexOf(',', from) + 1;
        return line.substring(0, from) + by + line.substring(to);
    }

    private static Event changed(Event event, String id, double quantity, double price) {
        return with(
                event,
                event.eventId(),
                event.time(),
                List.of(new ProductDetail(id, quantity, price)));
    }

    private static Event with(Event event, String id, long time, List<ProductDetail> products) {
        return new Event(
                id,
                event.type(),
                event.visitorId(),
                event.userId(),
                event.sessionId(),
                time,
                products,
                event.searchQuery(),
                event.attributionToken(),
                event.impressions(),
                event.placement(),
                event.value(),
                event.currency(),
                event.consent(),
                event.attributes());
    }
}
