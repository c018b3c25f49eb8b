package dev.vitrine.benchmarks.crash;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.intake.EventJson;
import dev.vitrine.data.intake.ProductJson;
import dev.vitrine.data.simulation.SimulatedShop;
import dev.vitrine.data.simulation.SimulationSettings;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A simulated shop as a folder of files that {@code vitrine up --data} takes in.
 *
 * @param folder with shop.yaml
 * @param products their ids
 * @param events ids of the events, all different and sound
 */
record ShopFiles(Path folder, List<String> products, Set<String> events) {
    static ShopFiles write(Path folder, long seed, int products, int events) throws IOException {
        Files.createDirectories(folder);
        SimulatedShop shop =
                new SimulatedShop(
                        seed,
                        SimulationSettings.of(
                                products,
                                Math.max(1, events / 20),
                                events * 2L,
                                Instant.now().minus(Duration.ofHours(1))));
        List<String> ids = new ArrayList<>();
        try (OutputStream out = stream(folder.resolve("products.jsonl"))) {
            for (Product product : shop.products()) {
                ids.add(product.id());
                out.write(ProductJson.write(product));
                out.write('\n');
            }
        }
        Set<String> eventIds = new TreeSet<>();
        Iterator<Event> each = shop.events();
        try (OutputStream out = stream(folder.resolve("events.jsonl"))) {
            while (eventIds.size() < events && each.hasNext()) {
                Event event = each.next();
                if (eventIds.add(event.eventId())) {
                    out.write(EventJson.write(event));
                    out.write('\n');
                }
            }
        }
        Files.writeString(
                folder.resolve("shop.yaml"),
                """
                name: crash
                products:
                  - files: [products.jsonl]
                events:
                  - files: [events.jsonl]
                    events: vitrine
                """);
        return new ShopFiles(folder, List.copyOf(ids), Set.copyOf(eventIds));
    }

    private static OutputStream stream(Path file) throws IOException {
        return new BufferedOutputStream(Files.newOutputStream(file), 1 << 20);
    }
}
