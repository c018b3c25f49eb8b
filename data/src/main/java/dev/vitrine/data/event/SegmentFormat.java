package dev.vitrine.data.event;

import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/**
 * How a file of the log looks; numbers are big endian.
 *
 * <pre>
 * header, 64 bytes:  magic 8 | version 4 | 0 4 | first offset 8 | created at 8 | stamp 8 | 0 20 | crc 4
 * batch, 40 bytes:   stamp 8 | length 4 | events 4 | first offset 8 | written at 8
 *                    | crc of the payload 4 | crc of these 36 bytes 4, then the payload
 * </pre>
 *
 * <p>A batch is what was written and forced at once. The stamp is random for each file, so that no
 * text a shopper sends can be mistaken for a batch when the end of a file is searched. Zeros after
 * the last batch are room made ahead. Checksums are CRC-32C (RFC 3720).
 */
final class SegmentFormat {
    static final int VERSION = 1;
    static final int HEADER = 64;
    static final int BATCH_HEADER = 40;

    /** "VITRILOG". */
    private static final long MAGIC = 0x56495452494C4F47L;

    private static final String SUFFIX = ".events";
    private static final int DIGITS = 19;

    /** What the header of a file says. */
    record Header(long firstOffset, long createdAt, long stamp) {}

    /** What the header of a batch says. */
    record Batch(long firstOffset, int count, int length, long writtenAt, int payloadCrc) {
        long endOffset() {
            return firstOffset + count;
        }

        long bytes() {
            return (long) BATCH_HEADER + length;
        }
    }

    private SegmentFormat() {}

    /** Files sort by name as by offset. */
    static String fileName(long firstOffset) {
        String digits = Long.toString(firstOffset);
        return "0".repeat(DIGITS - digits.length()) + digits + SUFFIX;
    }

    /** The first offset that a file name tells; empty when it is no file of the log. */
    static OptionalLong firstOffset(String fileName) {
        if (fileName.length() != DIGITS + SUFFIX.length() || !fileName.endsWith(SUFFIX)) {
            return OptionalLong.empty();
        }
        long offset = 0;
        for (int i = 0; i < DIGITS; i++) {
            int digit = fileName.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return OptionalLong.empty();
            }
            offset = offset * 10 + digit;
        }
        return offset < 0 ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    static ByteBuffer header(Header header) {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER);
        bytes.putLong(MAGIC).putInt(VERSION).putInt(0);
        bytes.putLong(header.firstOffset).putLong(header.createdAt).putLong(header.stamp);
        bytes.putInt(HEADER - 4, crc(bytes.array(), 0, HEADER - 4));
        return bytes.clear();
    }

    /**
     * Reads the header of a file.
     *
     * @throws VitrineException STORE_FORMAT for another version, LOG_CORRUPT for anything else
     */
    static Header readHeader(ByteBuffer bytes, Path file) {
        boolean whole = bytes.limit() >= HEADER;
        if (whole && bytes.getLong(0) == MAGIC && bytes.getInt(8) != VERSION) {
            throw new VitrineException(
                    DataError.STORE_FORMAT,
                    file
                            + " has format "
                            + bytes.getInt(8)
                            + "; this program reads format "
                            + VERSION);
        }
        if (!whole
                || bytes.getLong(0) != MAGIC
                || bytes.getInt(HEADER - 4) != crc(bytes.array(), 0, HEADER - 4)) {
            throw new VitrineException(
                    DataError.LOG_CORRUPT,
                    file + " does not begin with the header of an event log, at position 0");
        }
        return new Header(bytes.getLong(16), bytes.getLong(24), bytes.getLong(32));
    }

    /** Writes the header of a batch at the buffer's start. */
    static void putBatch(ByteBuffer to, long stamp, Batch batch) {
        byte[] head = new byte[BATCH_HEADER];
        ByteBuffer bytes = ByteBuffer.wrap(head);
        bytes.putLong(stamp).putInt(batch.length).putInt(batch.count);
        bytes.putLong(batch.firstOffset).putLong(batch.writtenAt).putInt(batch.payloadCrc);
        bytes.putInt(crc(head, 0, BATCH_HEADER - 4));
        to.put(0, head);
    }

    /** True when the header of a batch of this file stands at an index of an array. */
    static boolean isBatch(ByteBuffer bytes, int at, long stamp) {
        return bytes.getLong(at) == stamp
                && bytes.getInt(at + BATCH_HEADER - 4) == crc(bytes.array(), at, BATCH_HEADER - 4);
    }

    /** Reads the header of a batch, which was checked with {@link #isBatch}. */
    static Batch readBatch(ByteBuffer bytes, int at) {
        return new Batch(
                bytes.getLong(at + 16),
                bytes.getInt(at + 12),
                bytes.getInt(at + 8),
                bytes.getLong(at + 24),
                bytes.getInt(at + 32));
    }

    static int crc(byte[] bytes, int start, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, start, length);
        return (int) crc.getValue();
    }
}
