package dev.vitrine.applications.recommend;

/**
 * How likely a shopper is to take to an item.
 *
 * @param probability 0 to 1: of pairs of a shopper and an item that look like this one, the share
 *     in which the shopper turned to the item later, where {@value #BASE_RATE} of all pairs are
 *     such, among items that shoppers had met before as among others; 0.5 says nothing either way
 * @param basis what it goes by
 * @param model what gave it: the name of a model of pairs, {@link #BLEND} or {@link #NONE}
 * @param modelVersion the release whose models and calibration gave it
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
        NOTHING
    }

    /** Whether the probability was fitted to behaviour. */
    public boolean isCalibrated() {
        return basis != Basis.NOTHING;
    }
}
