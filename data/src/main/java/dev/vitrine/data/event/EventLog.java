package dev.vitrine.data.event;

import dev.vitrine.data.DataError;
import dev.vitrine.data.store.FileLayer;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * The durable log of events, read again by offset. Thread-safe. One process writes; others may read
 * beside it. What {@link #append} returned for survives a crash at any moment; what it did not
 * return for may or may not be there afterwards, but never in part.
 */
public final class EventLog implements AutoCloseable {
    private final FileLayer files;
    private final LogView view;
    private final @Nullable LogWriter writer;
    private final @Nullable GroupCommit commits;

    /**
     * What was done since opening.
     *
     * @param bytes written for events, without the room made ahead
     * @param forces times that a file was made durable
     * @param cutBytes remains of an unacknowledged write that opening cut off
     */
    public record Statistics(long bytes, long forces, long cutBytes) {}

    private EventLog(
            FileLayer files,
            LogView view,
            @Nullable LogWriter writer,
            @Nullable GroupCommit commits) {
        this.files = files;
        this.view = view;
        this.writer = writer;
        this.commits = commits;
    }

    /**
     * Opens for writing, making the directory when it is missing; a torn end left by a crash is cut
     * off.
     *
     * @throws VitrineException STORE_IN_USE when another process writes here, STORE_FORMAT for
     *     files of another version, LOG_CORRUPT when something acknowledged fails its check
     */
    public static EventLog open(Path directory, EventLogSettings settings, FileLayer files) {
        ThreadFactory threads = Thread.ofPlatform().name("event-log").daemon().factory();
        return open(directory, settings, files, InstantSource.system(), threads);
    }

    /**
     * Opens for writing.
     *
     * @param clock times batches and files, for retention
     * @param threads makes the one thread that writes and forces
     */
    public static EventLog open(
            Path directory,
            EventLogSettings settings,
            FileLayer files,
            InstantSource clock,
            ThreadFactory threads) {
        try {
            LogWriter writer = new LogWriter(directory, settings, files, clock, new SecureRandom());
            return new EventLog(
                    files,
                    new WriterView(writer),
                    writer,
                    new GroupCommit(writer, settings, threads));
        } catch (IOException e) {
            throw GroupCommit.failure("open", e);
        }
    }

    private record WriterView(LogWriter writer) implements LogView {
        @Override
        public List<Segment> segments() {
            return writer.segments();
        }

        @Override
        public long endOffset() {
            return writer.endOffset();
        }
    }

    /**
     * Opens for reading, beside a process that writes.
     *
     * @throws VitrineException FILE_NOT_FOUND when there is no log
     */
    public static EventLog openReadOnly(Path directory, FileLayer files) {
        try {
            return new EventLog(files, new ReadOnlyView(directory, files), null, null);
        } catch (IOException e) {
            throw GroupCommit.failure("open", e);
        }
    }

    /**
     * Appends events in order, ignoring the offsets they carry, and returns when they are durable.
     * All of them are kept or none.
     *
     * @return the offset of the first; the others follow it
     * @throws VitrineException STORE_FULL or STORE_FAILED when they could not be written,
     *     STORE_BUSY when the queue stayed full until the deadline, EVENT_INVALID when they are too
     *     many bytes
     */
    public long append(List<LoggedEvent> events) {
        return events.isEmpty() ? endOffset() : submit(events).await();
    }

    /** Begins to append events, not empty, without waiting for the disk; otherwise as append. */
    GroupCommit.Pending submit(List<LoggedEvent> events) {
        GroupCommit queue = commits;
        if (queue == null) {
            throw new VitrineException(
                    DataError.STORE_IN_USE, "the event log was opened for reading");
        }
        return queue.submit(EncodedEvents.of(events));
    }

    /**
     * Reads from an offset, or from the oldest event that is kept when that is later. Events that
     * retention deletes while the cursor is open are passed over.
     */
    public EventCursor read(long fromOffset) {
        return new SegmentCursor(view, files, fromOffset);
    }

    /** Offset of the oldest event that is kept. */
    public long startOffset() {
        return view.segments().getFirst().firstOffset();
    }

    /** One more than the offset of the newest event that can be read; durable where this writes. */
    public long endOffset() {
        return view.endOffset();
    }

    /** Deletes files beyond the retention; this also happens whenever a new file is begun. */
    public void retain() {
        if (writer != null) {
            try {
                writer.retain();
            } catch (IOException e) {
                throw GroupCommit.failure("delete from", e);
            }
        }
    }

    public Statistics statistics() {
        return writer == null
                ? new Statistics(0, 0, 0)
                : new Statistics(writer.bytesWritten(), writer.forces(), writer.cutBytes());
    }

    /** Writes what still waits, and closes. */
    @Override
    public void close() {
        if (commits != null) {
            commits.close();
        }
        if (writer != null) {
            try {
                writer.close();
            } catch (IOException e) {
                throw GroupCommit.failure("close", e);
            }
        }
    }
}
