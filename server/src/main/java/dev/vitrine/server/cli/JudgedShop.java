package dev.vitrine.server.cli;

import dev.vitrine.applications.search.SearchEvaluation;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.catalog.ProductChange;
import dev.vitrine.data.intake.Intake;
import dev.vitrine.data.intake.Parsed;
import dev.vitrine.data.intake.ShopConfig;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.ServerError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The Icecat catalogue with people's judgements of searches in it.
 *
 * @param changes its products, with item numbers from 0 on
 */
record JudgedShop(List<ProductChange> changes, SearchEvaluation judgements) {
    static final String DATASET = "icecat-shop";

    /**
     * @param folder with a folder for each data set
     */
    static JudgedShop read(Path folder) {
        Path shop = folder.resolve(DATASET);
        Path judgements = shop.resolve("judgements.csv");
        Path mapping =
                Path.of(System.getProperty("vitrine.home.build", "."))
                        .resolve("examples")
                        .resolve(DATASET)
                        .resolve("shop.yaml");
        for (Path needed : List.of(judgements, mapping)) {
            if (!Files.exists(needed)) {
                throw new VitrineException(ServerError.USAGE, "there is no file " + needed);
            }
        }
        List<ProductChange> products = new ArrayList<>();
        Intake.open(ShopConfig.read(mapping), shop)
                .products(parsed -> add(parsed, products), Progress.NONE);
        return new JudgedShop(products, SearchEvaluation.read(judgements));
    }

    private static void add(Parsed<Product> parsed, List<ProductChange> products) {
        if (parsed instanceof Parsed.Good<Product> good) {
            int number = products.size();
            products.add(
                    new ProductChange(
                            number, number, good.value().id(), Optional.of(good.value())));
        }
    }

    List<Product> products() {
        return changes.stream().flatMap(change -> change.product().stream()).toList();
    }

    /** Works with files that are gone afterwards. */
    interface Work {
        Figures in(Path scratch) throws IOException;
    }

    static Figures withScratch(Work work) throws IOException {
        Path scratch = Files.createTempDirectory("vitrine-search-");
        try {
            return work.in(scratch);
        } finally {
            try (Stream<Path> files = Files.walk(scratch)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
