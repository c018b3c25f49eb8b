package dev.vitrine.training.neighbours;

/**
 * Sessions, or people's whole histories, each in the order of time.
 *
 * @param items number of items; item numbers are below it
 * @param start {@code sequences + 1} positions into {@code item}
 * @param item item numbers, oldest first within a sequence
 */
public record Sequences(int items, int[] start, int[] item) {
    public Sequences {
        if (start.length < 1 || start[0] != 0 || start[start.length - 1] != item.length) {
            throw new IllegalArgumentException("sequence starts and items do not fit together");
        }
    }

    /** One sequence per inner array. */
    public static Sequences of(int items, int[][] sequences) {
        int[] start = new int[sequences.length + 1];
        for (int s = 0; s < sequences.length; s++) {
            start[s + 1] = start[s] + sequences[s].length;
        }
        int[] item = new int[start[sequences.length]];
        for (int s = 0; s < sequences.length; s++) {
            System.arraycopy(sequences[s], 0, item, start[s], sequences[s].length);
        }
        return new Sequences(items, start, item);
    }

    public int count() {
        return start.length - 1;
    }
}
