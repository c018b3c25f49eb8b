package dev.vitrine.data.split;

import java.util.Arrays;

/** Assigns a part to every event of people whose events lie together in time order. */
public final class Splitter {
    private Splitter() {}

    /**
     * The part (ordinal) of each event.
     *
     * @param personStart {@code people + 1} positions into {@code time}
     * @param personNumber the durable number of each person, so that a draw by user stays the same
     *     when the data set is built again
     * @param time epoch milliseconds, not falling within a person
     */
    public static byte[] parts(
            SplitSpec spec, int[] personStart, long[] personNumber, long[] time) {
        byte[] parts = new byte[time.length];
        switch (spec) {
            case SplitSpec.AllTrain all -> Arrays.fill(parts, (byte) Part.TRAIN.ordinal());
            case SplitSpec.TimeFractions fractions -> byFractions(fractions, time, parts);
            case SplitSpec.TimeInstants instants ->
                    byTime(
                            instants.validationFrom().toEpochMilli(),
                            instants.testFrom().toEpochMilli(),
                            time,
                            parts);
            case SplitSpec.LeaveLastOut last -> leaveLastOut(last, personStart, parts);
            case SplitSpec.ByUser users -> byUser(users, personStart, personNumber, parts);
        }
        return parts;
    }

    private static void byFractions(SplitSpec.TimeFractions spec, long[] time, byte[] parts) {
        if (time.length == 0) {
            return;
        }
        long[] sorted = time.clone();
        Arrays.parallelSort(sorted);
        long testFrom = cut(sorted, spec.test());
        long validationFrom = Math.min(testFrom, cut(sorted, spec.test() + spec.validation()));
        byTime(validationFrom, testFrom, time, parts);
    }

    /** The time at which the last {@code share} of the events begins; never when it is 0. */
    private static long cut(long[] sorted, double share) {
        int from = (int) Math.round(sorted.length * (1 - share));
        return from >= sorted.length ? Long.MAX_VALUE : sorted[from];
    }

    private static void byTime(long validationFrom, long testFrom, long[] time, byte[] parts) {
        for (int i = 0; i < time.length; i++) {
            Part part =
                    time[i] >= testFrom
                            ? Part.TEST
                            : time[i] >= validationFrom ? Part.VALIDATION : Part.TRAIN;
            parts[i] = (byte) part.ordinal();
        }
    }

    private static void leaveLastOut(SplitSpec.LeaveLastOut spec, int[] personStart, byte[] parts) {
        for (int p = 0; p + 1 < personStart.length; p++) {
            int end = personStart[p + 1];
            if (end - personStart[p] >= spec.leastEvents()) {
                parts[end - 1] = (byte) Part.TEST.ordinal();
                parts[end - 2] = (byte) Part.VALIDATION.ordinal();
            }
        }
    }

    private static void byUser(
            SplitSpec.ByUser spec, int[] personStart, long[] personNumber, byte[] parts) {
        for (int p = 0; p + 1 < personStart.length; p++) {
            double draw = (mix(personNumber[p] ^ mix(spec.seed())) >>> 11) * 0x1.0p-53;
            Part part =
                    draw < spec.test()
                            ? Part.TEST
                            : draw < spec.test() + spec.validation() ? Part.VALIDATION : Part.TRAIN;
            Arrays.fill(parts, personStart[p], personStart[p + 1], (byte) part.ordinal());
        }
    }

    /** SplitMix64's finaliser (Steele, Lea, Flood 2014). */
    private static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
