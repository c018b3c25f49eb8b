package dev.vitrine.training.trees;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.ranking.TreeEnsemble;
import dev.vitrine.training.TrainingError;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

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
        int[] fold = deal(rows.groups().length, folds, settings.seed());
        int[] starts = rows.starts();
        double[] scores = new double[rows.rows()];
        for (int out = 0; out < folds; out++) {
            int held = out;
            int[] others =
                    IntStream.range(0, fold.length).filter(group -> fold[group] != held).toArray();
            TreeEnsemble trees =
                    BoostedTrees.fit(settings, rows.pickGroups(others), progress).ensemble();
            for (int group = 0; group < fold.length; group++) {
                int end = fold[group] == out ? starts[group] + rows.groups()[group] : 0;
                for (int row = starts[group]; row < end; row++) {
                    scores[row] = trees.score(rows.features(), row);
                }
            }
        }
        return scores;
    }

    /**
     * Deals groups to folds of like size by chance.
     *
     * @return the fold of each group, from 0
     * @throws VitrineException DATA_UNSUITABLE with fewer groups than folds
     */
    public static int[] deal(int groups, int folds, long seed) {
        if (folds < 2 || folds > groups) {
            throw new VitrineException(
                    TrainingError.DATA_UNSUITABLE,
                    groups + " groups cannot be dealt to " + folds + " folds");
        }
        SplittableRandom random = new SplittableRandom(seed);
        int[] order = new int[groups];
        for (int i = 0; i < groups; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        int[] fold = new int[groups];
        for (int i = 0; i < groups; i++) {
            fold[order[i]] = i % folds;
        }
        return fold;
    }
}
