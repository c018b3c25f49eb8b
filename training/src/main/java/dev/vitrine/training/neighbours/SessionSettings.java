package dev.vitrine.training.neighbours;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;

/**
 * How strongly one item leads to another within sessions.
 *
 * @param top neighbours kept per item, at least 1
 * @param window how many steps apart two items may be, at least 1
 * @param decay what a step further apart keeps of the weight, in (0, 1]
 * @param backward weight of an item that came before, beside 1 for one that came after, 0 to 1; 1
 *     is for "goes together", less for "comes next"
 * @param targetPower how much popular neighbours are held back, 0 to 1
 * @param shrinkage lowers what rests on few sessions; not negative
 */
public record SessionSettings(
        int top, int window, double decay, double backward, double targetPower, double shrinkage) {
    /** What comes next, with what came before as weaker evidence; chosen in decision 007. */
    public static final SessionSettings DEFAULT = new SessionSettings(100, 10, 0.8, 0.7, 0.3, 1.0);

    public SessionSettings {
        if (top < 1 || window < 1) {
            throw new VitrineException(
                    TrainingError.SETTING_INVALID,
                    "at least 1 neighbour and a window of 1 are needed, found "
                            + top
                            + " and "
                            + window);
        }
        if (!(decay > 0 && decay <= 1)
                || !(backward >= 0 && backward <= 1)
                || !(targetPower >= 0 && targetPower <= 1)
                || !(shrinkage >= 0)) {
            throw new VitrineException(
                    TrainingError.SETTING_INVALID,
                    String.format(
                            "decay, backward weight and target power must be in 0 to 1 and"
                                    + " shrinkage 0 or more, found %s, %s, %s and %s",
                            decay, backward, targetPower, shrinkage));
        }
    }
}
