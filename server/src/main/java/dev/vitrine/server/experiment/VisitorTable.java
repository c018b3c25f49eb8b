package dev.vitrine.server.experiment;

import java.util.ArrayList;
import java.util.List;

/**
 * What was counted of each visitor of an experiment, in memory: a row each, of about 60 bytes with
 * the index, in the order of their first answers; never more than {@link #capacity} of them. Rows
 * lie in blocks, so that growing copies no row, and a hash index of row numbers finds them by open
 * addressing at a load of at most one half. Not thread-safe.
 */
final class VisitorTable implements VisitorFile.Reader {
    private static final int BLOCK = 4_096;
    private static final int COUNTS = Counted.values().length;
    private static final int BEFORE = Counted.Before.values().length;
    private static final int FIRST_INDEX = 1 << 12;

    private final int capacity;
    private final List<Block> blocks = new ArrayList<>();
    private int[] index = new int[FIRST_INDEX];
    private int size;

    private static final class Block {
        final long[] visitors = new long[BLOCK];
        final byte[] arms = new byte[BLOCK];
        final int[] since = new int[BLOCK];
        final float[] before = new float[BLOCK * BEFORE];
        final float[] counts = new float[BLOCK * COUNTS];
    }

    /**
     * @param capacity visitors at most
     */
    VisitorTable(int capacity) {
        this.capacity = capacity;
    }

    int size() {
        return size;
    }

    int capacity() {
        return capacity;
    }

    boolean isFull() {
        return size >= capacity;
    }

    /** The row of a visitor; -1 for somebody who is not in it. */
    int row(long visitor) {
        int at = (int) visitor & index.length - 1;
        while (index[at] != 0) {
            int row = index[at] - 1;
            if (visitor(row) == visitor) {
                return row;
            }
            at = at + 1 & index.length - 1;
        }
        return -1;
    }

    /** Takes somebody in who is not there yet; nobody once it is full. */
    @Override
    public void met(long visitor, int arm, int since, float interactions, float orders) {
        if (isFull() || row(visitor) >= 0) {
            return;
        }
        if (size % BLOCK == 0) {
            blocks.add(new Block());
        }
        Block block = blocks.getLast();
        int at = size % BLOCK;
        block.visitors[at] = visitor;
        block.arms[at] = (byte) arm;
        block.since[at] = since;
        block.before[at * BEFORE + Counted.Before.INTERACTIONS.ordinal()] = interactions;
        block.before[at * BEFORE + Counted.Before.ORDERS.ordinal()] = orders;
        size++;
        if (size * 2 > index.length) {
            index = new int[index.length * 2];
            for (int row = 0; row < size; row++) {
                enter(row);
            }
        } else {
            enter(size - 1);
        }
    }

    private void enter(int row) {
        int at = (int) visitor(row) & index.length - 1;
        while (index[at] != 0) {
            at = at + 1 & index.length - 1;
        }
        index[at] = row + 1;
    }

    @Override
    public void counted(long visitor, Counted what, float value) {
        int row = row(visitor);
        if (row >= 0) {
            set(row, what, value);
        }
    }

    long visitor(int row) {
        return blocks.get(row / BLOCK).visitors[row % BLOCK];
    }

    int arm(int row) {
        return blocks.get(row / BLOCK).arms[row % BLOCK];
    }

    /** Seconds from the start of the experiment to the first answer. */
    int since(int row) {
        return blocks.get(row / BLOCK).since[row % BLOCK];
    }

    float before(int row, Counted.Before what) {
        return blocks.get(row / BLOCK).before[row % BLOCK * BEFORE + what.ordinal()];
    }

    float count(int row, Counted what) {
        return blocks.get(row / BLOCK).counts[row % BLOCK * COUNTS + what.ordinal()];
    }

    void set(int row, Counted what, float value) {
        blocks.get(row / BLOCK).counts[row % BLOCK * COUNTS + what.ordinal()] = value;
    }

    /** All rows are forgotten. */
    void clear() {
        blocks.clear();
        index = new int[FIRST_INDEX];
        size = 0;
    }
}
