package dev.vitrine.benchmarks.ingest;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.EventCursor;
import dev.vitrine.data.intake.ProductJson;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.Home;
import dev.vitrine.server.pipeline.ImportRecord;
import dev.vitrine.server.pipeline.Importer;
import dev.vitrine.server.pipeline.Mapping;
import dev.vitrine.server.shop.Shop;
import dev.vitrine.server.shop.ShopSettings;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** The import of {@code vitrine up --data}: with mapping, cleaning rules and feature state. */
final class FileImport {
    private FileImport() {}

    /** Adds products and a mapping to a folder that has {@code events.jsonl}. */
    static void prepare(Path folder, List<Product> products) throws IOException {
        try (OutputStream out =
                new BufferedOutputStream(Files.newOutputStream(folder.resolve("products.jsonl")))) {
            for (Product product : products) {
                out.write(ProductJson.write(product));
                out.write('\n');
            }
        }
        Files.writeString(
                folder.resolve("shop.yaml"),
                """
                name: ingest
                products:
                  - files: [products.jsonl]
                events:
                  - files: [events.jsonl]
                    events: vitrine
                """);
    }

    /** Events a second, the few products included. */
    static double measure(Path folder, Path directory, int events) {
        Mapping mapping = Mapping.read(folder.resolve("shop.yaml"), folder);
        try (Home home = Home.open(directory);
                Shop shop =
                        Shop.open(
                                home,
                                ShopSettings.defaults(),
                                InstantSource.system(),
                                Progress.NONE)) {
            long start = System.nanoTime();
            ImportRecord record = new Importer(shop, Progress.NONE).files(mapping);
            double seconds = (System.nanoTime() - start) / 1e9;
            long logged = 0;
            try (EventCursor cursor = shop.events().read(0)) {
                while (cursor.next()) {
                    logged++;
                }
            }
            if (record.rejected() != 0 || logged != events) {
                throw new IllegalStateException(
                        record.rejected()
                                + " records were set aside and the log holds "
                                + logged
                                + " events, expected 0 and "
                                + events);
            }
            return events / seconds;
        }
    }
}
