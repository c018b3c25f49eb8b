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

/** Search on the Icecat catalogue against people's judgements, beside plain BM25. */
final class SearchJudgements {
    static final String DATASET = "icecat-shop";

    private SearchJudgements() {}

    static Figures figures(Path folder) throws IOException {
        Path judgements = folder.resolve("judgements.csv");
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
        Intake.open(ShopConfig.read(mapping), folder)
                .products(parsed -> add(parsed, products), Progress.NONE);
        Path scratch = Files.createTempDirectory("vitrine-search-");
        try {
            Figures figures = new Figures();
            SearchEvaluation.read(judgements).figures(products, scratch).forEach(figures::put);
            return figures.put("products", products.size())
                    .note(
                            "NDCG at 10 with gain 2^rating - 1; what nobody judged counts as 0. Field"
                                    + " weights were chosen with every other query in sight (by"
                                    + " alphabet); heldOut is the mean of the others.");
        } finally {
            delete(scratch);
        }
    }

    private static void add(Parsed<Product> parsed, List<ProductChange> products) {
        if (parsed instanceof Parsed.Good<Product> good) {
            int number = products.size();
            products.add(
                    new ProductChange(
                            number, number, good.value().id(), Optional.of(good.value())));
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
