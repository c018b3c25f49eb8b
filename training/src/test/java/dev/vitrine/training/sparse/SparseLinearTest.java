package dev.vitrine.training.sparse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.table.ItemTable;
import dev.vitrine.training.TasteWorld;
import dev.vitrine.training.factorization.SymmetricEigen;
import dev.vitrine.training.parallel.ParallelBlocks;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SparseLinearTest {
    private static final int ITEMS = 45;
    private static final ParallelBlocks TWO = new ParallelBlocks(2);

    @AfterAll
    static void end() {
        TWO.close();
    }

    @Test
    void whereAllItemsMeetAndHaveRoomItIsEase() {
        InteractionMatrix matrix = new TasteWorld(3000, ITEMS, 3, 8).matrix();
        double[][] expected = ease(matrix, 5);
        ItemTable table =
                SparseLinear.fit(
                        matrix, new SparseSettings(ITEMS, ITEMS, 5, 0, ITEMS), TWO, Progress.NONE);
        double[][] actual = new double[ITEMS][ITEMS];
        for (int i = 0; i < ITEMS; i++) {
            for (int place = 0; place < table.neighbors(i); place++) {
                actual[i][table.neighbor(i, place)] = table.weight(i, place);
            }
        }
        for (int i = 0; i < ITEMS; i++) {
            for (int j = 0; j < ITEMS; j++) {
                assertThat(actual[i][j]).as("%d,%d", i, j).isCloseTo(expected[i][j], within(1e-4));
            }
        }
    }

    @Test
    void boundsHoldAndPruningNeverBreaksASolve() {
        InteractionMatrix matrix = new TasteWorld(300, 80, 3, 8).matrix();
        ItemTable table =
                SparseLinear.fit(
                        matrix, new SparseSettings(10, 10, 1e-3, 0.5, 6), TWO, Progress.NONE);
        assertThat(table.entries()).isBetween(80, 6 * 80);
    }

    @Test
    void anItemNobodyTouchedHasNoRow() {
        InteractionMatrix matrix =
                new InteractionMatrix(
                        2,
                        3,
                        new int[] {0, 2, 4},
                        new int[] {0, 2, 0, 2},
                        new float[] {1, 1, 1, 1});
        ItemTable table = SparseLinear.fit(matrix, SparseSettings.DEFAULT, TWO, Progress.NONE);
        assertThat(table.neighbors(1)).isZero();
        assertThat(table.neighbor(0, 0)).isEqualTo(2);
    }

    private static double[][] ease(InteractionMatrix matrix, double lambda) {
        double[][] gram = new double[ITEMS][ITEMS];
        for (int u = 0; u < matrix.rows(); u++) {
            for (int i : matrix.row(u)) {
                for (int j : matrix.row(u)) {
                    gram[i][j]++;
                }
            }
        }
        for (int i = 0; i < ITEMS; i++) {
            gram[i][i] += lambda;
        }
        SymmetricEigen eigen = new SymmetricEigen(gram);
        double[][] inverse = new double[ITEMS][ITEMS];
        for (int k = 0; k < ITEMS; k++) {
            for (int i = 0; i < ITEMS; i++) {
                for (int j = 0; j < ITEMS; j++) {
                    inverse[i][j] +=
                            eigen.vectors()[i][k] * eigen.vectors()[j][k] / eigen.values()[k];
                }
            }
        }
        double[][] weights = new double[ITEMS][ITEMS];
        for (int i = 0; i < ITEMS; i++) {
            for (int j = 0; j < ITEMS; j++) {
                weights[i][j] = i == j ? 0 : -inverse[i][j] / inverse[j][j];
            }
        }
        return weights;
    }
}
