package dev.vitrine.retrieval.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.candidate.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FactorModelTest {
    @TempDir Path folder;

    private final FactorModel model = model(50, 8);

    @Test
    void foldsInWhatItKnowsAndPassesOverTheRest() {
        float[] known = model.foldIn(History.of(3, 7));
        assertThat(model.foldIn(History.of(3, 999, 7, -1))).containsExactly(known);
        assertThat(model.foldIn(History.EMPTY)).containsOnly(0f);
        assertThat(model.foldIn(History.of(50, 51))).containsOnly(0f);
    }

    @Test
    void anItemSeenTwiceCountsTwice() {
        float[] twice = model.foldIn(History.of(3, 3));
        float[] heavy = model.foldIn(new History(new int[] {3, 4}, new float[] {2f, 1e-4f}));
        for (int k = 0; k < 8; k++) {
            assertThat(twice[k]).isCloseTo(heavy[k], within(1e-3f));
        }
    }

    @Test
    void absurdWeightsGiveFiniteVectors() {
        float[] weights = {Float.MAX_VALUE, Float.MIN_VALUE, Float.NaN, Float.POSITIVE_INFINITY};
        float[] vector = model.foldIn(new History(new int[] {1, 2, 3, 4}, weights));
        for (float value : vector) {
            assertThat(value).isFinite();
        }
    }

    @Test
    void scoresAreInnerProductsWithTheVector() {
        History history = History.of(1, 2, 3);
        float[] scores = new float[60];
        scores[50] = 9;
        model.score(history, scores);
        float[] vector = model.foldIn(history);
        assertThat(scores[17]).isEqualTo(model.score(vector, 17));
        assertThat(scores[50]).isEqualTo(9);
    }

    @Test
    void manyThreadsGetTheSameAnswer() throws Exception {
        History history = History.of(1, 2, 3, 9, 11);
        float[] expected = model.foldIn(history);
        Thread[] threads = new Thread[16];
        boolean[] same = new boolean[threads.length];
        for (int t = 0; t < threads.length; t++) {
            int at = t;
            threads[t] =
                    Thread.ofVirtual()
                            .start(() -> {
                                same[at] = true;
                                for (int i = 0; i < 200; i++) {
                                    same[at] &= Arrays.equals(expected, model.foldIn(history));
                                }
                            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(same).containsOnly(true);
    }

    @Test
    void comesBackFromAFileAsItWas() {
        Path file = folder.resolve("factors");
        model.save(file);
        FactorModel loaded = FactorModel.load(file);
        assertThat(loaded.factors()).containsExactly(model.factors());
        assertThat(loaded.fit()).isEqualTo(model.fit());
        assertThat(loaded.foldIn(History.of(5, 6))).containsExactly(model.foldIn(History.of(5, 6)));
        assertThat(folder.resolve("factors.partial")).doesNotExist();
    }

    @Test
    void everyFlippedBitIsFound() throws IOException {
        Path file = folder.resolve("factors");
        model(6, 4).save(file);
        byte[] bytes = Files.readAllBytes(file);
        for (int at = 0; at < bytes.length; at++) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= (byte) (1 << (at % 8));
            Path bad = Files.write(folder.resolve("bad"), damaged);
            assertDamaged(bad);
        }
    }

    @Test
    void everyCutIsFound() throws IOException {
        Path file = folder.resolve("factors");
        model(6, 4).save(file);
        byte[] bytes = Files.readAllBytes(file);
        for (int length = 0; length < bytes.length; length++) {
            assertDamaged(Files.write(folder.resolve("bad"), Arrays.copyOf(bytes, length)));
        }
    }

    @Test
    void anotherKindOfModelIsNamed() {
        Path file = folder.resolve("popularity");
        new Popularity(new float[] {1, 2}, java.util.Map.of()).save(file);
        assertThatThrownBy(() -> FactorModel.load(file))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(RetrievalError.MODEL_FORMAT))
                .hasMessageContaining("'popularity' version 1")
                .hasMessageContaining("'factors' version 1");
    }

    private static void assertDamaged(Path file) {
        assertThatThrownBy(() -> FactorModel.load(file))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(RetrievalError.MODEL_DAMAGED))
                .hasMessageContaining(file.toString());
    }

    private static FactorModel model(int items, int dimensions) {
        SplittableRandom random = new SplittableRandom(7);
        float[] factors = new float[items * dimensions];
        for (int i = 0; i < factors.length; i++) {
            factors[i] = (float) random.nextDouble(-1, 1);
        }
        float[] gram = new float[dimensions];
        Arrays.fill(gram, items / 3f);
        return new FactorModel(
                items, dimensions, factors, gram, new FactorModel.Fit(0.1, 0.01, 1, items));
    }
}
