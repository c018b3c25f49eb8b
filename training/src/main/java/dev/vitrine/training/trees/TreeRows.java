package dev.vitrine.training.trees;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;
import java.util.Arrays;
import java.util.List;

/**
 * Rows that trees are fitted to.
 *
 * @param names of the features
 * @param features row by row, NaN where one is missing, never infinite
 * @param labels one per row, finite
 * @param groups rows of each group, in order; empty where rows are not grouped
 */
public record TreeRows(List<String> names, float[] features, float[] labels, int[] groups) {
    public TreeRows {
        names = List.copyOf(names);
        if (names.isEmpty() || features.length != (long) names.size() * labels.length) {
            throw unsuitable(
                    features.length
                            + " numbers for "
                            + labels.length
                            + " rows of "
                            + names.size()
                            + " features");
        }
        for (int i = 0; i < features.length; i++) {
            if (Float.isInfinite(features[i])) {
                throw unsuitable(
                        "the feature "
                                + names.get(i % names.size())
                                + " of row "
                                + i / names.size()
                                + " is infinite");
            }
        }
        for (int row = 0; row < labels.length; row++) {
            if (!Float.isFinite(labels[row])) {
                throw unsuitable("the label of row " + row + " is " + labels[row]);
            }
        }
        if (groups.length > 0 && Arrays.stream(groups).asLongStream().sum() != labels.length) {
            throw unsuitable("the groups do not hold " + labels.length + " rows in all");
        }
    }

    public int rows() {
        return labels.length;
    }

    /** Refuses rows that teach nothing. */
    void require() {
        if (rows() == 0) {
            throw unsuitable("there are no rows");
        }
        float first = labels[0];
        boolean varies = false;
        for (float label : labels) {
            varies |= label != first;
        }
        if (!varies) {
            throw unsuitable("the label is " + first + " in every row");
        }
    }

    private static VitrineException unsuitable(String why) {
        return new VitrineException(
                TrainingError.DATA_UNSUITABLE, "trees cannot be fitted to these rows: " + why);
    }

    /** Some of the rows, which are then not grouped. */
    public TreeRows pick(int[] rows) {
        int width = names.size();
        float[] picked = new float[rows.length * width];
        float[] pickedLabels = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(features, rows[i] * width, picked, i * width, width);
            pickedLabels[i] = labels[rows[i]];
        }
        return new TreeRows(names, picked, pickedLabels, new int[0]);
    }
}
