package dev.vitrine.retrieval.encoder;

/** How the vectors of a text's tokens become one. */
public enum Pooling {
    /** The mean of all tokens of the text. */
    MEAN,
    /** The vector of the first token. */
    FIRST
}
