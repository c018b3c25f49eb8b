package dev.vitrine.data.event;

import dev.vitrine.data.DataError;
import dev.vitrine.data.store.FileLayer;
import dev.vitrine.data.store.FileLayer.OpenFile;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** One file of the log. */
record Segment(Path file, long firstOffset, long createdAt, long stamp, SparseIndex index) {

    /** Where the valid part of a file ends. */
    record End(long offset, long position, boolean clean) {}

    /** The files of a directory, oldest first. */
    static List<Segment> list(Path directory, FileLayer files) throws IOException {
        List<Long> offsets = new ArrayList<>();
        for (String name : files.list(directory)) {
            SegmentFormat.firstOffset(name).ifPresent(offsets::add);
        }
        Collections.sort(offsets);
        List<Segment> segments = new ArrayList<>();
        for (long offset : offsets) {
            segments.add(read(directory.resolve(SegmentFormat.fileName(offset)), offset, files));
        }
        return segments;
    }

    static Segment read(Path file, long expectedOffset, FileLayer files) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SegmentFormat.HEADER);
        try (OpenFile open = files.openToRead(file)) {
            open.read(bytes, 0);
        }
        SegmentFormat.Header header = SegmentFormat.readHeader(bytes.flip(), file);
        if (header.firstOffset() != expectedOffset) {
            throw new VitrineException(
                    DataError.LOG_CORRUPT,
                    file
                            + " says at position 16 that it begins with event "
                            + header.firstOffset()
                            + ", its name says "
                            + expectedOffset);
        }
        return of(file, header);
    }

    static Segment of(Path file, SegmentFormat.Header header) {
        return new Segment(
                file,
                header.firstOffset(),
                header.createdAt(),
                header.stamp(),
                new SparseIndex(header.firstOffset()));
    }

    /**
     * Checks batches from a place on and finds where they end. What follows the end is either zeros
     * (clean), or the remains of a write that was never acknowledged.
     *
     * @throws VitrineException LOG_CORRUPT when a whole batch stands behind the one that fails:
     *     then that one had been acknowledged, because a batch is only written after the one before
     *     it was forced
     */
    End findEnd(OpenFile open, long fromOffset, long fromPosition) throws IOException {
        FileWindow window = new FileWindow(open);
        long offset = fromOffset;
        long position = fromPosition;
        while (holdsBatch(window, position, offset)) {
            SegmentFormat.Batch batch =
                    SegmentFormat.readBatch(window.bytes(), window.index(position));
            index.offer(offset, position);
            offset = batch.endOffset();
            position += batch.bytes();
        }
        if (window.load(position, SegmentFormat.BATCH_HEADER)
                && SegmentFormat.isBatch(window.bytes(), window.index(position), stamp)) {
            long found =
                    SegmentFormat.readBatch(window.bytes(), window.index(position)).firstOffset();
            if (found != offset) {
                throw corrupt(
                        position, "a batch begins with event " + found + ", expected " + offset);
            }
        }
        long later = findBatchAfter(window, position + 1);
        if (later >= 0) {
            window.clear();
            if (holdsBatch(window, position, offset)) {
                // It was being written while we looked, and is whole by now.
                return findEnd(open, offset, position);
            }
            throw corrupt(
                    position, "a batch of events fails its check; another follows at " + later);
        }
        return new End(offset, position, isZeroFrom(window, position));
    }

    /** True when the batch that begins with an event stands whole at a position. */
    boolean holdsBatch(FileWindow window, long position, long offset) throws IOException {
        if (!window.load(position, SegmentFormat.BATCH_HEADER)
                || !SegmentFormat.isBatch(window.bytes(), window.index(position), stamp)) {
            return false;
        }
        SegmentFormat.Batch batch = SegmentFormat.readBatch(window.bytes(), window.index(position));
        if (batch.firstOffset() != offset
                || batch.count() <= 0
                || batch.length() < batch.count()
                || batch.bytes() > Integer.MAX_VALUE / 2
                || !window.load(position, (int) batch.bytes())) {
            return false;
        }
        int start = window.index(position) + SegmentFormat.BATCH_HEADER;
        return batch.payloadCrc()
                == SegmentFormat.crc(window.bytes().array(), start, batch.length());
    }

    private long findBatchAfter(FileWindow window, long from) throws IOException {
        long position = from;
        while (window.load(position, SegmentFormat.BATCH_HEADER)) {
            ByteBuffer bytes = window.bytes();
            int last = bytes.limit() - SegmentFormat.BATCH_HEADER;
            for (int at = window.index(position); at <= last; at++) {
                if (bytes.getLong(at) == stamp && SegmentFormat.isBatch(bytes, at, stamp)) {
                    return position + (at - window.index(position));
                }
            }
            position += last + 1 - window.index(position);
        }
        return -1;
    }

    private static boolean isZeroFrom(FileWindow window, long from) throws IOException {
        long position = from;
        while (window.load(position, 1)) {
            ByteBuffer bytes = window.bytes();
            for (int at = window.index(position); at < bytes.limit(); at++) {
                if (bytes.get(at) != 0) {
                    return false;
                }
            }
            position = window.end();
        }
        return true;
    }

    VitrineException corrupt(long position, String what) {
        return new VitrineException(
                DataError.LOG_CORRUPT, file + " at position " + position + ": " + what);
    }
}
