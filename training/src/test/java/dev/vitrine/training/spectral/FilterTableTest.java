package dev.vitrine.training.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.table.ItemTable;
import dev.vitrine.training.linear.FitBudget;
import dev.vitrine.training.parallel.ParallelBlocks;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FilterTableTest {
    private static final int ITEMS = 130;
    private static final FitBudget BUDGET = new FitBudget(2, DataSize.ofMebibytes(64));

    private static InteractionMatrix people(int count) {
        return GraphFilterProperties.random(count, ITEMS, 5);
    }

    private static Optional<ItemTable> fit(InteractionMatrix train, int perItem, FitBudget budget) {
        try (ParallelBlocks parallel = new ParallelBlocks(2)) {
            return FilterTable.fit(train, perItem, 7, budget, parallel, Progress.NONE);
        }
    }

    @Test
    void aTableOfAllWeightsScoresAsTheFilter() {
        InteractionMatrix train = people(200);
        ItemTable table = fit(train, ITEMS, BUDGET).orElseThrow();
        FilterSettings settings = new FilterSettings(ITEMS / 4, .15f, .5f, .4f, .4f);
        Random random = new Random(1);
        try (GraphFilter filter = GraphFilter.fit(train, settings, 7, BUDGET, Progress.NONE)) {
            for (int round = 0; round < 20; round++) {
                int item = random.nextInt(ITEMS);
                float[] scores = new float[ITEMS];
                filter.score(History.of(item), scores);
                TopItems best = new TopItems(10);
                ItemMask others = ItemMask.all(ITEMS);
                others.remove(item);
                table.collect(History.of(item), others, best);
                best.sort();
                assertThat(best.size()).isEqualTo(10);
                for (int place = 0; place < best.size(); place++) {
                    assertThat(best.score(place))
                            .isCloseTo(scores[best.item(place)], within(1e-5f));
                }
                assertThat(best.score(0)).isCloseTo(largest(scores, item), within(1e-5f));
            }
        }
    }

    @Test
    void thereIsNoneWithoutASpectrumOrRoomForIt() {
        assertThat(fit(people(20), 10, BUDGET)).isEmpty();
        assertThat(fit(people(200), 10, new FitBudget(2, new DataSize(1000)))).isEmpty();
        assertThat(fit(people(200), 10, BUDGET)).isPresent();
    }

    private static float largest(float[] scores, int without) {
        float best = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < scores.length; i++) {
            best = i == without ? best : Math.max(best, scores[i]);
        }
        return best;
    }
}
