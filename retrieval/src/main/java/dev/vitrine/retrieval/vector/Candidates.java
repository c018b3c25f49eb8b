package dev.vitrine.retrieval.vector;

/**
 * Items whose estimates exceeded a threshold, with a bound on their number. When it is reached, the
 * better half stays and the threshold rises to the worst of it. Scratch space; not thread-safe.
 */
final class Candidates {
    private int[] items = new int[0];
    private float[] estimates = new float[0];
    private int size;
    private int wanted;
    private float threshold;

    /** Begins with nothing. */
    void reset(int wantedNow, float thresholdNow) {
        wanted = wantedNow;
        if (items.length < 2 * wanted) {
            items = new int[2 * wanted];
            estimates = new float[2 * wanted];
        }
        threshold = thresholdNow;
        size = 0;
    }

    int size() {
        return size;
    }

    int item(int place) {
        return items[place];
    }

    float threshold() {
        return threshold;
    }

    void add(int item, float estimate) {
        if (estimate <= threshold) {
            return;
        }
        if (size == 2 * wanted) {
            keepBest();
        }
        items[size] = item;
        estimates[size++] = estimate;
    }

    /** Moves the {@code wanted} best to the front (Hoare's selection, median of three). */
    private void keepBest() {
        int low = 0;
        int high = size - 1;
        int target = wanted - 1;
        while (low < high) {
            float pivot = median(estimates[low], estimates[(low + high) >>> 1], estimates[high]);
            int i = low;
            int j = high;
            while (i <= j) {
                while (estimates[i] > pivot) {
                    i++;
                }
                while (estimates[j] < pivot) {
                    j--;
                }
                if (i <= j) {
                    exchange(i++, j--);
                }
            }
            if (target <= j) {
                high = j;
            } else if (target >= i) {
                low = i;
            } else {
                break;
            }
        }
        size = wanted;
        threshold = estimates[target];
    }

    private static float median(float a, float b, float c) {
        return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    }

    private void exchange(int i, int j) {
        int item = items[i];
        items[i] = items[j];
        items[j] = item;
        float estimate = estimates[i];
        estimates[i] = estimates[j];
        estimates[j] = estimate;
    }
}
