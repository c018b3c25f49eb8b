package dev.vitrine.benchmarks.cold;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.ProductDetail;
import dev.vitrine.data.simulation.SimulatedShop;
import dev.vitrine.data.simulation.SimulationSettings;
import dev.vitrine.data.simulation.Truth;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.Home;
import dev.vitrine.server.shop.Shop;
import dev.vitrine.server.shop.ShopSettings;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A simulated shop without a tenth of its products, drawn by chance: they come later. Nothing that
 * concerns them happens before. Items are indices of the simulation.
 */
final class ColdShop {
    private static final int BATCH = 2_000;
    private static final int ONE_IN = 10;

    /** Different products that an asked shopper has met at least. */
    private static final int FEWEST_MET = 3;

    private final SimulatedShop simulated;
    private final BitSet late = new BitSet();
    private final Map<String, Integer> items = new HashMap<>();
    private final long[] events;
    private final Map<String, Set<Integer>> met = new LinkedHashMap<>();

    /** Draws what comes later, from the same seed as the shop. */
    ColdShop(long seed, SimulationSettings settings) {
        simulated = new SimulatedShop(seed, settings);
        SplittableRandom random = new SplittableRandom(seed);
        for (int item = 0; item < simulated.products().size(); item++) {
            items.put(simulated.products().get(item).id(), item);
            late.set(item, random.nextInt(ONE_IN) == 0);
        }
        events = new long[items.size()];
    }

    /** Fills a home directory with the products that are there and what happened to them. */
    void fill(Path directory, Progress progress) {
        try (Home home = Home.open(directory);
                Shop shop =
                        Shop.open(
                                home, ShopSettings.defaults(), InstantSource.system(), progress)) {
            List<Product> there = new ArrayList<>();
            for (int item = 0; item < items.size(); item++) {
                if (!late.get(item)) {
                    there.add(simulated.products().get(item));
                }
            }
            shop.upsert(there);
            progress.start("importing events", "events", 0);
            long written = write(shop);
            progress.finish(there.size() + " products, " + written + " events");
        }
    }

    private long write(Shop shop) {
        List<Event> batch = new ArrayList<>(BATCH);
        Iterator<Event> all = simulated.events();
        long written = 0;
        while (all.hasNext()) {
            Event event = all.next();
            if (event.products().stream().noneMatch(p -> late.get(item(p.id())))) {
                batch.add(event);
                count(event);
                written++;
            }
            if (batch.size() == BATCH || !all.hasNext()) {
                shop.write(batch);
                batch.clear();
            }
        }
        return written;
    }

    private void count(Event event) {
        for (ProductDetail product : event.products()) {
            int item = item(product.id());
            events[item]++;
            if (truth().shopper(event.visitorId()) >= 0) {
                met.computeIfAbsent(event.visitorId(), visitor -> new HashSet<>()).add(item);
            }
        }
    }

    /** The products that come later, by title and description alone. */
    List<Product> late(Instant published) {
        return late.stream()
                .mapToObj(simulated.products()::get)
                .map(product ->
                        Product.builder(product.id())
                                .title(product.title())
                                .description(product.description())
                                .publishedAt(published.toEpochMilli())
                                .build())
                .toList();
    }

    /** Ids of visitors who met some products, in the order of their first event. */
    List<String> visitors(int most) {
        return met.entrySet().stream()
                .filter(visitor -> visitor.getValue().size() >= FEWEST_MET)
                .map(Map.Entry::getKey)
                .limit(most)
                .toList();
    }

    /** Different products that a visitor has met. */
    Set<Integer> met(String visitor) {
        return met.getOrDefault(visitor, Set.of());
    }

    Truth truth() {
        return simulated.truth();
    }

    int item(String id) {
        Integer item = items.get(id);
        if (item == null) {
            throw new IllegalStateException("the simulation has no product '" + id + "'");
        }
        return item;
    }

    int size() {
        return items.size();
    }

    boolean isLate(int item) {
        return late.get(item);
    }

    /** What happened to a product. */
    long events(int item) {
        return events[item];
    }

    /** The leaf of the category tree that a product lies on, also of those that do not say so. */
    String shelf(int item) {
        return String.join(" > ", simulated.products().get(item).categories().getFirst());
    }
}
