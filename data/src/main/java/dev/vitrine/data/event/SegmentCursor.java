package dev.vitrine.data.event;

import dev.vitrine.data.DataError;
import dev.vitrine.data.store.FileLayer;
import dev.vitrine.data.store.FileLayer.OpenFile;
import dev.vitrine.data.store.RowReader;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the files of a log one after the other, checking every batch before giving its events. */
final class SegmentCursor implements EventCursor {
    private static final int ATTEMPTS = 10;

    private final LogView view;
    private final FileLayer files;
    private final RowReader row = new RowReader(new byte[0]);

    /** The open file and the reader of it; absent before the first event. */
    private record Open(Segment segment, OpenFile file, FileWindow window) {}

    private @Nullable Open open;
    private @Nullable LoggedEvent event;
    private long nextOffset;
    private long limit;
    private long batchPosition;
    private long batchEnd;
    private int rowStart;

    SegmentCursor(LogView view, FileLayer files, long fromOffset) {
        this.view = view;
        this.files = files;
        this.nextOffset = Math.max(fromOffset, view.segments().getFirst().firstOffset());
    }

    @Override
    public boolean next() {
        if (nextOffset >= limit && !extend()) {
            return false;
        }
        try {
            if (nextOffset >= batchEnd) {
                nextBatch();
            }
            Open now = current();
            row.reset(now.window.bytes().array(), rowStart, now.window.bytes().limit() - rowStart);
            int length = row.getLength();
            int start = row.position();
            row.reset(now.window.bytes().array(), start, length);
            event = EventCodec.read(row, nextOffset);
            rowStart = start + length;
            nextOffset++;
            return true;
        } catch (IOException e) {
            throw GroupCommit.failure("read", e);
        } catch (VitrineException e) {
            if (e.code() != DataError.STORE_FAILED || open == null) {
                throw e;
            }
            throw new VitrineException(
                    DataError.LOG_CORRUPT,
                    open.segment.file()
                            + ", batch at position "
                            + batchPosition
                            + ", event "
                            + nextOffset
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private Open current() {
        Open now = open;
        if (now == null) {
            throw new IllegalStateException("no file is open");
        }
        return now;
    }

    /** Looks whether there is more by now; what was read beyond the old limit may be stale. */
    private boolean extend() {
        long end = view.endOffset();
        if (end <= nextOffset) {
            return false;
        }
        limit = end;
        if (open != null) {
            open.window.clear();
        }
        return true;
    }

    /** Goes to the batch that holds the next event, and to that event in it. */
    private void nextBatch() throws IOException {
        if (open == null
                || nextOffset >= endOf(open.segment)
                || nextOffset < view.segments().getFirst().firstOffset()) {
            seek();
        }
        Open now = current();
        while (true) {
            SegmentFormat.Batch batch = check(now, batchPosition, batchEnd);
            now.segment.index().offer(batch.firstOffset(), batchPosition);
            if (nextOffset < batch.endOffset()) {
                rowStart = now.window.index(batchPosition) + SegmentFormat.BATCH_HEADER;
                skipTo(now, batch);
                batchPosition += batch.bytes();
                batchEnd = batch.endOffset();
                return;
            }
            batchPosition += batch.bytes();
            batchEnd = batch.endOffset();
        }
    }

    private SegmentFormat.Batch check(Open now, long position, long offset) throws IOException {
        if (!now.segment.holdsBatch(now.window, position, offset)) {
            throw now.segment.corrupt(
                    position,
                    "the batch that begins with event "
                            + offset
                            + " is missing or fails its check");
        }
        return SegmentFormat.readBatch(now.window.bytes(), now.window.index(position));
    }

    private void skipTo(Open now, SegmentFormat.Batch batch) {
        row.reset(now.window.bytes().array(), rowStart, batch.length());
        for (long offset = batch.firstOffset(); offset < nextOffset; offset++) {
            row.skipBlock();
        }
        rowStart = row.position();
    }

    /** First offset of the file after this one; the largest number when this is the last. */
    private long endOf(Segment segment) {
        for (Segment each : view.segments()) {
            if (each.firstOffset() > segment.firstOffset()) {
                return each.firstOffset();
            }
        }
        return Long.MAX_VALUE;
    }

    /** Opens the file that holds the next event, and finds a batch at or before it. */
    private void seek() throws IOException {
        for (int attempt = 1; ; attempt++) {
            List<Segment> segments = view.segments();
            // Retention may have deleted what was to come next; reading goes on with what is kept.
            nextOffset = Math.max(nextOffset, segments.getFirst().firstOffset());
            Segment wanted = segments.getFirst();
            for (Segment each : segments) {
                if (each.firstOffset() <= nextOffset) {
                    wanted = each;
                }
            }
            try {
                close();
                OpenFile file = files.openToRead(wanted.file());
                open = new Open(wanted, file, new FileWindow(file));
                SparseIndex.Entry entry = wanted.index().floor(nextOffset);
                batchPosition = entry.position();
                batchEnd = entry.offset();
                return;
            } catch (NoSuchFileException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                limit = view.endOffset();
            }
        }
    }

    @Override
    public LoggedEvent event() {
        if (event == null) {
            throw new IllegalStateException("next() was not called, or there was no event");
        }
        return event;
    }

    @Override
    public long nextOffset() {
        return nextOffset;
    }

    @Override
    public void close() {
        if (open != null) {
            try {
                open.file.close();
            } catch (IOException e) {
                throw GroupCommit.failure("close", e);
            } finally {
                open = null;
            }
        }
    }
}
