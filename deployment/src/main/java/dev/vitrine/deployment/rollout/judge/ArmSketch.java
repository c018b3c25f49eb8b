package dev.vitrine.deployment.rollout.judge;

import dev.vitrine.deployment.VisitorHash;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Counts what one arm does on one node, in fixed memory (about 30 KiB). Not thread-safe: one lock
 * an arm, or one sketch a thread.
 */
public final class ArmSketch {
    /** Latencies that are kept of a window, drawn evenly (Vitter's algorithm R). */
    public static final int LATENCIES = 256;

    private static final int LOWEST_SCORE = 127 - 8;

    private final JudgeSettings settings;
    private final RandomGenerator random;
    private final double slowMillis;
    private final double[] latencies = new double[LATENCIES];
    private long measured;
    private Arm arm;
    private double overlapSum;
    private double overlapSquares;
    private long overlaps;

    public ArmSketch(JudgeSettings settings, RandomGenerator random) {
        this.settings = settings;
        this.random = random;
        this.slowMillis = settings.slow().toNanos() / 1e6;
        this.arm = Arm.empty(settings.groups().size());
    }

    /**
     * An answer that was given.
     *
     * @param group index of the visitor's user group in {@link JudgeSettings#groups}; -1 for none
     * @param topScore of the best result; any number where it is empty
     */
    public void answered(long visitor, double millis, boolean empty, double topScore, int group) {
        int bucket = count(Count.REQUESTS, visitor);
        if (millis > slowMillis) {
            arm.counts()[Count.SLOW.ordinal() * Arm.BUCKETS + bucket]++;
        }
        if (measured < LATENCIES) {
            latencies[(int) measured] = millis;
        } else {
            long place = random.nextLong(measured + 1);
            if (place < LATENCIES) {
                latencies[(int) place] = millis;
            }
        }
        measured++;
        if (empty) {
            arm.counts()[Count.EMPTY.ordinal() * Arm.BUCKETS + bucket]++;
        } else {
            arm.scores()[scoreBin(topScore)]++;
        }
        if (group >= 0 && group < settings.groups().size()) {
            int at = group * Arm.GROUP_BUCKETS + bucket % Arm.GROUP_BUCKETS;
            arm.groups()[at]++;
            if (empty) {
                arm.groups()[arm.groups().length / 2 + at]++;
            }
        }
    }

    /** A request that failed; how fast it did says nothing. */
    public void failed(long visitor) {
        count(Count.REQUESTS, visitor);
        count(Count.FAILED, visitor);
    }

    /** A product that was shown. */
    public void shown(long item) {
        long hash = VisitorHash.mixed(item);
        arm.items()[(int) (hash >>> 56)] |= 1L << (hash & 63);
    }

    /** A click on what was answered, whenever it comes. */
    public void clicked(long visitor) {
        count(Count.CLICKS, visitor);
    }

    /** A purchase of what was answered, whenever it comes. */
    public void purchased(long visitor) {
        count(Count.PURCHASES, visitor);
    }

    /** How much of what is live's answer was in the candidate's, from 0 to 1. */
    public void compared(double overlap) {
        double bounded = Math.clamp(overlap, 0, 1);
        overlaps++;
        overlapSum += bounded;
        overlapSquares += bounded * bounded;
    }

    /** What was counted since the last time; counting begins anew. */
    public ArmWindow drain() {
        ArmWindow window =
                new ArmWindow(
                        new Arm(
                                arm.counts(),
                                arm.groups(),
                                arm.scores(),
                                arm.items(),
                                overlaps,
                                overlapSum,
                                overlapSquares),
                        Arrays.copyOf(latencies, (int) Math.min(measured, LATENCIES)));
        arm = Arm.empty(settings.groups().size());
        measured = 0;
        overlaps = 0;
        overlapSum = 0;
        overlapSquares = 0;
        return window;
    }

    private int count(Count count, long visitor) {
        int bucket = (int) (VisitorHash.mixed(visitor) >>> 56);
        arm.counts()[count.ordinal() * Arm.BUCKETS + bucket]++;
        return bucket;
    }

    /** Quarters of powers of two from 2^-8 to 2^8; 0 for all below, negative ones too. */
    private static int scoreBin(double score) {
        float value = (float) score;
        if (!(value > 0)) {
            return 0;
        }
        int quarters = (Float.floatToIntBits(value) >>> 21) - 4 * LOWEST_SCORE;
        return Math.clamp(quarters, 0, Arm.SCORES - 1);
    }
}
