package dev.vitrine.benchmarks.story;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.simulation.SimulatedShop;
import dev.vitrine.data.simulation.SimulationSettings;
import dev.vitrine.data.simulation.Truth;
import dev.vitrine.server.shop.Shop;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** A simulated shop: what it sells, what happened in it, and what its shoppers want. */
public final class StoryShop {
    private static final int BATCH = 2_000;

    private final SimulatedShop simulated;
    private final int shoppers;
    private final Map<String, Integer> items = new HashMap<>();

    /** The same arguments give the same shop, in any process. */
    public StoryShop(long seed, int products, int shoppers, long events, Instant end) {
        this.simulated =
                new SimulatedShop(seed, SimulationSettings.of(products, shoppers, events, end));
        this.shoppers = shoppers;
        List<Product> all = simulated.products();
        for (int item = 0; item < all.size(); item++) {
            items.put(all.get(item).id(), item);
        }
    }

    public List<Product> products() {
        return List.copyOf(simulated.products());
    }

    public int shoppers() {
        return shoppers;
    }

    public Truth truth() {
        return simulated.truth();
    }

    /** The index of a product; -1 for one that the shop does not sell. */
    public int item(String id) {
        Integer item = items.get(id);
        return item == null ? -1 : item.intValue();
    }

    /** Brings products and behaviour into a shop that has none. */
    public void fill(Shop shop) {
        List<Product> all = simulated.products();
        for (int from = 0; from < all.size(); from += BATCH) {
            shop.upsert(List.copyOf(all.subList(from, Math.min(all.size(), from + BATCH))));
        }
        List<Event> batch = new ArrayList<>(BATCH);
        Iterator<Event> events = simulated.events();
        while (events.hasNext()) {
            batch.add(events.next());
            if (batch.size() == BATCH || !events.hasNext()) {
                shop.write(List.copyOf(batch));
                batch.clear();
            }
        }
    }
}
