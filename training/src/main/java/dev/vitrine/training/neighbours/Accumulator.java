package dev.vitrine.training.neighbours;

/**
 * A dense array of sums that remembers which places were touched, so that reading and clearing cost
 * what was added and not the whole width. Not thread-safe.
 */
public final class Accumulator {
    private final float[] sums;
    private final boolean[] marked;
    private final int[] touched;
    private int size;

    public Accumulator(int width) {
        sums = new float[width];
        marked = new boolean[width];
        touched = new int[width];
    }

    public void add(int place, float value) {
        if (!marked[place]) {
            marked[place] = true;
            touched[size++] = place;
        }
        sums[place] += value;
    }

    /** How many places were touched since the last {@link #clear()}. */
    public int size() {
        return size;
    }

    /** The places touched, in the order of first touch. */
    public int touched(int index) {
        return touched[index];
    }

    public float sum(int place) {
        return sums[place];
    }

    public void clear() {
        for (int t = 0; t < size; t++) {
            sums[touched[t]] = 0;
            marked[touched[t]] = false;
        }
        size = 0;
    }
}
