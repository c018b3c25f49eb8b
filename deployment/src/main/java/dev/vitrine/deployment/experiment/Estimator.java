package dev.vitrine.deployment.experiment;

/** Ways to say from the log of one policy what another would have earned per decision. */
public enum Estimator {
    /** What the logging policy itself earned; of no other policy. */
    LOGGED,
    /** Inverse propensity scores (Horvitz and Thompson 1952): right on average, often wild. */
    IPS,
    /** Self-normalised: weights divided by their sum (Swaminathan and Joachims 2015). */
    SNIPS,
    /** What the model says: steady, and as wrong as the model. */
    DIRECT,
    /** The model, corrected by weighted errors (Dudík, Langford and Li 2011). */
    DOUBLY_ROBUST,
    /**
     * As doubly robust, but the model alone where a weight is large (Wang, Agarwal, Dudík 2017).
     */
    SWITCH
}
