package dev.vitrine.training.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.table.ContentModel;
import dev.vitrine.retrieval.table.FactorModel;
import dev.vitrine.retrieval.table.FeatureVectors;
import dev.vitrine.retrieval.table.FrequentFeatures;
import dev.vitrine.training.TasteWorld;
import dev.vitrine.training.factorization.FactorSettings;
import dev.vitrine.training.factorization.ImplicitFactors;
import dev.vitrine.training.parallel.ParallelBlocks;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentTest {
    private static final String[][] WORDS = {
        {"wireless", "mouse", "optical", "ergonomic", "receiver"},
        {"coffee", "espresso", "grinder", "arabica", "filter"},
        {"无线鼠标", "静音办公", "蓝牙双模", "可充电", "人体工学"},
        {"running", "shoe", "trail", "lace", "cushioned"},
    };

    private static final ParallelBlocks TWO = new ParallelBlocks(2);

    @AfterAll
    static void end() {
        TWO.close();
    }

    @Test
    void productsOfOneKindAreAlikeInEnglishAndInChinese() {
        ContentModel model = model(300);
        for (int kind = 0; kind < WORDS.length; kind++) {
            float[] one = model.embed(product(1001, kind));
            float[] same = model.embed(product(1002, kind));
            float[] other = model.embed(product(1003, (kind + 1) % WORDS.length));
            assertThat(ContentModel.similarity(one, one)).isCloseTo(1f, within(1e-4f));
            assertThat(ContentModel.similarity(one, same))
                    .isGreaterThan(ContentModel.similarity(one, other) + 0.3f);
        }
    }

    @Test
    void attributesAloneSayWhatAProductIs() {
        ContentTrainer trainer = new ContentTrainer(4, 1);
        for (int i = 0; i < 40; i++) {
            trainer.add(withAttribute(i, i % 2 == 0 ? "red" : "blue", i % 2 == 0 ? 10 : 300));
        }
        ContentModel model = trainer.fit(TWO, Progress.NONE);
        float[] red = model.embed(withAttribute(50, "red", 10.4));
        assertThat(ContentModel.similarity(red, model.embed(withAttribute(51, "red", 10))))
                .isGreaterThan(0.99f);
        assertThat(ContentModel.similarity(red, model.embed(withAttribute(52, "blue", 300))))
                .isLessThan(0.1f);
    }

    @Test
    void whatSaysNothingIsZero() {
        ContentModel model = model(100);
        assertThat(model.embed(Product.ofId("bare"))).containsOnly(0f);
        assertThat(model.embed(Product.builder("odd").title("qwxyz").build())).containsOnly(0f);
    }

    @Test
    void aCatalogueWithoutAnythingInCommonIsRefused() {
        ContentTrainer trainer = new ContentTrainer(4, 1);
        trainer.add(Product.builder("1").title("alone").build());
        assertThatThrownBy(() -> trainer.fit(TWO, Progress.NONE))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("1 products");
    }

    @Test
    void theSampleIsBoundedAndSeeded() {
        float[][] vectors = new float[2][];
        for (int run = 0; run < 2; run++) {
            ContentTrainer trainer = new ContentTrainer(8, 50, 9);
            for (int i = 0; i < 500; i++) {
                trainer.add(product(i, i % WORDS.length));
            }
            assertThat(trainer.products()).isEqualTo(50);
            vectors[run] = trainer.fit(TWO, Progress.NONE).embed(product(9999, 0));
        }
        assertThat(vectors[1]).containsExactly(vectors[0]);
    }

    @Test
    void modelsComeBackFromFiles(@TempDir Path folder) {
        ContentModel model = model(100);
        model.save(folder.resolve("content"));
        ContentModel loaded = ContentModel.load(folder.resolve("content"));
        assertThat(loaded.embed(product(7, 2))).containsExactly(model.embed(product(7, 2)));
    }

    /** Items 160 and up are unknown to the factor model, and must still find their people. */
    @Test
    void itemsThatNobodyMetRankFarBetterThanByChance() {
        int items = 200;
        int warm = 160;
        TasteWorld world = new TasteWorld(800, items, WORDS.length, 4);
        var all = world.matrix();
        var train = onlyBelow(all, warm);
        FactorModel factors =
                ImplicitFactors.fit(
                        train,
                        new FactorSettings(16, 8, 0.05, 0.02, 1, 0.1, 3),
                        TWO,
                        Progress.NONE);
        FeatureCounter counter = new FeatureCounter();
        for (int i = 0; i < warm; i++) {
            counter.add(product(i, world.tasteOf(i)));
        }
        FrequentFeatures features = counter.choose();
        FeatureVectorTrainer trainer = new FeatureVectorTrainer(features, factors.dimensions());
        for (int i = 0; i < warm; i++) {
            FrequentFeatures.Of has = features.of(product(i, world.tasteOf(i)));
            trainer.add(has, factors.factors(), i * factors.dimensions());
        }
        FeatureVectors told = trainer.fit();
        float[][] coldFactors = new float[items][];
        for (int i = warm; i < items; i++) {
            coldFactors[i] = told.of(product(i, world.tasteOf(i)));
        }

        double ranks = 0;
        int counted = 0;
        for (int u = 0; u < all.rows(); u++) {
            float[] vector = factors.foldIn(History.of(train.row(u)));
            for (int target : all.row(u)) {
                if (target >= warm) {
                    ranks += shareAbove(vector, target, coldFactors, warm);
                    counted++;
                }
            }
        }
        assertThat(counted).isGreaterThan(500);
        // By chance half of the other cold items stand above one that was touched.
        assertThat(ranks / counted).isLessThan(0.25);
    }

    private static double shareAbove(float[] vector, int target, float[][] factors, int warm) {
        int above = 0;
        float own = ContentModel.similarity(vector, factors[target]);
        for (int i = warm; i < factors.length; i++) {
            above += ContentModel.similarity(vector, factors[i]) > own ? 1 : 0;
        }
        return above / (double) (factors.length - warm - 1);
    }

    private static InteractionMatrix onlyBelow(InteractionMatrix all, int end) {
        int[] start = new int[all.rows() + 1];
        int[] column = new int[all.entries()];
        int n = 0;
        for (int u = 0; u < all.rows(); u++) {
            for (int item : all.row(u)) {
                if (item < end) {
                    column[n++] = item;
                }
            }
            start[u + 1] = n;
        }
        float[] ones = new float[n];
        Arrays.fill(ones, 1f);
        return new InteractionMatrix(all.rows(), end, start, Arrays.copyOf(column, n), ones);
    }

    private static ContentModel model(int products) {
        ContentTrainer trainer = new ContentTrainer(8, 1);
        for (int i = 0; i < products; i++) {
            trainer.add(product(i, i % WORDS.length));
        }
        return trainer.fit(TWO, Progress.NONE);
    }

    private static Product product(int number, int kind) {
        SplittableRandom random = new SplittableRandom(number);
        StringBuilder title = new StringBuilder();
        for (int w = 0; w < 3; w++) {
            title.append(WORDS[kind][random.nextInt(WORDS[kind].length)]).append(' ');
        }
        return Product.builder("p" + number)
                .title(title.toString())
                .brand("brand" + random.nextInt(5))
                .description("a fine thing that serves its owner well")
                .build();
    }

    private static Product withAttribute(int number, String colour, double weight) {
        return Product.builder("p" + number)
                .attributes(
                        Map.of(
                                "colour",
                                new AttributeValue.Text(List.of(colour)),
                                "weight",
                                new AttributeValue.Numeric(List.of(weight))))
                .build();
    }
}
