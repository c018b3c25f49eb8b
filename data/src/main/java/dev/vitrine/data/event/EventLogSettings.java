package dev.vitrine.data.event;

import dev.vitrine.data.DataError;
import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.kernel.error.VitrineException;
import java.time.Duration;

/**
 * Bounds of the event log.
 *
 * @param segmentSize a new file is begun when the current one would grow beyond this
 * @param groupSize the most that is written and forced at once; also the most that one append may
 *     hold once encoded
 * @param queueSize encoded events that may wait to be written; beyond it a producer waits
 * @param appendDeadline how long a producer waits for room in the queue before it is told {@link
 *     DataError#STORE_BUSY}
 * @param retainSize oldest files are deleted while the log is larger than this
 * @param retainAge files are deleted when everything in them is older than this
 */
public record EventLogSettings(
        DataSize segmentSize,
        DataSize groupSize,
        DataSize queueSize,
        Duration appendDeadline,
        DataSize retainSize,
        Duration retainAge) {
    public static final EventLogSettings DEFAULTS =
            new EventLogSettings(
                    DataSize.ofMebibytes(128),
                    DataSize.ofMebibytes(16),
                    DataSize.ofMebibytes(64),
                    Duration.ofSeconds(5),
                    DataSize.of("100GiB"),
                    Duration.ofDays(730));

    /** No group may be larger, so that a reader's buffer stays an array. */
    private static final long LARGEST_GROUP = 1L << 28;

    public EventLogSettings {
        check(
                groupSize.bytes() >= 4096 && groupSize.bytes() <= LARGEST_GROUP,
                "groupSize",
                "between 4KiB and 256MiB",
                groupSize);
        check(
                segmentSize.bytes() >= 4096 && segmentSize.bytes() <= 1L << 30,
                "segmentSize",
                "between 4KiB and 1GiB",
                segmentSize);
        check(
                queueSize.bytes() >= groupSize.bytes(),
                "queueSize",
                "at least groupSize (" + groupSize + ")",
                queueSize);
        check(!appendDeadline.isNegative(), "appendDeadline", "not negative", appendDeadline);
        check(
                retainSize.bytes() >= segmentSize.bytes(),
                "retainSize",
                "at least segmentSize (" + segmentSize + ")",
                retainSize);
        check(
                !retainAge.isNegative() && !retainAge.isZero(),
                "retainAge",
                "longer than zero",
                retainAge);
    }

    private static void check(boolean holds, String field, String expected, Object found) {
        if (!holds) {
            throw VitrineException.field(
                    DataError.EVENT_INVALID,
                    field,
                    "the event log's " + field + " must be " + expected + ", found " + found);
        }
    }
}
