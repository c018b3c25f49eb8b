package dev.vitrine.training.sequence;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;

/**
 * The shape of a sequence model and its loss.
 *
 * @param kind of network
 * @param width of item vectors and layers
 * @param layers of the network
 * @param heads of attention; divides the width
 * @param inner width of the layers' dense part, or of the recurrent state
 * @param longest history that is looked at, in items
 * @param dropout share of the values that are dropped inside of the layers
 * @param inputDropout share that is dropped of the item vectors that come in
 * @param scale of the cosine between history and item in the loss; 0 for plain inner products
 * @param smoothing share of the probability that goes to all items alike in the loss
 * @param negatives items drawn by chance that a target is compared with; 0 for all there are
 * @param tokens positions in a step, with those that fill up
 */
public record SequenceSettings(
        Kind kind,
        int width,
        int layers,
        int heads,
        int inner,
        int longest,
        double dropout,
        double inputDropout,
        double scale,
        double smoothing,
        int negatives,
        int tokens) {
    /** Others took less than 400 MiB, one fit of many 434. */
    private static final long ENGINE_BYTES = 480L << 20;

    /** What reads a history. */
    public enum Kind {
        /** Attention over all places, see {@link Transformer}. */
        TRANSFORMER,
        /** Gated recurrent units, see {@link Recurrent}; heads do not matter. */
        RECURRENT
    }

    public static final SequenceSettings DEFAULT =
            new SequenceSettings(Kind.TRANSFORMER, 64, 2, 2, 256, 50, .3, .3, 16, 0, 0, 2048);

    public SequenceSettings {
        if (width < 1 || heads < 1 || width % heads != 0) {
            throw invalid(heads + " heads do not divide a width of " + width);
        }
        if (layers < 1 || inner < 1 || longest < 1 || tokens < longest) {
            throw invalid(
                    "layers "
                            + layers
                            + ", inner width "
                            + inner
                            + ", longest "
                            + longest
                            + " must be positive and a step of "
                            + tokens
                            + " positions must hold the longest");
        }
        if (!(dropout >= 0 && dropout < 1) || !(inputDropout >= 0 && inputDropout < 1)) {
            throw invalid("a dropout of " + dropout + " or " + inputDropout + " is not in [0, 1)");
        }
        if (!(scale >= 0) || !(smoothing >= 0 && smoothing < 1) || negatives < 0) {
            throw invalid(
                    "scale " + scale + ", smoothing " + smoothing + ", negatives " + negatives);
        }
    }

    /**
     * Native memory of a fit, roughly and on the safe side: the engine itself, each parameter with
     * its gradient and the optimiser's two, and what one step holds. Most of it is scores: one for
     * each position of a step and item that it is held against, four times over.
     */
    public long bytes(int items) {
        long parameters = (long) items * width + layers * (4L * width * width + 2L * width * inner);
        long against = negatives == 0 ? items : negatives;
        long step =
                4L * tokens * against
                        + 24L * layers * tokens * (width + inner)
                        + 8L * layers * heads * tokens * longest;
        return ENGINE_BYTES + Float.BYTES * (4 * parameters + step);
    }

    /**
     * As above, for items that are known by features: their parameters, and the features' vectors
     * of all items that a step looks at, three times over.
     */
    public long bytes(int items, ItemFeatures known) {
        long most = 0;
        for (int[] features : known.features()) {
            most = Math.max(most, features.length);
        }
        long looked = negatives == 0 ? items : 2L * tokens + negatives;
        return bytes(items) + (long) Float.BYTES * width * (4L * known.count() + 3 * looked * most);
    }

    private static VitrineException invalid(String what) {
        return new VitrineException(TrainingError.SETTING_INVALID, what);
    }
}
