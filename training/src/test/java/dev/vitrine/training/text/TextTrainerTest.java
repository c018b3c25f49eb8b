package dev.vitrine.training.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDScope;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.text.TextEncoder;
import dev.vitrine.retrieval.text.TextFeatures;
import dev.vitrine.training.network.Fit;
import dev.vitrine.training.network.FitSettings;
import dev.vitrine.training.network.LearningCurve;
import dev.vitrine.training.network.Torch;
import dev.vitrine.training.network.TorchCache;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextTrainerTest {
    private static final TextSettings SETTINGS =
            new TextSettings(new TextFeatures(1 << 12, 64), 24, 48, .1, 20, 32);
    private static final FitSettings FIT = new FitSettings(15, 15, 1e-2, 10, 0, 5, 3);

    /** Words for the same thing that share no letters to go by, one list a language. */
    private static final List<String> SHOP =
            List.of("kettle", "lamp", "sofa", "rug", "mirror", "drill", "tent", "violin");

    private static final List<String> SHOPPER =
            List.of("boiler", "light", "couch", "carpet", "glass", "borer", "camping", "fiddle");

    private static Torch torch;

    @TempDir private Path work;

    @BeforeAll
    static void start() {
        torch = Torch.open(1, TorchCache.folder());
    }

    @AfterAll
    static void stop() {
        torch.close();
    }

    /** Queries in the shopper's words for products in the shop's. */
    private static TextPairs pairs() {
        SplittableRandom random = new SplittableRandom(5);
        List<String> colours = List.of("red", "blue", "green", "black");
        List<String> texts = new ArrayList<>();
        int count = 400;
        int[] left = new int[count];
        int[] right = new int[count];
        for (int pair = 0; pair < count; pair++) {
            int thing = random.nextInt(SHOP.size());
            String colour = colours.get(random.nextInt(colours.size()));
            left[pair] = texts.size();
            texts.add("a " + SHOPPER.get(thing) + " in " + colour);
            right[pair] = texts.size();
            texts.add(colour + " " + SHOP.get(thing) + " no " + random.nextInt(1_000));
        }
        return new TextPairs(texts, left, right);
    }

    /** The share of the shopper's words whose nearest word of the shop is the right one. */
    private static double found(TextEncoder encoder) {
        float[] asked = encoder.encode(SHOPPER);
        float[] products = encoder.encode(SHOP);
        int width = encoder.width();
        int found = 0;
        for (int query = 0; query < SHOPPER.size(); query++) {
            int best = 0;
            double highest = Double.NEGATIVE_INFINITY;
            for (int product = 0; product < SHOP.size(); product++) {
                double score = 0;
                for (int d = 0; d < width; d++) {
                    score += asked[query * width + d] * products[product * width + d];
                }
                if (score > highest) {
                    highest = score;
                    best = product;
                }
            }
            found += best == query ? 1 : 0;
        }
        return found / (double) SHOPPER.size();
    }

    @Test
    void learnsWhichWordsMeanTheSame() {
        TextTrainer trainer =
                new TextTrainer(torch, SETTINGS, FIT, pairs(), TextTrainerTest::found, work);
        assertThat(trainer.validate()).isLessThan(.7);
        LearningCurve curve = new Fit(FIT, null, Progress.NONE).run(trainer);
        assertThat(curve.bestValidation()).isEqualTo(1);
    }

    @Test
    void whatServesComputesWhatWasFitted() {
        PooledText network = new PooledText(torch, SETTINGS, 3, List.of());
        TextTrainer trainer =
                new TextTrainer(
                        torch,
                        network,
                        SETTINGS.contrast(),
                        FIT,
                        pairs(),
                        TextTrainerTest::found,
                        work);
        trainer.begin(1);
        trainer.train(0, 1e-2);
        Path file = work.resolve("text.onnx");
        trainer.export(file);
        List<String> texts = List.of("a couch in red", "", "blue kettle no 7", "x", "手机 lamp");
        try (OnnxSession session = OnnxSession.open(file, SessionSettings.DEFAULT);
                NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            float[] served = trainer.encoder(session).encode(texts);
            int width = SETTINGS.width();
            for (int text = 0; text < texts.size(); text++) {
                float[] fitted =
                        texts.get(text).isEmpty()
                                ? new float[width]
                                : encoded(network, texts.get(text));
                for (int d = 0; d < width; d++) {
                    assertThat(served[text * width + d]).isCloseTo(fitted[d], within(1e-4f));
                }
            }
        }
    }

    private static float[] encoded(PooledText network, String text) {
        long[] own = Arrays.stream(SETTINGS.features().of(text)).asLongStream().toArray();
        return network.forward(own, 1, own.length).toFloatArray();
    }

    @Test
    void refusesPairsThatTeachNothing() {
        TextPairs one = new TextPairs(List.of("a", "b"), new int[] {0}, new int[] {1});
        assertThatThrownBy(() ->
                        new TextTrainer(torch, SETTINGS, FIT, one, TextTrainerTest::found, work))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("found 1");
        assertThatThrownBy(() -> new TextPairs(List.of("a"), new int[] {0}, new int[] {1}))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("texts 0 and 1 of 1");
    }
}
