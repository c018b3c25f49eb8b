package dev.vitrine.data.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * All that the event log asks of a file system. {@link DiskFiles} is the real one; tests use one
 * that forgets what was not forced.
 */
public interface FileLayer {
    /** Creates the directory and its parents where they are missing, durably. */
    void createDirectories(Path directory) throws IOException;

    /** Names of the files in a directory, in any order. */
    List<String> list(Path directory) throws IOException;

    boolean exists(Path file) throws IOException;

    /** Opens an existing file to read. */
    OpenFile openToRead(Path file) throws IOException;

    /** Opens a file to read and write, creating it when it is missing. */
    OpenFile openToWrite(Path file) throws IOException;

    /** Gives a file another name in one step, replacing what had that name. */
    void rename(Path from, Path to) throws IOException;

    void delete(Path file) throws IOException;

    /** Makes creations, renames and deletions in the directory durable. */
    void syncDirectory(Path directory) throws IOException;

    /**
     * Takes the lock file for this process until closed.
     *
     * @throws dev.vitrine.kernel.error.VitrineException with STORE_IN_USE when someone else has it
     */
    Closeable lock(Path file) throws IOException;

    /** An open file; positions are bytes from its start. */
    interface OpenFile extends Closeable {
        long size() throws IOException;

        /**
         * Fills the buffer from a position; returns the number of bytes read, less than asked only
         * at the end of the file.
         */
        int read(ByteBuffer into, long position) throws IOException;

        /** Writes all that remains in the buffer, growing the file as needed. */
        void write(ByteBuffer from, long position) throws IOException;

        /** Cuts the file to a size. */
        void truncate(long size) throws IOException;

        /** Makes all written bytes, and the size, durable. */
        void force() throws IOException;
    }
}
