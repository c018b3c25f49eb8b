package dev.vitrine.training.ranking;

import dev.vitrine.training.trees.TreeRows;
import java.util.Arrays;
import java.util.List;

/**
 * Rows from which trees learn an order by clicks (LambdaMART with inverse propensities; Joachims,
 * Swaminathan and Schnabel 2017). Each click becomes a group of its own: what was clicked before
 * what stood in the list and was not. The group weighs the inverse of how often the place of the
 * click is looked at, so that an order's gain is in expectation what it would be if people looked
 * everywhere. The weight is the group's and no grade of the click, because trees measure a group by
 * the best it can reach, in which a grade is lost.
 */
public final class ClickedOrder {
    private ClickedOrder() {}

    /**
     * Rows with label 1 for what was clicked and 0 for what was not; lists without a click, or with
     * nothing but clicks, teach nothing and are left out.
     *
     * @param names of the features
     * @param features of each row of the log
     * @param most that a click weighs, see {@link Examination#weight}
     */
    public static TreeRows rows(
            List<String> names,
            float[] features,
            ClickLog log,
            Examination examination,
            double most) {
        int width = names.size();
        if (features.length != (long) width * log.rows()) {
            throw ClickLog.unsuitable(
                    features.length
                            + " numbers for "
                            + log.rows()
                            + " rows of "
                            + width
                            + " features");
        }
        Collected all = new Collected(width);
        int from = 0;
        for (int list : log.lists()) {
            int clicks = 0;
            for (int row = from; row < from + list; row++) {
                clicks += log.clicked()[row] ? 1 : 0;
            }
            for (int row = from; row < from + list && clicks < list; row++) {
                if (log.clicked()[row]) {
                    float weight = (float) examination.weight(log.place()[row], most);
                    all.add(features, row, 1, weight);
                    for (int other = from; other < from + list; other++) {
                        if (!log.clicked()[other]) {
                            all.add(features, other, 0, weight);
                        }
                    }
                    all.end(1 + list - clicks);
                }
            }
            from += list;
        }
        return all.rows(names);
    }

    /** Rows under way. */
    private static final class Collected {
        private final int width;
        private float[] features = new float[1 << 12];
        private float[] labels = new float[1 << 8];
        private float[] weights = new float[1 << 8];
        private int[] groups = new int[1 << 6];
        private int count;
        private int ended;

        Collected(int width) {
            this.width = width;
        }

        void add(float[] from, int row, float label, float weight) {
            if ((count + 1) * width > features.length) {
                features = Arrays.copyOf(features, 2 * (count + 1) * width);
            }
            if (count == labels.length) {
                labels = Arrays.copyOf(labels, 2 * count);
                weights = Arrays.copyOf(weights, 2 * count);
            }
            System.arraycopy(from, row * width, features, count * width, width);
            labels[count] = label;
            weights[count++] = weight;
        }

        void end(int rows) {
            if (ended == groups.length) {
                groups = Arrays.copyOf(groups, 2 * ended);
            }
            groups[ended++] = rows;
        }

        TreeRows rows(List<String> names) {
            return new TreeRows(
                    names,
                    Arrays.copyOf(features, count * width),
                    Arrays.copyOf(labels, count),
                    Arrays.copyOf(groups, ended),
                    Arrays.copyOf(weights, count));
        }
    }
}
