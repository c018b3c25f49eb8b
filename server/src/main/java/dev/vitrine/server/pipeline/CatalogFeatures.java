package dev.vitrine.server.pipeline;

import dev.vitrine.data.catalog.Catalog;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.retrieval.table.FrequentFeatures;
import dev.vitrine.training.content.FeatureCounter;
import dev.vitrine.training.content.FeatureVectorTrainer;
import dev.vitrine.training.sequence.ItemFeatures;

/**
 * What the products of a catalogue say about themselves that others say too, for models that learn
 * of features. About 200 bytes a product.
 *
 * @param chosen the features there are
 * @param of by number in the catalogue
 * @param texts what title and description alone say, of an even sample of at most {@link
 *     #MOST_TEXTS} products
 */
record CatalogFeatures(
        FrequentFeatures chosen, FrequentFeatures.Of[] of, FrequentFeatures.Of[] texts) {
    /** Enough to learn some thousand features of. */
    private static final int MOST_TEXTS = 100_000;

    private static final FrequentFeatures.Of NONE =
            new FrequentFeatures.Of(new int[0], new float[0]);

    /** Reads the catalogue twice: features are chosen, and then found again in each product. */
    static CatalogFeatures of(Catalog catalog) {
        FeatureCounter counter = new FeatureCounter();
        catalog.scan(change -> change.product().ifPresent(counter::add));
        FrequentFeatures chosen = counter.choose();
        FrequentFeatures.Of[] of = new FrequentFeatures.Of[catalog.numbers()];
        FrequentFeatures.Of[] texts = new FrequentFeatures.Of[of.length];
        int every = Math.ceilDiv(of.length, MOST_TEXTS);
        catalog.scan(change -> {
            int number = change.number();
            if (change.product().isPresent() && number < of.length) {
                of[number] = chosen.of(change.product().get());
                if (number % every == 0) {
                    texts[number] = chosen.of(textsOf(change.product().get()));
                }
            }
        });
        return new CatalogFeatures(chosen, of, texts);
    }

    private static Product textsOf(Product product) {
        return Product.builder(product.id())
                .title(product.title())
                .description(product.description())
                .build();
    }

    /** A catalogue that says nothing. */
    static CatalogFeatures none() {
        return new CatalogFeatures(
                new FrequentFeatures(new int[0], new float[0]),
                new FrequentFeatures.Of[0],
                new FrequentFeatures.Of[0]);
    }

    /** The features of a product; none for one that is gone. */
    FrequentFeatures.Of of(int number) {
        FrequentFeatures.Of found = number < of.length ? of[number] : null;
        return found == null ? NONE : found;
    }

    /**
     * Learns what features tell of vectors that were learned for items.
     *
     * @param numbers of the items, by place among the vectors
     * @param vectors row by row
     */
    FeatureVectorTrainer told(int[] numbers, int width, float[] vectors) {
        FeatureVectorTrainer trainer = new FeatureVectorTrainer(chosen, width);
        for (int place = 0; place < numbers.length; place++) {
            int number = numbers[place];
            if (number < texts.length && texts[number] != null) {
                trainer.add(of(number), vectors, place * width);
                trainer.add(texts[number], vectors, place * width);
            }
        }
        return trainer;
    }

    /**
     * Those of some products, by place in {@code numbers}.
     *
     * @param hidden see {@link ItemFeatures}
     */
    ItemFeatures among(int[] numbers, double hidden) {
        if (chosen.size() == 0) {
            return ItemFeatures.NONE;
        }
        int[][] features = new int[numbers.length][];
        float[][] weights = new float[numbers.length][];
        for (int i = 0; i < numbers.length; i++) {
            features[i] = of(numbers[i]).features();
            weights[i] = of(numbers[i]).weights();
        }
        return new ItemFeatures(chosen.size(), features, weights, hidden);
    }
}
