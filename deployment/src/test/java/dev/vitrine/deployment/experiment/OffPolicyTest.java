package dev.vitrine.deployment.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.kernel.statistics.Moments;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OffPolicyTest {
    private static final OffPolicy.Settings FEW = new OffPolicy.Settings(.95, 200, 10, 1);

    /** Three decisions, by hand: weights 2, .5 and 0. */
    @Test
    void estimatesByHand() {
        List<Decision> log =
                List.of(
                        new Decision(1, 1, .25, .5, .6, .4),
                        new Decision(2, 3, .8, .4, 2, 1),
                        new Decision(3, 5, .5, 0, 4, 2));
        OffPolicy found = OffPolicy.of(log, new OffPolicy.Settings(.95, 200, 1, 1));
        assertThat(found.of(Estimator.LOGGED).value()).isCloseTo(3, within(1e-12));
        assertThat(found.of(Estimator.IPS).value()).isCloseTo(3.5 / 3, within(1e-12));
        assertThat(found.of(Estimator.SNIPS).value()).isCloseTo(1.4, within(1e-12));
        assertThat(found.of(Estimator.DIRECT).value()).isCloseTo(3.4 / 3, within(1e-12));
        assertThat(found.of(Estimator.DOUBLY_ROBUST).value())
                .isCloseTo((3.4 + .8 + .5) / 3, within(1e-12));
        assertThat(found.of(Estimator.SWITCH).value()).isCloseTo((3.4 + .5) / 3, within(1e-12));
        assertThat(found.effectiveDecisions()).isCloseTo(6.25 / 4.25, within(1e-12));
        assertThat(found.largestWeight()).isEqualTo(2);
        assertThat(found.meanWeight()).isCloseTo(2.5 / 3, within(1e-12));
        assertThat(found.switched()).isCloseTo(1 / 3.0, within(1e-12));
    }

    @Test
    void ofTheLoggingPolicyItselfAllSayTheSame() {
        SplittableRandom random = new SplittableRandom(4);
        List<Decision> log = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            double chance = .1 + .8 * random.nextDouble();
            log.add(new Decision(i, random.nextDouble(), chance, chance, 0, 0));
        }
        OffPolicy found = OffPolicy.of(log, FEW);
        for (Estimator estimator :
                List.of(Estimator.IPS, Estimator.SNIPS, Estimator.DOUBLY_ROBUST)) {
            assertThat(found.of(estimator).value())
                    .isCloseTo(found.of(Estimator.LOGGED).value(), within(1e-12));
        }
        assertThat(found.effectiveDecisions()).isCloseTo(500, within(1e-9));
        assertThat(found.meanWeight()).isCloseTo(1, within(1e-12));
        assertThat(OffPolicy.of(log, FEW)).isEqualTo(found);
    }

    /** Decisions of one visitor are one draw: the same log twice is not twice the evidence. */
    @Test
    void visitorsAreDrawnWhole() {
        SplittableRandom random = new SplittableRandom(4);
        List<Decision> once = new ArrayList<>();
        List<Decision> twice = new ArrayList<>();
        List<Decision> apart = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            double reward = random.nextDouble();
            once.add(new Decision(i, reward, .5, .5, 0, 0));
            for (int copy = 0; copy < 2; copy++) {
                twice.add(new Decision(i, reward, .5, .5, 0, 0));
                apart.add(new Decision(500L * copy + i, reward, .5, .5, 0, 0));
            }
        }
        double width = OffPolicy.of(once, FEW).of(Estimator.SNIPS).interval().width();
        assertThat(OffPolicy.of(twice, FEW).of(Estimator.SNIPS).interval().width())
                .isCloseTo(width, within(1e-9));
        assertThat(OffPolicy.of(apart, FEW).of(Estimator.SNIPS).interval().width())
                .isLessThan(.85 * width);
    }

    /**
     * A shop of three kinds of visitors and four items, logged by one policy and asked about
     * another of known worth: what is right on average is, what leans on a bad model is not, and
     * intervals hold the truth about as often as they say.
     */
    @Test
    void aKnownPolicyIsFound() {
        double[][] rates = {{.1, .2, .3, .4}, {.5, .1, .2, .1}, {.05, .3, .1, .2}};
        double[][] logging = {{.4, .3, .2, .1}, {.25, .25, .25, .25}, {.1, .2, .3, .4}};
        double[][] asked = {{.1, .1, .2, .6}, {.7, .1, .1, .1}, {.1, .7, .1, .1}};
        double truth = 0;
        for (int kind = 0; kind < 3; kind++) {
            for (int item = 0; item < 4; item++) {
                truth += asked[kind][item] * rates[kind][item] / 3;
            }
        }
        SplittableRandom random = new SplittableRandom(9);
        int logs = 200;
        double[][] values = new double[Estimator.values().length][logs];
        int[] held = new int[values.length];
        for (int i = 0; i < logs; i++) {
            List<Decision> log = new ArrayList<>();
            for (int row = 0; row < 400; row++) {
                int kind = random.nextInt(3);
                double at = random.nextDouble();
                int item = 0;
                while (item < 3 && at >= logging[kind][item]) {
                    at -= logging[kind][item++];
                }
                log.add(
                        new Decision(
                                row,
                                random.nextDouble() < rates[kind][item] ? 1 : 0,
                                logging[kind][item],
                                asked[kind][item],
                                .6,
                                .6));
            }
            OffPolicy found = OffPolicy.of(log, FEW);
            for (Estimator estimator : Estimator.values()) {
                values[estimator.ordinal()][i] = found.of(estimator).value();
                held[estimator.ordinal()] += found.of(estimator).interval().contains(truth) ? 1 : 0;
            }
        }
        for (Estimator estimator :
                List.of(Estimator.IPS, Estimator.SNIPS, Estimator.DOUBLY_ROBUST)) {
            Moments over = Moments.of(values[estimator.ordinal()]);
            assertThat(over.mean())
                    .as(estimator.name())
                    .isCloseTo(truth, within(4 * over.standardError() + .002));
            assertThat(held[estimator.ordinal()] / (double) logs)
                    .as(estimator.name())
                    .isBetween(.89, .99);
        }
        assertThat(Moments.of(values[Estimator.DIRECT.ordinal()]).mean()).isGreaterThan(truth + .1);
        assertThat(held[Estimator.LOGGED.ordinal()] / (double) logs).isLessThan(.3);
    }

    @Test
    void whatSaysNothingIsRefused() {
        assertThatThrownBy(() -> OffPolicy.of(List.of(), FEW)).hasMessageContaining("empty log");
        assertThatThrownBy(() -> new Decision(1, 0, 0, .5, 0, 0))
                .hasMessageContaining("with the chance 0.0");
        assertThatThrownBy(() -> new Decision(1, Double.NaN, .5, .5, 0, 0))
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> new OffPolicy.Settings(.95, 10, 1, 1))
                .hasMessageContaining("replicates");
    }
}
