package dev.vitrine.data.dataset;

/**
 * What each person did, oldest first; an item may occur more than once.
 *
 * @param start {@code people + 1} positions into the others
 * @param item item numbers
 * @param time epoch milliseconds, not falling within a person
 * @param weight the weight of the event's type
 */
public record Histories(int[] start, int[] item, long[] time, float[] weight) {
    public int people() {
        return start.length - 1;
    }

    public int length(int person) {
        return start[person + 1] - start[person];
    }
}
