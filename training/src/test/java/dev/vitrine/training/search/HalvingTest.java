package dev.vitrine.training.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HalvingTest {
    private static final List<Integer> SETTINGS = IntStream.range(0, 27).boxed().toList();

    @Test
    void theBestGetsTheLargestBudget() {
        List<Halving.Trial<Integer>> told = new ArrayList<>();
        List<Halving.Trial<Integer>> trials =
                new Halving(1, 27, 3).run(SETTINGS, (s, budget) -> s + .01 * budget, told::add);
        assertThat(trials).hasSize(27);
        assertThat(trials.getFirst().settings()).isEqualTo(26);
        assertThat(trials.getFirst().budget()).isEqualTo(27);
        assertThat(told.stream().mapToInt(Halving.Trial::budget).sum()).isEqualTo(4 * 27);
        assertThat(trials.stream().map(Halving.Trial::budget))
                .isSortedAccordingTo((left, right) -> right - left);
    }

    @Test
    void whatFailsIsOut() {
        List<Halving.Trial<Integer>> trials =
                new Halving(1, 9, 3)
                        .run(
                                SETTINGS,
                                (s, budget) -> {
                                    if (s > 20) {
                                        throw new VitrineException(
                                                TrainingError.FIT_FAILED, "exploded");
                                    }
                                    return (double) s;
                                },
                                trial -> {});
        assertThat(trials.getFirst().settings()).isEqualTo(20);
        assertThat(trials.stream().filter(trial -> Double.isNaN(trial.validation()))).hasSize(6);
    }

    @Test
    void allFailingEndsTheSearch() {
        List<Halving.Trial<Integer>> trials =
                new Halving(1, 9, 3)
                        .run(
                                SETTINGS,
                                (s, budget) -> {
                                    throw new VitrineException(
                                            TrainingError.FIT_FAILED, "exploded");
                                },
                                trial -> {});
        assertThat(trials).hasSize(27);
    }

    @Test
    void otherErrorsComeBack() {
        assertThatThrownBy(() ->
                        new Halving(1, 9, 3)
                                .run(
                                        SETTINGS,
                                        (s, budget) -> {
                                            throw new VitrineException(
                                                    TrainingError.DATA_UNSUITABLE, "no data");
                                        },
                                        trial -> {}))
                .hasMessage("no data");
    }
}
