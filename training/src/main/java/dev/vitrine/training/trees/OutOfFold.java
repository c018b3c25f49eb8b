package dev.vitrine.training.trees;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.ranking.TreeEnsemble;
import dev.vitrine.training.TrainingError;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Judges a ranker where there are too few groups to keep some for a test: the groups are dealt to
 * folds by chance, and the rows of each are scored by trees that were fitted to the groups of all
 * other folds.
 */
public final class OutOfFold {
    private OutOfFold() {}

    /**
     * The score of each row by trees that saw no row of its group. Scores of different folds come
     * from different trees: compare them within a group only.
     *
     * @param settings its seed deals the groups too; all of its trees are grown
     * @param folds from 2 to as many as there are groups
     * @throws VitrineException DATA_UNSUITABLE with fewer groups than folds, or what {@link
     *     BoostedTrees#fit} throws
     */
    public static double[] scores(
            TreeSettings settings, TreeRows rows, int folds, Progress progress) {
        int groups = rows.groups().length;
        if (folds < 2 || folds > groups) {
            throw new VitrineException(
                    TrainingError.DATA_UNSUITABLE,
                    groups + " groups cannot be dealt to " + folds + " folds");
        }
        int[] order = shuffled(groups, settings.seed());
        int[] starts = rows.starts();
        double[] scores = new double[rows.rows()];
        for (int fold = 0; fold < folds; fold++) {
            int from = (int) ((long) groups * fold / folds);
            int to = (int) ((long) groups * (fold + 1) / folds);
            int[] others = new int[groups - (to - from)];
            System.arraycopy(order, 0, others, 0, from);
            System.arraycopy(order, to, others, from, groups - to);
            Arrays.sort(others);
            TreeEnsemble trees =
                    BoostedTrees.fit(settings, rows.pickGroups(others), progress).ensemble();
            for (int i = from; i < to; i++) {
                int group = order[i];
                for (int row = 0; row < rows.groups()[group]; row++) {
                    scores[starts[group] + row] = trees.score(rows.features(), starts[group] + row);
                }
            }
        }
        return scores;
    }

    private static int[] shuffled(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
