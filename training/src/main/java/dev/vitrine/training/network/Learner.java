package dev.vitrine.training.network;

/** A network with its data, as {@link Fit} sees it. */
public interface Learner {
    /** What progress calls it. */
    String name();

    Parameters parameters();

    DropMask dropout();

    /** Shuffles anew; the same epoch is always shuffled alike. */
    void begin(int epoch);

    /** Steps in the epoch that began. */
    int batches();

    /** Training rows of a step, for the rate that is shown. */
    int rows(int batch);

    /**
     * Does one step.
     *
     * @return its loss
     */
    float train(int batch, double rate);

    /**
     * Whether there is anything to validate by. A fit without it has all its epochs and keeps the
     * last.
     */
    default boolean judged() {
        return true;
    }

    /** How good the network is on what it is not trained on; higher is better. */
    double validate();
}
