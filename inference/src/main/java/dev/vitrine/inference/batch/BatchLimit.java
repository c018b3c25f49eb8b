package dev.vitrine.inference.batch;

/**
 * Learns how many rows in one run pay, from what runs cost. Sizes are classed by powers of two; of
 * each class the rows a second are kept as a decaying mean. The limit is the largest class that is
 * clearly better than every smaller one, and one class beyond is tried now and then, so that a
 * machine or model that changes is noticed. Nothing waits for a batch to fill: what is taken
 * together is what was waiting already, and one request alone is never held back.
 */
public final class BatchLimit {
    /** A larger batch has to be better by so much to be worth its longer wait. */
    private static final double CLEARLY = 1.03;

    /** Weight of a new run in the mean of its class. */
    private static final double NEW = 0.1;

    /** Of so many batches that reach the limit, one may be twice as large. */
    private static final int TRY_EVERY = 32;

    /** Runs of a class before its mean counts. */
    private static final int ENOUGH = 4;

    private final int classes;
    private final double[] rowsPerSecond;
    private final int[] runs;
    private int limitClass;
    private int full;

    /**
     * @param mostRows never more rows than this in one run
     */
    public BatchLimit(int mostRows) {
        this.classes = classOf(Math.max(1, mostRows)) + 1;
        this.rowsPerSecond = new double[classes];
        this.runs = new int[classes];
    }

    /** 1 is class 0, 2 and 3 are class 1, 4 to 7 class 2. */
    static int classOf(long rows) {
        return 63 - Long.numberOfLeadingZeros(Math.max(1, rows));
    }

    /** Rows that the next run may have, given how many wait. */
    public synchronized long rows(long waiting) {
        long limit = 1L << limitClass;
        if (waiting <= limit || limitClass == classes - 1 || runs[limitClass] < ENOUGH) {
            return limit;
        }
        // Enough wait to try twice as many.
        return full++ % TRY_EVERY == 0 || runs[limitClass + 1] < ENOUGH ? 2 * limit : limit;
    }

    /** Learns from a run. */
    public synchronized void ran(long rows, long nanos) {
        int at = Math.min(classes - 1, classOf(rows));
        double speed = rows * 1e9 / Math.max(1, nanos);
        rowsPerSecond[at] =
                runs[at] == 0 ? speed : rowsPerSecond[at] + NEW * (speed - rowsPerSecond[at]);
        runs[at] = Math.min(runs[at] + 1, ENOUGH);
        limitClass = bestClass();
    }

    private int bestClass() {
        int best = 0;
        for (int at = 1; at < classes; at++) {
            if (runs[at] >= ENOUGH
                    && (runs[best] == 0 || rowsPerSecond[at] > CLEARLY * rowsPerSecond[best])) {
                best = at;
            }
        }
        return best;
    }

    /** The limit as it is now, for metrics. */
    public synchronized long current() {
        return 1L << limitClass;
    }
}
