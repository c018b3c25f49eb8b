package dev.vitrine.server.pipeline;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.ProductDetail;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A shop whose people have their own names for kinds of products, which no product has in its
 * texts: what those mean is told by what they choose alone.
 */
final class NicknameShop {
    static final Instant END = Instant.parse("2026-06-01T12:00:00Z");
    static final int OF_A_KIND = 20;

    static final List<String> KINDS =
            List.of(
                    "kettle",
                    "lantern",
                    "sofa",
                    "carpet",
                    "mirror",
                    "drill",
                    "tent",
                    "violin",
                    "bicycle",
                    "blender",
                    "curtain",
                    "wardrobe");

    static final List<String> NICKNAMES =
            List.of(
                    "zorpil", "quux", "brimbo", "yaffy", "wexlu", "jibbor", "gloop", "oonya",
                    "xanthi", "ubbal", "hurfum", "psitty");

    private static final List<String> COLOURS = List.of("red", "blue", "green", "black", "white");

    /** So few that no model of people is fitted, which takes its time. */
    private static final int PEOPLE = 90;

    private NicknameShop() {}

    static String id(int kind, int number) {
        return KINDS.get(kind) + number;
    }

    static Product product(int kind, int number) {
        return Product.builder(id(kind, number))
                .title(COLOURS.get(number % COLOURS.size()) + " " + KINDS.get(kind))
                .description("A " + KINDS.get(kind) + " for every day, model " + number + ".")
                .price(1 + number)
                .build();
    }

    static List<Product> products() {
        List<Product> products = new ArrayList<>();
        for (int kind = 0; kind < KINDS.size(); kind++) {
            for (int number = 0; number < OF_A_KIND; number++) {
                products.add(product(kind, number));
            }
        }
        return products;
    }

    /**
     * Searches over two months, each with one or two clicks.
     *
     * @param named share of the searches by nickname; the others are by what products are called
     */
    static List<Event> events(int searches, double named) {
        SplittableRandom random = new SplittableRandom(17);
        List<Event> events = new ArrayList<>();
        long span = Duration.ofDays(60).toMillis();
        for (int i = 0; i < searches; i++) {
            String visitor = "v" + i % PEOPLE;
            long time = END.toEpochMilli() - span + span / searches * i;
            int kind = random.nextInt(KINDS.size());
            boolean nickname = random.nextDouble() < named;
            String colour = COLOURS.get(random.nextInt(COLOURS.size()));
            String word = (nickname ? NICKNAMES : KINDS).get(kind);
            events.add(search(visitor, random.nextBoolean() ? word : colour + " " + word, time));
            for (int click = 0; click <= random.nextInt(2); click++) {
                String id = id(kind, random.nextInt(OF_A_KIND));
                events.add(click(visitor, id, time + 5_000 * (click + 1)));
            }
        }
        events.sort(Comparator.comparingLong(Event::time));
        return events;
    }

    static Event search(String visitor, String query, long time) {
        return new Event(
                "",
                EventType.SEARCH,
                visitor,
                "",
                "",
                time,
                List.of(),
                query,
                "",
                List.of(),
                "",
                Double.NaN,
                "",
                "",
                Map.of());
    }

    static Event click(String visitor, String id, long time) {
        return Event.of(
                EventType.CLICK, visitor, time, List.of(new ProductDetail(id, 1, Double.NaN)));
    }
}
