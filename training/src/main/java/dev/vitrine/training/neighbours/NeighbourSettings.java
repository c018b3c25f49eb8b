package dev.vitrine.training.neighbours;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;

/**
 * How alike two items are taken to be when people touched both:
 *
 * <pre>
 *   sim(i,j) = sum over people u with both of  w_ui w_uj n_u^-personPower
 *              / ( (s_i s_j)^itemPower + shrinkage )      s_i = the same sum for (i,i)
 * </pre>
 *
 * {@code itemPower} 0.5 and {@code personPower} 0 make the plain cosine.
 *
 * @param top neighbours kept per item, at least 1
 * @param itemPower how much popular items are held back, 0 to 1
 * @param personPower how much less a person with many items says about each pair, 0 to 1
 * @param shrinkage lowers what rests on few people; not negative
 * @param longestRow of a person with more items only this many count, spread evenly over the row;
 *     bounds the work, which grows with the square
 */
public record NeighbourSettings(
        int top, double itemPower, double personPower, double shrinkage, int longestRow) {
    /** Cosine with mild shrinkage, 100 neighbours. */
    public static final NeighbourSettings DEFAULT = new NeighbourSettings(100, 0.5, 0.5, 0.5, 1000);

    public NeighbourSettings {
        if (top < 1 || longestRow < 2) {
            throw new VitrineException(
                    TrainingError.SETTING_INVALID,
                    "at least 1 neighbour and rows of at least 2 are needed, found "
                            + top
                            + " and "
                            + longestRow);
        }
        if (!(itemPower >= 0 && itemPower <= 1) || !(personPower >= 0 && personPower <= 1)) {
            throw new VitrineException(
                    TrainingError.SETTING_INVALID,
                    "powers must be between 0 and 1, found " + itemPower + " and " + personPower);
        }
        if (!(shrinkage >= 0)) {
            throw new VitrineException(
                    TrainingError.SETTING_INVALID,
                    "shrinkage must be 0 or more, found " + shrinkage);
        }
    }

    public NeighbourSettings withTop(int value) {
        return new NeighbourSettings(value, itemPower, personPower, shrinkage, longestRow);
    }
}
