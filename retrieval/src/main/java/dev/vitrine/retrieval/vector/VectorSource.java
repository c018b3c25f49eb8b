package dev.vitrine.retrieval.vector;

/** Gives the vectors that a table is built from. Called for each item up to twice. */
public interface VectorSource {
    /**
     * Writes the vector of {@code item} into {@code vector}.
     *
     * @return false when the item has none; {@code vector} is then ignored
     */
    boolean read(int item, float[] vector);

    /** The rows of one array, {@code dimensions} floats for each item. */
    static VectorSource of(float[] rows, int dimensions) {
        return (item, vector) -> {
            System.arraycopy(rows, item * dimensions, vector, 0, dimensions);
            return true;
        };
    }
}
