package dev.vitrine.data.split;

/** What an event of a data set is used for. */
public enum Part {
    /** Models are fitted on it. */
    TRAIN,
    /** Settings are chosen on it. */
    VALIDATION,
    /** The chosen model is judged on it, once. */
    TEST
}
