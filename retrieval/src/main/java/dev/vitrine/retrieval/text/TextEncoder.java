package dev.vitrine.retrieval.text;

import java.util.List;

/**
 * Turns texts into vectors that are close where texts mean the same. Safe for concurrent callers.
 */
public interface TextEncoder {
    /** Width of the vectors. */
    int width();

    /**
     * @return {@code width} floats for each text, of length one; zeros for a text without anything
     *     to go by
     */
    float[] encode(List<String> texts);
}
