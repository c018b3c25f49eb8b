package dev.vitrine.inference.batch;

/**
 * Learns how many rows in one run pay, from what runs cost. Sizes are classed by powers of two; of
 * each class the rows a second are kept as a decaying mean, on which no single run has much weight:
 * one that lost the processor for a while says nothing of its size. The limit is the largest class
 * that is clearly better than every smaller one, and up to two classes beyond are tried now and
 * then, so that a machine or model that changes is noticed. Nothing waits for a batch to fill: what
 * is taken together is what was waiting already, and one request alone is never held back.
 */
public final class BatchLimit {
    /** A larger batch has to be better by so much to be worth its longer wait. */
    private static final double CLEARLY = 1.04;

    /** Weight of a new run in the mean of its class. */
    private static final double NEW = 0.1;

    /** A run counts as at most this much faster or slower than the mean. */
    private static final double FARTHEST = 1.3;

    /** Of so many batches that reach the limit, one may be larger. */
    private static final int TRY_EVERY = 64;

    /** Runs of a class before its mean counts; the fastest of them is where the mean begins. */
    private static final int ENOUGH = 4;

    /** A run that takes longer than this is held against what is foretold of the next. */
    private static final long SURPRISE_NANOS = 4_000_000;

    /** Weight of a new run in how often runs surprise, and how often they may. */
    private static final double NEW_SURPRISE = 0.01;

    private static final double SURPRISES = 0.02;

    private final long mostRows;
    private final int classes;
    private final double[] rowsPerSecond;
    private final int[] runs;
    private int limitClass;
    private int full;
    private boolean fixed;
    private double surprises;

    /**
     * @param mostRows never more rows than this in one run
     */
    public BatchLimit(int mostRows) {
        this.mostRows = Math.max(1, mostRows);
        this.classes = classOf(Math.max(1, mostRows)) + 1;
        this.rowsPerSecond = new double[classes];
        this.runs = new int[classes];
    }

    private BatchLimit(long rows) {
        this(Math.toIntExact(rows));
        fixed = true;
    }

    /**
     * One that learns what runs take, but not how many rows: always as many as wait, up to these.
     */
    public static BatchLimit fixed(long rows) {
        return new BatchLimit(rows);
    }

    /**
     * One for the version that takes this one's place: it begins with what is known here, and some
     * tens of runs outweigh that. One that began with nothing would run row by row at first, and
     * what comes meanwhile at a load that only batches bear would wait. How often runs surprised is
     * known too: else texts of any length would pass for steady until some long ones had run.
     */
    public synchronized BatchLimit forNext() {
        BatchLimit next = new BatchLimit((int) mostRows);
        for (int at = 0; at < classes; at++) {
            next.rowsPerSecond[at] = rowsPerSecond[at];
            next.runs[at] = runs[at];
        }
        next.limitClass = limitClass;
        next.fixed = fixed;
        next.surprises = surprises;
        return next;
    }

    /** 1 is class 0, 2 and 3 are class 1, 4 to 7 class 2. */
    static int classOf(long rows) {
        return 63 - Long.numberOfLeadingZeros(Math.max(1, rows));
    }

    /**
     * Rows that the next run may have.
     *
     * @param first rows of the request that has to be in it
     * @param waiting rows that wait, those of the first too
     */
    public synchronized long rows(long first, long waiting) {
        if (fixed) {
            return mostRows;
        }
        int larger = Math.min(limitClass + 1, classes - 1);
        long usual = multiple(first, limitClass);
        if (larger == limitClass || waiting <= usual || runs[limitClass] < ENOUGH) {
            return usual;
        }
        int tried = full++ % TRY_EVERY;
        if (tried == 0 || runs[larger] < ENOUGH) {
            return multiple(first, larger);
        }
        boolean twice = tried == TRY_EVERY / 2 && larger < classes - 1;
        return twice ? multiple(first, larger + 1) : usual;
    }

    /** The first request's rows, doubled until they are in a class. */
    private long multiple(long first, int at) {
        return Math.min(mostRows, first << Math.max(0, at - classOf(first)));
    }

    /** Learns from a run. */
    public synchronized void ran(long rows, long nanos) {
        int at = Math.min(classes - 1, classOf(rows));
        surprises += NEW_SURPRISE * ((nanos > SURPRISE_NANOS ? 1 : 0) - surprises);
        double speed = rows * 1e9 / Math.max(1, nanos);
        double mean = rowsPerSecond[at];
        if (runs[at] < ENOUGH) {
            runs[at]++;
            rowsPerSecond[at] = Math.max(mean, speed);
        } else {
            double near = Math.clamp(speed, mean / FARTHEST, mean * FARTHEST);
            rowsPerSecond[at] = mean + NEW * (near - mean);
        }
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

    /** What a run of so many rows is likely to take; 0 while nothing is known. */
    public synchronized long nanos(long rows) {
        int at = Math.min(classes - 1, classOf(rows));
        for (int away = 0; away < classes; away++) {
            int known = at - away >= 0 && runs[at - away] > 0 ? at - away : at + away;
            if (known < classes && runs[known] > 0) {
                return (long) (rows * 1e9 / rowsPerSecond[known]);
            }
        }
        return 0;
    }

    /**
     * As {@link #nanos}, where that can be relied on; 0 also for a model of which some runs take
     * far longer than others, as with texts of any length.
     */
    public synchronized long steadyNanos(long rows) {
        return surprises < SURPRISES ? nanos(rows) : 0;
    }

    /** The limit as it is now, for requests of one row. */
    public synchronized long current() {
        return multiple(1, limitClass);
    }
}
