package dev.vitrine.training.ranking;

import dev.vitrine.training.trees.NdcgLoss;
import dev.vitrine.training.trees.TreeRows;
import java.util.ArrayList;
import java.util.List;

/**
 * LambdaMART for clicks: what is not clicked brings nothing, what is brings the inverse of how
 * often its place is looked at (Joachims, Swaminathan and Schnabel 2017), so that the discounted
 * gain of an order is in expectation what it would be if all places were looked at. The place is in
 * the label, and the gain of a label is that of its place.
 */
public final class ClickedOrder {
    private ClickedOrder() {}

    /**
     * Rows to fit to.
     *
     * @param names of the features
     * @param features of each row of the log
     */
    public static TreeRows rows(List<String> names, float[] features, ClickLog log) {
        float[] labels = new float[log.rows()];
        for (int row = 0; row < labels.length; row++) {
            labels[row] = log.clicked()[row] ? 1 + log.place()[row] : 0;
        }
        return new TreeRows(names, features, labels, log.lists());
    }

    /**
     * What counts, for rows of {@link #rows}.
     *
     * @param places of the log
     * @param examination of these places
     * @param most that a click may bring, see {@link Examination#weight}
     */
    public static NdcgLoss loss(int places, Examination examination, double most) {
        List<Double> gains = new ArrayList<>();
        gains.add(0.0);
        for (int place = 0; place < places; place++) {
            gains.add(examination.weight(place, most));
        }
        return new NdcgLoss(NdcgLoss.DEFAULT.truncation(), NdcgLoss.DEFAULT.depth(), gains);
    }
}
