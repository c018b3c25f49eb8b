package dev.vitrine.training.neighbours;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.table.ItemTable;
import dev.vitrine.training.TasteWorld;
import dev.vitrine.training.parallel.ParallelBlocks;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class NeighboursTest {
    private static final ParallelBlocks TWO = new ParallelBlocks(2);

    @AfterAll
    static void end() {
        TWO.close();
    }

    @Test
    void plainSettingsGiveTheCosine() {
        InteractionMatrix matrix = new TasteWorld(120, 40, 4, 5).matrix();
        ItemTable table =
                CosineNeighbours.fit(
                        matrix, new NeighbourSettings(40, 0.5, 0, 0, 1000), TWO, Progress.NONE);
        double[][] cosine = cosines(matrix);
        for (int i = 0; i < 40; i++) {
            int others = 0;
            for (int j = 0; j < 40; j++) {
                others += j != i && cosine[i][j] > 0 ? 1 : 0;
            }
            assertThat(table.neighbors(i)).isEqualTo(others);
            for (int place = 0; place < table.neighbors(i); place++) {
                int j = table.neighbor(i, place);
                assertThat((double) table.weight(i, place)).isCloseTo(cosine[i][j], within(1e-5));
                if (place > 0) {
                    assertThat(table.weight(i, place))
                            .isLessThanOrEqualTo(table.weight(i, place - 1));
                }
            }
        }
    }

    @Test
    void longRowsAreThinnedSoThatWorkIsBounded() {
        InteractionMatrix matrix = new TasteWorld(120, 40, 4, 5).matrix();
        ItemTable table =
                CosineNeighbours.fit(
                        matrix, new NeighbourSettings(40, 0.5, 0, 0, 2), TWO, Progress.NONE);
        assertThat(table.entries()).isBetween(1, 2 * 120);
    }

    @Test
    void theNumberOfThreadsDoesNotMatter() {
        InteractionMatrix matrix = new TasteWorld(300, 90, 4, 5).matrix();
        ItemTable two =
                CosineNeighbours.fit(
                        matrix, NeighbourSettings.DEFAULT.withTop(7), TWO, Progress.NONE);
        try (ParallelBlocks one = new ParallelBlocks(1)) {
            ItemTable other =
                    CosineNeighbours.fit(
                            matrix, NeighbourSettings.DEFAULT.withTop(7), one, Progress.NONE);
            assertThat(other.entries()).isEqualTo(two.entries());
            for (int i = 0; i < 90; i++) {
                for (int place = 0; place < two.neighbors(i); place++) {
                    assertThat(other.neighbor(i, place)).isEqualTo(two.neighbor(i, place));
                    assertThat(other.weight(i, place)).isEqualTo(two.weight(i, place));
                }
            }
        }
    }

    @Test
    void whatComesNextLeadsWhatCameBefore() {
        Sequences sessions = Sequences.of(4, new int[][] {{0, 1, 2}, {0, 1}, {3, 0, 1}, {2, 3}});
        ItemTable table =
                SessionNeighbours.fit(
                        sessions, new SessionSettings(10, 2, 0.5, 0.25, 0, 0), TWO, Progress.NONE);
        // Item 0 occurs three times: item 1 follows each time, 2 once two steps on, 3 once before.
        assertThat(table.neighbors(0)).isEqualTo(3);
        assertThat(table.neighbor(0, 0)).isEqualTo(1);
        assertThat(table.weight(0, 0)).isEqualTo(1f);
        assertThat(table.neighbor(0, 1)).isEqualTo(2);
        assertThat(table.weight(0, 1)).isCloseTo(0.5f / 3, within(1e-6f));
        assertThat(table.neighbor(0, 2)).isEqualTo(3);
        assertThat(table.weight(0, 2)).isCloseTo(0.25f / 3, within(1e-6f));
    }

    @Test
    void sessionsDoNotRunIntoEachOther() {
        Sequences sessions = Sequences.of(4, new int[][] {{0, 1}, {2, 3}});
        ItemTable table =
                SessionNeighbours.fit(sessions, SessionSettings.DEFAULT, TWO, Progress.NONE);
        assertThat(table.neighbors(1)).isEqualTo(1);
        assertThat(table.neighbor(1, 0)).isZero();
    }

    private static double[][] cosines(InteractionMatrix matrix) {
        int n = matrix.columns();
        double[][] both = new double[n][n];
        for (int u = 0; u < matrix.rows(); u++) {
            for (int i : matrix.row(u)) {
                for (int j : matrix.row(u)) {
                    both[i][j]++;
                }
            }
        }
        double[][] cosine = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                cosine[i][j] = both[i][j] / Math.sqrt(both[i][i] * both[j][j]);
            }
        }
        return cosine;
    }
}
