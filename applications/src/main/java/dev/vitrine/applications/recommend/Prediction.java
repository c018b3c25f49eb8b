package dev.vitrine.applications.recommend;

/**
 * How likely a shopper is to take to an item.
 *
 * @param probability 0 to 1: of pairs of a shopper and an item that look like this one, the share
 *     in which the shopper turned to the item later, where {@value #BASE_RATE} of all pairs are
 *     such, among items that shoppers had met before as among others; 0.5 says nothing either way
 * @param basis what it goes by
 * @param model what gave it: the name of a model of pairs, {@link #BLEND}, {@link #NONE}, or that
 *     of an imported model
 * @param modelVersion the release whose models and calibration gave it, or the version of the
 *     imported model
 */
public record Prediction(
        String userId,
        String itemId,
        double probability,
        Basis basis,
        String model,
        String modelVersion) {
    /** The calibrated score of the retrievers. */
    public static final String BLEND = "blend";

    /** Nothing was there to fit to. */
    public static final String NONE = "none";

    /**
     * The share of pairs with an interaction among those that probabilities are fitted on: beside
     * each that was held out one that did not happen, of an item that the shopper had met before
     * where that is so of the other, too.
     */
    public static final double BASE_RATE = 0.5;

    /** What a probability goes by. */
    public enum Basis {
        /** What the shopper did before, and how popular the item is. */
        HISTORY,

        /** How popular the item is: nothing is known of the shopper. */
        POPULARITY,

        /** No behaviour was there to calibrate on: the probability is {@link #BASE_RATE}. */
        NOTHING,

        /** The texts of what the shopper turned to, and of the item; by an imported model. */
        TEXTS,

        /** The text of the item: nothing is known of the shopper; by an imported model. */
        ITEM_TEXT
    }

    /**
     * Whether the release gave it. Of what an imported model says, neither the rate that it was
     * fitted to is known, nor whether it is calibrated.
     */
    public boolean isOfRelease() {
        return basis != Basis.TEXTS && basis != Basis.ITEM_TEXT;
    }

    /** Whether the probability was fitted to the behaviour of this shop. */
    public boolean isCalibrated() {
        return isOfRelease() && basis != Basis.NOTHING;
    }
}
