package dev.vitrine.training.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemScorer;
import dev.vitrine.retrieval.table.ItemTable;
import dev.vitrine.training.TrainingError;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ItemTablesTest {
    private static final FitBudget BUDGET = new FitBudget(2, DataSize.ofMebibytes(16));

    /** Item 4 has no interaction; 0 and 1 go together, 2 and 3 go together. */
    private static InteractionMatrix train() {
        int[] column = {0, 1, 0, 1, 2, 2, 3, 2, 3, 0, 1};
        float[] value = new float[column.length];
        Arrays.fill(value, 1f);
        return new InteractionMatrix(5, 5, new int[] {0, 2, 5, 7, 9, 11}, column, value);
    }

    @Test
    void tableHoldsThePositiveWeightsBestFirst() {
        try (EaseModel model = Ease.fit(train(), EaseSettings.plain(1f), BUDGET, Progress.NONE)) {
            ItemTable table = ItemTables.truncate(model, 10, 2, Progress.NONE);
            for (int item = 0; item < 5; item++) {
                float last = Float.MAX_VALUE;
                for (int place = 0; place < table.neighbors(item); place++) {
                    int other = table.neighbor(item, place);
                    assertThat(table.weight(item, place))
                            .isCloseTo(model.weight(item, other), within(1e-6f))
                            .isPositive()
                            .isLessThanOrEqualTo(last);
                    last = table.weight(item, place);
                }
            }
            assertThat(table.neighbor(0, 0)).isEqualTo(1);
            assertThat(table.neighbor(3, 0)).isEqualTo(2);
            assertThat(table.neighbors(4)).isZero();
            ItemTable cut = ItemTables.truncate(model, 1, 2, Progress.NONE);
            assertThat(cut.neighbors(0)).isEqualTo(1);
        }
    }

    @Test
    void refusesBeforeStartingWhatDoesNotFit() {
        FitBudget none = new FitBudget(1, new DataSize(63));
        assertThatThrownBy(() -> Ease.fit(train(), EaseSettings.plain(1f), none, Progress.NONE))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(TrainingError.MEMORY_INSUFFICIENT))
                .hasMessageContaining("4 items");
        assertThat(none.allows(64)).isFalse();
        assertThat(none.allows(63)).isTrue();
    }

    @Test
    void readsFreeMemoryAsTheKernelStatesIt() {
        assertThat(FreeMemory.available(List.of("MemTotal: 9 kB", "MemAvailable:    12 kB")))
                .isEqualTo(12 * 1024);
        assertThat(FreeMemory.bytes()).isPositive();
    }

    @Test
    void blendAddsScoresDividedByTheirDeviation() {
        ItemScorer first = fixed(0f, 2f, 0f, 2f);
        ItemScorer second = fixed(100f, 100f, 300f, 300f);
        Blend blend = new Blend(List.of(new Blend.Part(first, 1f), new Blend.Part(second, .5f)));
        float[] scores = new float[4];
        blend.score(History.of(0), scores);
        assertThat(scores).containsExactly(.5f, 2.5f, 1.5f, 3.5f);
        assertThatThrownBy(() ->
                        new Blend(
                                List.of(new Blend.Part(first, 1f), new Blend.Part(fixed(1f), 1f))))
                .hasMessageContaining("must rank 4 items");
    }

    private static ItemScorer fixed(float... values) {
        return new ItemScorer() {
            @Override
            public int items() {
                return values.length;
            }

            @Override
            public void score(History history, float[] scores) {
                System.arraycopy(values, 0, scores, 0, values.length);
            }
        };
    }
}
