package dev.vitrine.retrieval.candidate;

/**
 * Keeps the {@code capacity} best of the items offered, in a heap on primitive arrays with the
 * worst on top. Ties are broken towards the lower item number, so that results do not depend on the
 * order of offers. Not thread-safe.
 */
public final class TopItems {
    private final int[] items;
    private final float[] scores;
    private int size;

    public TopItems(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1, found " + capacity);
        }
        items = new int[capacity];
        scores = new float[capacity];
    }

    public int capacity() {
        return items.length;
    }

    public int size() {
        return size;
    }

    public void clear() {
        size = 0;
    }

    /** The score an item must beat to be kept; negative infinity until the heap is full. */
    public float threshold() {
        return size < items.length ? Float.NEGATIVE_INFINITY : scores[0];
    }

    /** Offers an item; NaN is never kept. */
    public void offer(int item, float score) {
        if (size < items.length) {
            if (Float.isNaN(score)) {
                return;
            }
            up(size++, item, score);
        } else if (worse(items[0], scores[0], item, score)) {
            down(0, item, score);
        }
    }

    /**
     * Sorts best first; after this the arrays may be read and {@link #clear()} must come before the
     * next offer.
     */
    public void sort() {
        int kept = size;
        for (int end = size - 1; end > 0; end--) {
            int item = items[0];
            float score = scores[0];
            size = end;
            down(0, items[end], scores[end]);
            items[end] = item;
            scores[end] = score;
        }
        size = kept;
    }

    /** The item at a place; best first after {@link #sort()}. */
    public int item(int place) {
        return items[place];
    }

    public float score(int place) {
        return scores[place];
    }

    private static boolean worse(int item, float score, int thanItem, float thanScore) {
        return score < thanScore || (score == thanScore && item > thanItem);
    }

    private void up(int start, int item, float score) {
        int hole = start;
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            if (!worse(item, score, items[parent], scores[parent])) {
                break;
            }
            items[hole] = items[parent];
            scores[hole] = scores[parent];
            hole = parent;
        }
        items[hole] = item;
        scores[hole] = score;
    }

    private void down(int start, int item, float score) {
        int hole = start;
        while (true) {
            int child = 2 * hole + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size
                    && worse(items[child + 1], scores[child + 1], items[child], scores[child])) {
                child++;
            }
            if (!worse(items[child], scores[child], item, score)) {
                break;
            }
            items[hole] = items[child];
            scores[hole] = scores[child];
            hole = child;
        }
        items[hole] = item;
        scores[hole] = score;
    }
}
