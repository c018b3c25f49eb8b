package dev.vitrine.data.feature;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Safe publication of rows in an array, and their form in a snapshot. */
final class Rows {
    private static final VarHandle ROW = MethodHandles.arrayElementVarHandle(long[][].class);

    private Rows() {}

    static void publish(long[][] rows, int index, long[] row) {
        ROW.setRelease(rows, index, row);
    }

    static long[] read(long[][] rows, int index) {
        return (long[]) ROW.getAcquire(rows, index);
    }

    static void save(long[] row, StateWriter out) {
        int used = WeightedRow.used(row);
        out.putInt(used);
        for (int i = 0; i < used; i++) {
            out.putLong(row[i]);
        }
    }

    static long[] load(StateReader in, int longest) {
        int used = in.getCount(longest, Long.BYTES);
        long[] row = used == 0 ? WeightedRow.EMPTY : new long[WeightedRow.capacity(used, longest)];
        for (int i = 0; i < used; i++) {
            row[i] = in.getLong();
        }
        return row;
    }
}
