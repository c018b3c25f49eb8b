package dev.vitrine.deployment.rollout.judge;

import java.util.Arrays;

/**
 * What was counted of one arm, of fixed size however many visitors there are. Visitors are hashed
 * into buckets: a visitor's requests and clicks are all in one, so that what differs between
 * buckets tells how much visitors differ, without any of them being kept.
 *
 * @param counts by {@link Count}, each of {@link #BUCKETS}
 * @param groups requests, then empty answers, of each user group, each of {@link #GROUP_BUCKETS}
 * @param scores best score of an answer, by quarters of a power of two
 * @param items bits of the hashes of the products shown (linear counting, Whang 1990)
 * @param overlaps answers that were compared with what is live
 * @param overlapSum of their overlaps, each from 0 to 1
 * @param overlapSquares sum of the squares
 */
public record Arm(
        long[] counts,
        long[] groups,
        long[] scores,
        long[] items,
        long overlaps,
        double overlapSum,
        double overlapSquares) {
    static final int BUCKETS = 256;
    static final int GROUP_BUCKETS = 64;
    static final int SCORES = 65;
    static final int ITEM_WORDS = 256;

    /** Nothing counted. */
    public static Arm empty(int groups) {
        return new Arm(
                new long[Count.values().length * BUCKETS],
                new long[2 * groups * GROUP_BUCKETS],
                new long[SCORES],
                new long[ITEM_WORDS],
                0,
                0,
                0);
    }

    /** Both together. */
    public Arm plus(Arm other) {
        long[] seen = items.clone();
        for (int i = 0; i < seen.length; i++) {
            seen[i] |= other.items[i];
        }
        return new Arm(
                sum(counts, other.counts),
                sum(groups, other.groups),
                sum(scores, other.scores),
                seen,
                overlaps + other.overlaps,
                overlapSum + other.overlapSum,
                overlapSquares + other.overlapSquares);
    }

    /** All of one kind. */
    public long total(Count count) {
        long sum = 0;
        for (int b = 0; b < BUCKETS; b++) {
            sum += counts[count.ordinal() * BUCKETS + b];
        }
        return sum;
    }

    /** How many different products were shown, about; told apart up to some 100,000. */
    double distinctItems() {
        int bits = ITEM_WORDS * Long.SIZE;
        int set = 0;
        for (long word : items) {
            set += Long.bitCount(word);
        }
        return -bits * Math.log1p(-Math.min(set, bits - 1) / (double) bits);
    }

    /** Requests and events of one kind, by bucket. */
    Clusters clusters(Count count) {
        return new Clusters(bucket(Count.REQUESTS), bucket(count));
    }

    /** Requests and empty answers of a user group, by bucket. */
    Clusters group(int group) {
        int all = groups.length / 2;
        int from = group * GROUP_BUCKETS;
        return new Clusters(
                Arrays.copyOfRange(groups, from, from + GROUP_BUCKETS),
                Arrays.copyOfRange(groups, all + from, all + from + GROUP_BUCKETS));
    }

    private long[] bucket(Count count) {
        int from = count.ordinal() * BUCKETS;
        return Arrays.copyOfRange(counts, from, from + BUCKETS);
    }

    private static long[] sum(long[] a, long[] b) {
        long[] sum = a.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += b[i];
        }
        return sum;
    }
}
