package dev.vitrine.training.linear;

import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.training.TrainingError;
import java.util.Arrays;

/**
 * Fits EASE (Steck, WWW 2019): the item-to-item weights B with a zero diagonal that minimise {@code
 * |X - X B|^2 + lambda |B|^2}. With {@code P = inverse(X'X + lambda I)} they are {@code B_ij =
 * -P_ij / P_jj}, so the model is P and its diagonal.
 *
 * <p>P is made in one square of native floats: Gram matrix (lower triangle, all threads), Cholesky
 * factor and inverse in place, triangle mirrored. n items cost 4 n^2 bytes and about n^3
 * multiply-adds. Only items with interactions take part.
 */
public final class Ease {
    private static final int MIRROR_TILE = 128;
    private static final int GRAM_BLOCK = 16;

    private Ease() {}

    /** Items with at least one interaction: those that take part. */
    public static int activeItems(InteractionMatrix train) {
        int active = 0;
        for (int count : counts(train)) {
            active += count > 0 ? 1 : 0;
        }
        return active;
    }

    /** Native memory that a fit on so many active items needs. */
    public static long bytes(int activeItems) {
        return NativeMatrix.bytes(activeItems, activeItems);
    }

    /**
     * @param train people x items; values above 0
     * @throws VitrineException {@code MEMORY_INSUFFICIENT} before starting, {@code FIT_FAILED} when
     *     lambda is too small for the data
     */
    public static EaseModel fit(
            InteractionMatrix train, EaseSettings settings, FitBudget budget, Progress progress) {
        int[] counts = counts(train);
        int[] active = active(counts);
        if (active.length == 0) {
            throw new VitrineException(
                    TrainingError.DATA_UNSUITABLE, "no item has an interaction to learn from");
        }
        budget.require(bytes(active.length), "EASE on " + active.length + " items");
        NativeMatrix matrix = new NativeMatrix(active.length, active.length);
        try {
            progress.start("EASE: Gram matrix", "items", active.length);
            gram(train, counts, active, settings, budget.threads(), matrix, progress);
            progress.finish("Gram matrix of " + active.length + " items");
            progress.start("EASE: inverse", "steps", 3);
            Blas.threads(budget.threads(), active.length);
            Blas.cholesky(matrix);
            progress.advance(1);
            Blas.inverseFromCholesky(matrix);
            progress.advance(2);
            mirror(matrix, budget.threads());
            progress.finish("inverse of " + active.length + " x " + active.length);
            return EaseModel.of(train.columns(), active, counts, settings, matrix);
        } catch (RuntimeException | Error e) {
            matrix.close();
            throw e;
        }
    }

    private static int[] counts(InteractionMatrix train) {
        int[] counts = new int[train.columns()];
        for (int item : train.column()) {
            counts[item]++;
        }
        return counts;
    }

    private static int[] active(int[] counts) {
        int[] active = new int[counts.length];
        int n = 0;
        for (int item = 0; item < counts.length; item++) {
            if (counts[item] > 0) {
                active[n++] = item;
            }
        }
        return Arrays.copyOf(active, n);
    }

    /** Lower triangle of the weighted Gram matrix over active items, regularised. */
    private static void gram(
            InteractionMatrix train,
            int[] counts,
            int[] active,
            EaseSettings settings,
            int threads,
            NativeMatrix out,
            Progress progress) {
        int[] compact = new int[counts.length];
        for (int k = 0; k < active.length; k++) {
            compact[active[k]] = k;
        }
        float[] scale = EaseModel.powers(counts, active, -settings.itemPower());
        float[] personWeight = personWeights(train, settings.personPower());
        InteractionMatrix byItem = train.transpose();
        Parallel.blocks(
                active.length,
                GRAM_BLOCK,
                threads,
                () -> {
                    float[] sums = new float[active.length];
                    return (from, to) -> {
                        for (int j = from; j < to; j++) {
                            Arrays.fill(sums, j, active.length, 0f);
                            column(train, byItem, active[j], j, compact, personWeight, sums);
                            finishColumn(sums, scale, j, settings);
                            out.setColumn(j, sums, j, active.length);
                        }
                        progress.advance(to);
                    };
                });
    }

    private static void column(
            InteractionMatrix train,
            InteractionMatrix byItem,
            int item,
            int j,
            int[] compact,
            float[] personWeight,
            float[] sums) {
        for (int p = byItem.rowStart()[item]; p < byItem.rowStart()[item + 1]; p++) {
            int person = byItem.column()[p];
            float weight = byItem.value()[p] * personWeight[person];
            for (int q = train.rowStart()[person + 1] - 1; q >= train.rowStart()[person]; q--) {
                int i = compact[train.column()[q]];
                if (i < j) {
                    break;
                }
                sums[i] += weight * train.value()[q];
            }
        }
    }

    private static void finishColumn(float[] sums, float[] scale, int j, EaseSettings settings) {
        for (int i = j; i < sums.length; i++) {
            sums[i] *= scale[i] * scale[j];
        }
        sums[j] += settings.lambda() + settings.popularityLambda() * sums[j];
    }

    private static float[] personWeights(InteractionMatrix train, float power) {
        float[] weights = new float[train.rows()];
        for (int row = 0; row < weights.length; row++) {
            weights[row] = (float) Math.pow(Math.max(1, train.rowLength(row)), -2.0 * power);
        }
        return weights;
    }

    /** Copies the lower triangle to the upper, tile by tile so that both sides stay in cache. */
    static void mirror(NativeMatrix matrix, int threads) {
        int n = matrix.rows();
        int tiles = (n + MIRROR_TILE - 1) / MIRROR_TILE;
        Parallel.blocks(
                tiles,
                1,
                threads,
                () ->
                        (from, to) -> {
                            for (int tile = from; tile < to; tile++) {
                                for (int other = tile; other < tiles; other++) {
                                    mirrorTile(matrix, tile * MIRROR_TILE, other * MIRROR_TILE);
                                }
                            }
                        });
    }

    private static void mirrorTile(NativeMatrix matrix, int firstColumn, int firstRow) {
        int lastColumn = Math.min(matrix.rows(), firstColumn + MIRROR_TILE);
        int lastRow = Math.min(matrix.rows(), firstRow + MIRROR_TILE);
        for (int column = firstColumn; column < lastColumn; column++) {
            for (int row = Math.max(firstRow, column + 1); row < lastRow; row++) {
                matrix.set(column, row, matrix.get(row, column));
            }
        }
    }
}
