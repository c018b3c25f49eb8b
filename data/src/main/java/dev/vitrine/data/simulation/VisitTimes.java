package dev.vitrine.data.simulation;

import java.util.SplittableRandom;

/**
 * When visits begin, in rising order: evenly drawn places on a scale that runs faster at busy hours
 * (evenings, weekends) and grows by a fifth over the span.
 */
final class VisitTimes {
    private static final long HOUR = 3_600_000;
    private static final double[] DAY = {
        .35, .2, .12, .1, .1, .15, .35, .7, .95, 1.1, 1.2, 1.25, 1.3, 1.2, 1.1, 1.1, 1.15, 1.3, 1.5,
        1.75, 1.9, 1.8, 1.3, .7
    };

    private final SplittableRandom random;
    private final long start;
    private final long end;
    private final double[] busy;
    private long left;
    private double place;
    private int hour;

    VisitTimes(long start, long end, long visits, SplittableRandom random) {
        this.random = random;
        this.start = start;
        this.end = end;
        this.left = visits;
        int hours = (int) ((end - start) / HOUR) + 1;
        busy = new double[hours + 1];
        for (int i = 0; i < hours; i++) {
            long absolute = start / HOUR + i;
            // The epoch began on a Thursday.
            boolean weekend = (absolute / 24 + 3) % 7 >= 5;
            double growth = 1 + 0.2 * i / hours;
            busy[i + 1] = busy[i] + DAY[(int) (absolute % 24)] * (weekend ? 1.25 : 1) * growth;
        }
    }

    /** The next time; {@link Long#MAX_VALUE} after the last. */
    long next() {
        if (left <= 0) {
            return Long.MAX_VALUE;
        }
        // The least of the remaining even draws from (place, 1).
        place += (1 - place) * (1 - Math.pow(random.nextDouble(1e-12, 1), 1.0 / left));
        left--;
        double wanted = place * busy[busy.length - 1];
        while (hour < busy.length - 2 && busy[hour + 1] <= wanted) {
            hour++;
        }
        double within = (wanted - busy[hour]) / (busy[hour + 1] - busy[hour]);
        return Math.min(end, start + (long) ((hour + within) * HOUR));
    }
}
