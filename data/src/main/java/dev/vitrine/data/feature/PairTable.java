package dev.vitrine.data.feature;

import java.util.Arrays;

/**
 * For every item the items that go with it, in bounded rows of decayed counts. One thread writes,
 * any number read.
 *
 * <p>Decay is forward: an occurrence at time t is added as 2^((t - landmark) / half-life), so that
 * old entries need no touch; a reader multiplies by 2^((landmark - now) / half-life). When the
 * exponent would leave the range of a float, all rows are copied to a new landmark and published at
 * once.
 */
final class PairTable {
    private static final double FARTHEST = 60;

    private final double halfLife;
    private final int longest;
    private volatile Epoch epoch = new Epoch(Long.MIN_VALUE, new long[0][]);
    private int items;

    /** Rows by item; a row is replaced when it grows and otherwise changed in place. */
    private record Epoch(long landmark, long[][] rows) {}

    PairTable(double halfLifeMillis, int longest) {
        this.halfLife = halfLifeMillis;
        this.longest = longest;
    }

    /** Counts that {@code left} and {@code right} occurred together, in both their rows. */
    void add(int left, int right, float weight, long time) {
        Epoch now = epochFor(time, Math.max(left, right) + 1);
        float scaled = (float) (weight * Exp2.of((time - now.landmark) / halfLife));
        if (scaled > 0) {
            put(now, left, right, scaled);
            put(now, right, left, scaled);
        }
    }

    private void put(Epoch now, int item, int other, float scaled) {
        long[] row = now.rows[item];
        long[] kept = WeightedRow.add(row, other, scaled, longest);
        if (kept.length != row.length) {
            Rows.publish(now.rows, item, kept);
        }
    }

    WeightedItems of(int item, long now) {
        Epoch seen = epoch;
        return item < seen.rows.length
                ? WeightedRow.sorted(Rows.read(seen.rows, item), factor(seen, now))
                : WeightedItems.EMPTY;
    }

    float weight(int item, int other, long now) {
        Epoch seen = epoch;
        return item < seen.rows.length
                ? (float) (WeightedRow.find(Rows.read(seen.rows, item), other) * factor(seen, now))
                : 0;
    }

    private double factor(Epoch seen, long now) {
        return seen.landmark == Long.MIN_VALUE
                ? 0
                : Exp2.of(Math.min(FARTHEST, (seen.landmark - now) / halfLife));
    }

    private Epoch epochFor(long time, int least) {
        Epoch now = epoch;
        long landmark = now.landmark;
        long[][] rows = now.rows;
        if (landmark == Long.MIN_VALUE) {
            landmark = time;
        } else if ((time - landmark) / halfLife > FARTHEST) {
            double factor = Exp2.of((landmark - time) / halfLife);
            long[][] moved = new long[rows.length][];
            for (int i = 0; i < rows.length; i++) {
                moved[i] = rows[i].length == 0 ? rows[i] : WeightedRow.rescaled(rows[i], factor);
            }
            rows = moved;
            landmark = time;
        }
        items = Math.max(items, least);
        if (least > rows.length) {
            int old = rows.length;
            rows = Arrays.copyOf(rows, Math.max(least, Math.max(1024, old + old / 2)));
            Arrays.fill(rows, old, rows.length, WeightedRow.EMPTY);
        }
        if (rows.length != now.rows.length || landmark != now.landmark) {
            epoch = new Epoch(landmark, rows);
        }
        return epoch;
    }

    void save(StateWriter out) {
        out.putLong(epoch.landmark);
        out.putInt(items);
        for (int item = 0; item < items; item++) {
            Rows.save(epoch.rows[item], out);
        }
    }

    void load(StateReader in) {
        long landmark = in.getLong();
        items = in.getCount(1);
        long[][] rows = new long[items][];
        for (int item = 0; item < items; item++) {
            rows[item] = Rows.load(in, longest);
        }
        epoch = new Epoch(landmark, rows);
    }
}
