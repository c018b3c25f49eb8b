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
 * @param weights of the rows, positive; empty where all count the same
 */
public record TreeRows(
        List<String> names, float[] features, float[] labels, int[] groups, float[] weights) {
    /** As many rows of one group as LightGBM takes. */
    private static final int MOST_IN_GROUP = 10_000;

    /** Rows that all count the same. */
    public TreeRows(List<String> names, float[] features, float[] labels, int[] groups) {
        this(names, features, labels, groups, new float[0]);
    }

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
        if (weights.length > 0 && weights.length != labels.length) {
            throw unsuitable(weights.length + " weights for " + labels.length + " rows");
        }
        for (int row = 0; row < weights.length; row++) {
            if (!(weights[row] > 0) || Float.isInfinite(weights[row])) {
                throw unsuitable("the weight of row " + row + " is " + weights[row]);
            }
        }
        if (groups.length > 0 && Arrays.stream(groups).asLongStream().sum() != labels.length) {
            throw unsuitable("the groups do not hold " + labels.length + " rows in all");
        }
        for (int group = 0; group < groups.length; group++) {
            if (groups[group] < 1) {
                throw unsuitable("group " + group + " has " + groups[group] + " rows");
            }
        }
    }

    public int rows() {
        return labels.length;
    }

    /** Refuses rows that teach nothing of what is wanted. */
    void require(TreeSettings settings) {
        if (rows() == 0) {
            throw unsuitable("there are no rows");
        }
        if (settings.objective() == TreeSettings.Objective.RANKING) {
            requireOrder(settings.order());
            return;
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

    private void requireOrder(NdcgLoss order) {
        if (groups.length == 0) {
            throw unsuitable("an order is learned within groups, and there are none");
        }
        for (int row = 0; row < labels.length; row++) {
            float label = labels[row];
            if (label < 0 || label >= order.gains().size() || label != (int) label) {
                throw unsuitable(
                        "the label of row "
                                + row
                                + " is "
                                + label
                                + ", expected a whole number from 0 to "
                                + (order.gains().size() - 1));
            }
        }
        boolean varies = false;
        int from = 0;
        for (int group = 0; group < groups.length; group++) {
            if (groups[group] > MOST_IN_GROUP) {
                throw unsuitable(
                        "group "
                                + group
                                + " has "
                                + groups[group]
                                + " rows, at most "
                                + MOST_IN_GROUP
                                + " can be put in order");
            }
            varies |= varies(order, from, groups[group]);
            from += groups[group];
        }
        if (!varies) {
            throw unsuitable("whichever the group, every row of it brings the same");
        }
    }

    private boolean varies(NdcgLoss order, int from, int count) {
        double first = order.gains().get((int) labels[from]);
        for (int row = from + 1; row < from + count; row++) {
            if (order.gains().get((int) labels[row]) != first) {
                return true;
            }
        }
        return false;
    }

    private static VitrineException unsuitable(String why) {
        return new VitrineException(
                TrainingError.DATA_UNSUITABLE, "trees cannot be fitted to these rows: " + why);
    }

    /**
     * Rows one after the other, groups as before; where any are weighted, the others weigh 1.
     *
     * @param parts of the same features, at least one
     */
    public static TreeRows of(List<TreeRows> parts) {
        boolean weighted = parts.stream().anyMatch(part -> part.weights.length > 0);
        int width = parts.getFirst().names.size();
        int count = parts.stream().mapToInt(TreeRows::rows).sum();
        float[] features = new float[count * width];
        float[] labels = new float[count];
        float[] weights = new float[weighted ? count : 0];
        Arrays.fill(weights, 1);
        int[] groups = new int[parts.stream().mapToInt(part -> part.groups.length).sum()];
        int row = 0;
        int group = 0;
        for (TreeRows part : parts) {
            if (!part.names.equals(parts.getFirst().names)) {
                throw unsuitable("some have the features " + part.names);
            }
            System.arraycopy(part.features, 0, features, row * width, part.features.length);
            System.arraycopy(part.labels, 0, labels, row, part.rows());
            if (weighted) {
                System.arraycopy(part.weights, 0, weights, row, part.weights.length);
            }
            System.arraycopy(part.groups, 0, groups, group, part.groups.length);
            row += part.rows();
            group += part.groups.length;
        }
        return new TreeRows(parts.getFirst().names, features, labels, groups, weights);
    }

    /** The same with weights of which the mean is 1. */
    public TreeRows weighingOne() {
        double sum = 0;
        for (float weight : weights) {
            sum += weight;
        }
        float[] scaled = new float[weights.length];
        for (int row = 0; row < scaled.length; row++) {
            scaled[row] = (float) (weights[row] * scaled.length / sum);
        }
        return new TreeRows(names, features, labels, groups, scaled);
    }

    /** Some of the rows, which are then not grouped. */
    public TreeRows pick(int[] rows) {
        return pick(rows, new int[0]);
    }

    /** All rows of some of the groups, grouped as before. */
    public TreeRows pickGroups(int[] picked) {
        int[] sizes = new int[picked.length];
        int count = 0;
        for (int i = 0; i < picked.length; i++) {
            sizes[i] = groups[picked[i]];
            count += sizes[i];
        }
        int[] starts = starts();
        int[] rows = new int[count];
        int at = 0;
        for (int group : picked) {
            for (int i = 0; i < groups[group]; i++) {
                rows[at++] = starts[group] + i;
            }
        }
        return pick(rows, sizes);
    }

    /** The first row of each group. */
    public int[] starts() {
        int[] starts = new int[groups.length];
        for (int group = 1; group < starts.length; group++) {
            starts[group] = starts[group - 1] + groups[group - 1];
        }
        return starts;
    }

    private TreeRows pick(int[] rows, int[] sizes) {
        int width = names.size();
        float[] picked = new float[rows.length * width];
        float[] pickedLabels = new float[rows.length];
        float[] pickedWeights = new float[weights.length == 0 ? 0 : rows.length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(features, rows[i] * width, picked, i * width, width);
            pickedLabels[i] = labels[rows[i]];
            if (weights.length > 0) {
                pickedWeights[i] = weights[rows[i]];
            }
        }
        return new TreeRows(names, picked, pickedLabels, sizes, pickedWeights);
    }
}
