package dev.vitrine.server.pipeline;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.dataset.Dataset;
import dev.vitrine.data.dataset.DatasetBuilder;
import dev.vitrine.data.dataset.DatasetSettings;
import dev.vitrine.data.dataset.ItemNumbers;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.event.ProductDetail;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.shop.Shop;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A shop where one product leads to the next: what comes after a product is all there is to know.
 */
final class ChainShop {
    static final Instant END = Instant.parse("2026-06-01T12:00:00Z");
    static final int ITEMS = 60;

    private static final int STEPS = 13;

    private ChainShop() {}

    static String id(int item) {
        return String.format(Locale.ROOT, "p%02d", item);
    }

    /** The product that a product leads to. */
    static int after(int item) {
        return (7 * item + 3) % ITEMS;
    }

    static List<Product> products() {
        List<Product> products = new ArrayList<>();
        for (int item = 0; item < ITEMS; item++) {
            products.add(Product.builder(id(item)).title("thing " + id(item)).build());
        }
        return products;
    }

    /** Page views of so many people over two months, each about every four days. */
    static List<Event> events(int people) {
        SplittableRandom random = new SplittableRandom(5);
        List<Event> events = new ArrayList<>();
        long span = Duration.ofDays(60).toMillis();
        long step = span / (STEPS + 1);
        for (int person = 0; person < people; person++) {
            int item = random.nextInt(ITEMS);
            long begun = END.toEpochMilli() - span + random.nextLong(step);
            for (int i = 0; i < STEPS; i++) {
                long time = begun + i * step + random.nextLong(step / 2);
                events.add(view("v" + person, item, time));
                item = random.nextInt(12) == 0 ? random.nextInt(ITEMS) : after(item);
            }
        }
        events.sort(Comparator.comparingLong(Event::time));
        return events;
    }

    static Event view(String visitor, int item, long time) {
        return Event.of(
                EventType.DETAIL_PAGE_VIEW,
                visitor,
                time,
                List.of(new ProductDetail(id(item), 1, Double.NaN)));
    }

    /** What training sees of it, without a shop around it. */
    static Dataset dataset(Path folder, List<Event> events) {
        List<LoggedEvent> logged = new ArrayList<>();
        for (Event event : events) {
            logged.add(
                    new LoggedEvent(
                            logged.size(),
                            1 + Long.parseLong(event.visitorId().substring(1)),
                            0,
                            event.type(),
                            event.time(),
                            event.time(),
                            "",
                            "",
                            event.products(),
                            "",
                            "",
                            List.of(),
                            "",
                            Double.NaN,
                            "",
                            "",
                            Map.of()));
        }
        ItemNumbers items = new ItemNumbers(id -> Integer.parseInt(id.substring(1)), ITEMS, ITEMS);
        return new DatasetBuilder(folder, DatasetSettings.DEFAULTS)
                .build(logged::iterator, items, (event, finding) -> {}, Progress.NONE);
    }

    static void fill(Shop shop, int people) {
        shop.upsert(products());
        shop.write(events(people));
    }
}
