package dev.vitrine.retrieval.lexical;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.catalog.ProductChange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Small indexes for tests. */
final class Indexes {
    private Indexes() {}

    static void build(Path base, List<Product> products) {
        try (IndexBuilder builder = IndexBuilder.create(base)) {
            changes(products).forEach(builder::add);
            builder.finish(products.size());
        }
    }

    /** Numbers products from 0 and sequences from 1. */
    static List<ProductChange> changes(List<Product> products) {
        List<ProductChange> changes = new ArrayList<>();
        for (Product product : products) {
            int number = changes.size();
            changes.add(new ProductChange(number + 1L, number, product.id(), Optional.of(product)));
        }
        return changes;
    }

    static ProductIndex open(Path base, Path working) {
        return open(base, working, IndexSettings.DEFAULT);
    }

    static ProductIndex open(Path base, Path working, IndexSettings settings) {
        return ProductIndex.open(base, working, settings, Thread.ofPlatform().daemon().factory());
    }

    static ProductIndex of(Path directory, List<Product> products) {
        build(directory.resolve("base"), products);
        return open(directory.resolve("base"), directory.resolve("working"));
    }

    /** Never refreshes or commits by itself. */
    static IndexSettings still() {
        IndexSettings like = IndexSettings.DEFAULT;
        return new IndexSettings(
                Duration.ofDays(1),
                Duration.ofDays(1),
                like.commitChanges(),
                like.writeBuffer(),
                like.maskCache(),
                like.synonyms());
    }

    static List<Integer> items(ProductIndex index, String text) {
        return index.search(LexicalQuery.of(text, 20)).hits().stream()
                .map(LexicalResult.Hit::item)
                .toList();
    }
}
