package dev.vitrine.training.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.time.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a fit ends, told by a clock of the test's own. */
class FitTest {
    private static final FitSettings TEN_EPOCHS = new FitSettings(10, 3, 1e-2, 0, 0, 5, 1);
    private static final long SECOND = 1_000_000_000L;

    private static Torch torch;

    @TempDir private Path folder;

    private final List<String> said = new ArrayList<>();
    private long now;

    private final Progress progress =
            new Progress() {
                @Override
                public void start(String step, String unit, long total) {}

                @Override
                public void advance(long done) {}

                @Override
                public void finish(String summary) {
                    said.add(summary);
                }
            };

    @BeforeAll
    static void open() {
        torch = Torch.open(1, TorchCache.folder());
    }

    @AfterAll
    static void close() {
        torch.close();
    }

    /** Two steps of two seconds and a validation of one: five seconds an epoch. */
    private class Slow implements Learner {
        private final Parameters parameters = new Parameters(torch, 1);
        private final DropMask drop = new DropMask(torch, 1);
        private final double[] validations;
        private int epoch;
        private boolean judged = true;

        Slow(double... validations) {
            this.validations = validations;
            parameters.constant("epoch", 0, 1);
        }

        @Override
        public String name() {
            return "slow";
        }

        @Override
        public Parameters parameters() {
            return parameters;
        }

        @Override
        public DropMask dropout() {
            return drop;
        }

        @Override
        public void begin(int next) {
            epoch = next;
            parameters.restore(java.util.Map.of("epoch", new float[] {next}));
        }

        @Override
        public int batches() {
            return 2;
        }

        @Override
        public int rows(int batch) {
            return 100;
        }

        @Override
        public float train(int batch, double rate) {
            now += 2 * SECOND;
            return 1;
        }

        @Override
        public double validate() {
            now += SECOND;
            return epoch <= validations.length ? validations[epoch - 1] : epoch;
        }

        @Override
        public boolean judged() {
            return judged;
        }

        int kept() {
            return (int) parameters.values("epoch")[0];
        }
    }

    private LearningCurve fit(Slow slow, int seconds, @Nullable Checkpoint checkpoint) {
        Duration longest = Duration.ofSeconds(seconds);
        return new Fit(TEN_EPOCHS, checkpoint, longest, () -> now, progress).run(slow);
    }

    @Test
    void noEpochBeginsThatWouldEndAfterTheBound() {
        Slow slow = new Slow();
        LearningCurve curve = fit(slow, 19, null);
        assertThat(curve.points()).hasSize(3);
        assertThat(curve.cutShort()).isTrue();
        assertThat(now).isEqualTo(15 * SECOND);
        assertThat(slow.kept()).isEqualTo(3);
        assertThat(said.getLast())
                .isEqualTo("ended after epoch 3: another would not end within 19 s");
    }

    @Test
    void anEpochThatEndsWithTheBoundIsHad() {
        assertThat(fit(new Slow(), 20, null).points()).hasSize(4);
    }

    @Test
    void whatWasBestBeforeTheBoundIsKept() {
        Slow slow = new Slow(.1, .4, .2);
        LearningCurve curve = fit(slow, 15, null);
        assertThat(curve.best()).isEqualTo(2);
        assertThat(slow.kept()).isEqualTo(2);
    }

    @Test
    void oneEpochIsHadInAnyCase() {
        LearningCurve curve = fit(new Slow(), 1, null);
        assertThat(curve.points()).hasSize(1);
        assertThat(curve.cutShort()).isTrue();
    }

    @Test
    void whatEndsByItselfIsNotCutShort() {
        assertThat(fit(new Slow(), 50, null).cutShort()).isFalse();
        LearningCurve patient = fit(new Slow(.4, .3, .2, .1), 20, null);
        assertThat(patient.points()).hasSize(4);
        assertThat(patient.cutShort()).isFalse();
        assertThat(said).noneMatch(line -> line.contains("within"));
    }

    @Test
    void rowsASecondAreThoseOfTrainingAlone() {
        assertThat(fit(new Slow(), 10, null).rowsPerSecond()).isEqualTo(50);
    }

    @Test
    void whatAFitTookBeforeItWasKilledCounts() {
        Checkpoint checkpoint = new Checkpoint(folder.resolve("fit"), "the same");
        Slow killed =
                new Slow() {
                    @Override
                    public void begin(int epoch) {
                        if (epoch == 3) {
                            throw new IllegalStateException("killed");
                        }
                        super.begin(epoch);
                    }
                };
        assertThatThrownBy(() -> fit(killed, 20, checkpoint)).hasMessage("killed");
        now = 0;
        said.clear();
        LearningCurve curve = fit(new Slow(), 20, checkpoint);
        assertThat(curve.points()).hasSize(4);
        assertThat(now).isEqualTo(10 * SECOND);
        assertThat(curve.spent()).isEqualTo(20);
        assertThat(said.getFirst()).isEqualTo("goes on after epoch 2");
    }

    @Test
    void whatEndedBeforeIsTakenAsItWas() {
        Checkpoint checkpoint = new Checkpoint(folder.resolve("fit"), "the same");
        LearningCurve first = fit(new Slow(.1, .4, .3, .2, .1), 50, checkpoint);
        said.clear();
        now = 0;
        Slow again = new Slow();
        LearningCurve second = fit(again, 50, checkpoint);
        assertThat(second).isEqualTo(first);
        assertThat(again.kept()).isEqualTo(2);
        assertThat(now).isZero();
        assertThat(said).containsExactly("was fitted before: epochs 5");
    }

    @Test
    void whatIsNotValidatedHasAllItsEpochsAndSaysNoneWasBest() {
        Slow slow =
                new Slow() {
                    @Override
                    public double validate() {
                        throw new AssertionError("there is nothing to validate by");
                    }
                };
        slow.judged = false;
        LearningCurve curve = fit(slow, 100, null);
        assertThat(curve.points()).hasSize(10);
        assertThat(curve.best()).isEqualTo(10);
        assertThat(curve.bestValidation()).isNaN();
        assertThat(slow.kept()).isEqualTo(10);
        assertThat(said).hasSize(10).noneMatch(line -> line.contains("validation"));
    }
}
