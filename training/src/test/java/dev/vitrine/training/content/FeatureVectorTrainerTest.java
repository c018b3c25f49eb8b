package dev.vitrine.training.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.table.FeatureVectors;
import dev.vitrine.retrieval.table.FrequentFeatures;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureVectorTrainerTest {
    private static final int WIDTH = 5;

    /** A product of a category, a colour and a word of its own. */
    private static Product product(int number) {
        return Product.builder("p" + number)
                .title("thing" + number % 7 + " unique" + number)
                .categories(List.of(List.of("Home", "shelf " + number % 4)))
                .attributes(Map.of("colour", new AttributeValue.Text(List.of("tone" + number % 3))))
                .build();
    }

    private static FrequentFeatures features(int products) {
        FeatureCounter counter = new FeatureCounter();
        for (int i = 0; i < products; i++) {
            counter.add(product(i));
        }
        return counter.choose();
    }

    @Test
    void whatFewOrMostProductsSayIsNoFeature() {
        FrequentFeatures features = features(84);
        FrequentFeatures.Of has = features.of(product(0));
        // The shelf as a path and as words, the colour likewise, and the thing.
        assertThat(has.features()).hasSizeBetween(4, 8).isSorted();
        Product unique = Product.builder("u").title("unique3 home").build();
        assertThat(features.of(unique).features()).isEmpty();
        assertThat(features(2).size()).isZero();
        assertThat(new FeatureCounter().choose().size()).isZero();
    }

    @Test
    void weightsHaveALengthOfOneAndFeaturesABound() {
        FeatureCounter counter = new FeatureCounter();
        StringBuilder all = new StringBuilder();
        for (int word = 0; word < 100; word++) {
            all.append("word").append(word).append(' ');
            for (int i = 0; i < 3; i++) {
                counter.add(Product.builder("p").title("word" + word).build());
            }
        }
        FrequentFeatures features = counter.choose();
        FrequentFeatures.Of has = features.of(Product.builder("all").title(all.toString()).build());
        assertThat(has.features()).hasSize(FrequentFeatures.MOST_EACH).doesNotHaveDuplicates();
        double length = 0;
        for (float weight : has.weights()) {
            length += weight * weight;
        }
        assertThat(length).isCloseTo(1, within(1e-5));
    }

    /** At the least of squares and ridge the gradient is zero: W'(v - W F) = F. */
    @Test
    void findsTheLeastOfSquaresAndRidge() {
        FrequentFeatures features = features(84);
        SplittableRandom random = new SplittableRandom(3);
        float[] vectors = new float[84 * WIDTH];
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = (float) random.nextGaussian();
        }
        FeatureVectorTrainer trainer = new FeatureVectorTrainer(features, WIDTH);
        for (int i = 0; i < 84; i++) {
            trainer.add(features.of(product(i)), vectors, i * WIDTH);
        }
        FeatureVectors told = trainer.fit();
        float[] gradient = new float[features.size() * WIDTH];
        for (int i = 0; i < 84; i++) {
            FrequentFeatures.Of has = features.of(product(i));
            float[] sum = told.of(has);
            for (int f = 0; f < has.features().length; f++) {
                for (int d = 0; d < WIDTH; d++) {
                    gradient[has.features()[f] * WIDTH + d] +=
                            has.weights()[f] * (vectors[i * WIDTH + d] - sum[d]);
                }
            }
        }
        for (int i = 0; i < gradient.length; i++) {
            assertThat(gradient[i]).isCloseTo(told.vectors()[i], within(1e-3f));
        }
    }

    @Test
    void whatIsAsLongAsItWasOfferedPointsWhereItDid() {
        FrequentFeatures features = features(84);
        SplittableRandom random = new SplittableRandom(3);
        float[] vectors = new float[84 * WIDTH];
        FeatureVectorTrainer trainer = new FeatureVectorTrainer(features, WIDTH);
        double wanted = 0;
        for (int i = 0; i < 84; i++) {
            double squares = 0;
            for (int d = 0; d < WIDTH; d++) {
                float value = (float) random.nextGaussian();
                vectors[i * WIDTH + d] = value;
                squares += value * value;
            }
            wanted += Math.sqrt(squares);
            trainer.add(features.of(product(i)), vectors, i * WIDTH);
        }
        FeatureVectors plain = trainer.fit();
        FeatureVectors asLong = trainer.fitAsLong();
        double found = 0;
        for (int i = 0; i < 84; i++) {
            double squares = 0;
            for (float value : asLong.of(product(i))) {
                squares += value * value;
            }
            found += Math.sqrt(squares);
        }
        assertThat(found).isCloseTo(wanted, within(1e-3 * wanted));
        float longer = asLong.vectors()[0] / plain.vectors()[0];
        assertThat(longer).isGreaterThan(1);
        assertThat(asLong.vectors()[7]).isCloseTo(longer * plain.vectors()[7], within(1e-4f));
    }

    @Test
    void whatSaysNothingOrWasNotLearnedIsPassedOver() {
        FrequentFeatures features = features(84);
        FeatureVectorTrainer trainer = new FeatureVectorTrainer(features, WIDTH);
        trainer.add(features.of(Product.ofId("bare")), new float[] {1, 1, 1, 1, 1}, 0);
        trainer.add(features.of(product(1)), new float[WIDTH], 0);
        assertThat(trainer.size()).isZero();
        assertThat(trainer.fit().of(product(1))).containsOnly(0f);
    }

    @Test
    void vectorsThatAreNoNumbersAreRefused() {
        FrequentFeatures features = features(84);
        FeatureVectorTrainer trainer = new FeatureVectorTrainer(features, WIDTH);
        trainer.add(features.of(product(1)), new float[] {1, Float.NaN, 1, 1, 1}, 0);
        assertThatThrownBy(trainer::fit)
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("not finite");
    }

    @Test
    void comesBackFromAFile(@TempDir Path folder) {
        FrequentFeatures features = features(84);
        float[] vectors = new float[features.size() * WIDTH];
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = i;
        }
        FeatureVectors told = new FeatureVectors(features, WIDTH, vectors);
        told.save(folder.resolve("told"));
        FeatureVectors loaded = FeatureVectors.load(folder.resolve("told"));
        assertThat(loaded.of(product(9))).containsExactly(told.of(product(9)));
        assertThatThrownBy(() -> new FeatureVectors(features, WIDTH + 1, vectors))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("do not fit");
    }
}
