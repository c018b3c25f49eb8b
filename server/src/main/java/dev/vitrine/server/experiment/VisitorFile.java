package dev.vitrine.server.experiment;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A file of records about visitors, each of {@value #RECORD} bytes with a checksum: somebody who is
 * new, or what a count of somebody has come to. As records say values rather than changes, it does
 * no harm to read one twice. What is appended survives the death of the process at once, and the
 * loss of power after {@link #force}. A record that was cut off ends the file.
 */
final class VisitorFile implements Closeable {
    static final int RECORD = 28;

    private static final int CHECKED = RECORD - Integer.BYTES;
    private static final byte NEW = 1;
    private static final byte COUNT = 2;

    private final FileChannel channel;
    private final ByteBuffer record = ByteBuffer.allocate(RECORD);
    private final CRC32C sum = new CRC32C();
    private long size;

    /** Who is told of records. */
    interface Reader {
        void met(long visitor, int arm, int since, float interactions, float orders);

        void counted(long visitor, Counted what, float value);
    }

    /** Opens a file to append after its last whole record, making it where there is none. */
    VisitorFile(Path file, long whole) throws IOException {
        channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                        .truncate(whole)
                        .position(whole);
        size = whole;
    }

    /**
     * Tells of every record up to the first that is not whole.
     *
     * @return bytes up to there
     */
    static long read(Path file, Reader reader) throws IOException {
        byte[] bytes = new byte[RECORD];
        ByteBuffer record = ByteBuffer.wrap(bytes);
        CRC32C sum = new CRC32C();
        long whole = 0;
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            while (in.readNBytes(bytes, 0, RECORD) == RECORD) {
                sum.reset();
                sum.update(bytes, 0, CHECKED);
                record.clear();
                if (record.getInt(CHECKED) != (int) sum.getValue() || !tell(record, reader)) {
                    break;
                }
                whole += RECORD;
            }
        }
        return whole;
    }

    private static boolean tell(ByteBuffer record, Reader reader) {
        byte kind = record.get();
        int which = record.get();
        record.getShort();
        int since = record.getInt();
        long visitor = record.getLong();
        float first = record.getFloat();
        float second = record.getFloat();
        if (kind == NEW && which >= 0) {
            reader.met(visitor, which, since, first, second);
            return true;
        }
        if (kind == COUNT && which >= 0 && which < Counted.values().length) {
            reader.counted(visitor, Counted.values()[which], first);
            return true;
        }
        return false;
    }

    void met(long visitor, int arm, int since, float interactions, float orders)
            throws IOException {
        append(NEW, arm, since, visitor, interactions, orders);
    }

    void counted(long visitor, Counted what, float value) throws IOException {
        append(COUNT, what.ordinal(), 0, visitor, value, 0);
    }

    private void append(byte kind, int which, int since, long visitor, float first, float second)
            throws IOException {
        record.clear();
        record.put(kind).put((byte) which).putShort((short) 0).putInt(since);
        record.putLong(visitor).putFloat(first).putFloat(second);
        sum.reset();
        sum.update(record.array(), 0, CHECKED);
        record.putInt((int) sum.getValue()).flip();
        while (record.hasRemaining()) {
            channel.write(record, size + record.position());
        }
        size += RECORD;
    }

    /** Bytes so far. */
    long size() {
        return size;
    }

    void force() throws IOException {
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
