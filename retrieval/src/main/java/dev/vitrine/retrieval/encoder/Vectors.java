package dev.vitrine.retrieval.encoder;

/** What is done to a text's vector in memory. */
final class Vectors {
    private Vectors() {}

    /** Makes a vector one long; one without length stays. */
    static void direction(float[] vectors, int at, int width) {
        double square = 0;
        for (int d = at; d < at + width; d++) {
            square += (double) vectors[d] * vectors[d];
        }
        shorten(vectors, at, width, square);
    }

    /**
     * As {@link #direction}.
     *
     * @param square of the length
     */
    static void shorten(float[] vectors, int at, int width, double square) {
        double by = 1 / Math.max(1e-12, Math.sqrt(square));
        for (int d = at; d < at + width; d++) {
            vectors[d] = (float) (vectors[d] * by);
        }
    }
}
