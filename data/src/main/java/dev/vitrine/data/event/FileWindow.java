package dev.vitrine.data.event;

import dev.vitrine.data.store.FileLayer.OpenFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The part of a file that is in memory, read in steps of 256 KiB or the batch if it is longer. */
final class FileWindow {
    private static final int STEP = 256 << 10;

    private final OpenFile file;
    private ByteBuffer bytes = ByteBuffer.allocate(STEP).limit(0);
    private long start;

    FileWindow(OpenFile file) {
        this.file = file;
    }

    /** Forgets what was read; needed when the file may have changed since. */
    void clear() {
        bytes.limit(0);
    }

    /** Makes bytes from a position present; false when the file ends before. */
    boolean load(long position, int length) throws IOException {
        if (position >= start && position + length <= start + bytes.limit()) {
            return true;
        }
        if (bytes.capacity() < length) {
            bytes = ByteBuffer.allocate(length);
        }
        bytes.clear();
        int read = file.read(bytes, position);
        bytes.position(0).limit(read);
        start = position;
        return read >= length;
    }

    ByteBuffer bytes() {
        return bytes;
    }

    /** Index in {@link #bytes} of a position that is loaded. */
    int index(long position) {
        return (int) (position - start);
    }

    /** One more than the last position that is loaded. */
    long end() {
        return start + bytes.limit();
    }
}
