package dev.vitrine.data.event;

import java.util.Arrays;

/**
 * Where batches begin in one file, one entry for about 64 KiB: a search starts at the entry before
 * and walks from batch to batch. Filled by whoever passes by. Thread-safe.
 */
final class SparseIndex {
    private static final int SPACING = 64 << 10;

    private long[] offsets = new long[8];
    private long[] positions = new long[8];
    private int size;

    SparseIndex(long firstOffset) {
        offsets[0] = firstOffset;
        positions[0] = SegmentFormat.HEADER;
        size = 1;
    }

    /** Notes that a batch begins here, when it is far enough behind the last entry. */
    synchronized void offer(long offset, long position) {
        if (position - positions[size - 1] < SPACING) {
            return;
        }
        if (size == offsets.length) {
            offsets = Arrays.copyOf(offsets, size * 2);
            positions = Arrays.copyOf(positions, size * 2);
        }
        offsets[size] = offset;
        positions[size] = position;
        size++;
    }

    /** A batch start at or before an offset: where to begin to look for it. */
    synchronized Entry floor(long offset) {
        int at = Arrays.binarySearch(offsets, 0, size, offset);
        int entry = at >= 0 ? at : Math.max(0, -at - 2);
        return new Entry(offsets[entry], positions[entry]);
    }

    record Entry(long offset, long position) {}
}
