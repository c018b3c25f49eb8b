package dev.vitrine.deployment.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.statistics.CountTest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Who is in which arm: evenly, for good, and in one experiment of a layer at most. */
class AssignmentsTest {
    private static final int VISITORS = 100_000;

    private static Assignments of(Experiment... experiments) {
        return new Assignments(0, "none", List.of(new Layer("layer", List.of(experiments))));
    }

    private static Experiment part(String name, int from, int to, double exposure) {
        return new Experiment(
                name, name, List.of(new Arm("old", 1), new Arm("new", 1)), from, to, exposure);
    }

    private static int arm(Assignments assignments, String experiment, long visitor) {
        return switch (assignments.placement(experiment, visitor)) {
            case Placement.In in -> in.index();
            case Placement.Out out -> -1;
        };
    }

    /** Nodes of different versions have to agree; so these never change. */
    @Test
    void placementsArePinned() {
        Assignments assignments = of(Experiment.ofTwo("ranker", "old", "new"));
        StringBuilder arms = new StringBuilder();
        for (long visitor = 0; visitor < 32; visitor++) {
            arms.append(arm(assignments, "ranker", visitor));
        }
        assertThat(arms).hasToString("01100101111111101011111000010001");
    }

    /** A ramp, and a layer's experiment that gets more buckets, move nobody who is in. */
    @Property(tries = 200)
    void whoIsInStays(
            @ForAll @IntRange(max = 100) int percent,
            @ForAll @IntRange(max = 100) int more,
            @ForAll @IntRange(max = 3000) int fewerBuckets,
            @ForAll long firstVisitor) {
        Experiment before =
                part("ranker", fewerBuckets, 9_000 - fewerBuckets, Math.min(percent, more) / 100.0);
        Experiment after = part("ranker", 0, 9_000, Math.max(percent, more) / 100.0);
        after.requireKeeps(before);
        Assignments old = of(before);
        Assignments now = of(after, part("other", 9_000, 10_000, 1));
        for (long visitor = firstVisitor; visitor < firstVisitor + 500; visitor++) {
            int arm = arm(old, "ranker", visitor);
            if (arm >= 0) {
                assertThat(arm(now, "ranker", visitor)).isEqualTo(arm);
            }
        }
    }

    @Test
    void armsGetTheirShares() {
        Experiment experiment =
                new Experiment(
                        "three",
                        "salt",
                        List.of(new Arm("a", 5), new Arm("b", 3), new Arm("c", 2)),
                        0,
                        Experiment.BUCKETS,
                        1);
        List<LongUnaryOperator> numberings =
                List.of(i -> i, i -> i * 1024, i -> i << 40, i -> -i, i -> i * i);
        for (LongUnaryOperator numbering : numberings) {
            long[] counts = new long[3];
            for (long i = 0; i < VISITORS; i++) {
                counts[arm(of(experiment), "three", numbering.applyAsLong(i))]++;
            }
            assertThat(CountTest.shares(counts, new double[] {5, 3, 2}).pValue())
                    .isGreaterThan(1e-4);
        }
    }

    @Test
    void experimentsOfDifferentLayersAreIndependent() {
        List<Layer> layers = new ArrayList<>();
        for (String name : List.of("one", "two", "three")) {
            layers.add(new Layer("layer-" + name, List.of(Experiment.ofTwo(name, "old", "new"))));
        }
        Assignments assignments = new Assignments(.1, "holdout", layers);
        long[][] counts = new long[3][8];
        int heldOut = 0;
        for (long visitor = 0; visitor < VISITORS; visitor++) {
            if (assignments.isHeldOut(visitor)) {
                heldOut++;
                assertThat(assignments.placement("one", visitor))
                        .isEqualTo(new Placement.Out(Placement.Reason.HELD_OUT));
                continue;
            }
            int cell =
                    arm(assignments, "one", visitor)
                            + 2 * arm(assignments, "two", visitor)
                            + 4 * arm(assignments, "three", visitor);
            counts[0][cell]++;
        }
        double[] even = {1, 1, 1, 1, 1, 1, 1, 1};
        assertThat(CountTest.shares(counts[0], even).pValue()).isGreaterThan(1e-4);
        assertThat(heldOut / (double) VISITORS).isBetween(.097, .103);
    }

    @Test
    void exposureAndArmsAreIndependent() {
        Assignments part = of(part("ranker", 0, 5_000, .3));
        long[] in = new long[2];
        for (long visitor = 0; visitor < VISITORS; visitor++) {
            int arm = arm(part, "ranker", visitor);
            if (arm >= 0) {
                in[arm]++;
            }
        }
        assertThat(CountTest.shares(in, new double[] {1, 1}).pValue()).isGreaterThan(1e-4);
        assertThat((in[0] + in[1]) / (double) VISITORS).isBetween(.145, .155);
    }

    @Test
    void aVisitorIsInOneExperimentOfALayerAtMost() {
        Assignments assignments = of(part("one", 0, 4_000, 1), part("two", 4_000, 10_000, .5));
        int waiting = 0;
        for (long visitor = 0; visitor < VISITORS; visitor++) {
            boolean one = arm(assignments, "one", visitor) >= 0;
            boolean two = arm(assignments, "two", visitor) >= 0;
            assertThat(one && two).isFalse();
            waiting +=
                    assignments
                                    .placement("two", visitor)
                                    .equals(new Placement.Out(Placement.Reason.NOT_EXPOSED))
                            ? 1
                            : 0;
        }
        assertThat(waiting / (double) VISITORS).isBetween(.29, .31);
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> of(part("a", 0, 5, 1), part("b", 4, 9, 1)))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("share buckets");
        assertThatThrownBy(() -> part("a", 0, 10_001, 1)).hasMessageContaining("10001");
        assertThatThrownBy(() -> part("a", 0, 10, Double.NaN)).hasMessageContaining("exposure");
        assertThatThrownBy(() -> new Arm("a", 0)).hasMessageContaining("weight");
        assertThatThrownBy(() -> part("a b", 0, 10, 1)).hasMessageContaining("not a name");
        assertThatThrownBy(() -> Experiment.ofTwo("a", "same", "same"))
                .hasMessageContaining("two arms");
        assertThatThrownBy(() -> of().placement("a", 1)).hasMessageContaining("no experiment 'a'");
        Experiment before = part("a", 10, 20, .5);
        for (Experiment after :
                List.of(
                        part("a", 10, 20, .4),
                        part("a", 11, 20, .5),
                        part("a", 10, 19, .5),
                        new Experiment("a", "b", before.arms(), 10, 20, .5))) {
            assertThatThrownBy(() -> after.requireKeeps(before))
                    .hasMessageContaining("has visitors");
        }
    }
}
