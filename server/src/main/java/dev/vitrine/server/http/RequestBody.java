package dev.vitrine.server.http;

import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.ZipException;

/**
 * The body of one request, within bounds: at most so many bytes after decompression, each read
 * watched by the connection's deadline. A compressed body is never held decompressed as a whole, so
 * that a bomb costs no more than the bound.
 */
final class RequestBody {
    /** Memory that is taken on the word of a caller who has not sent anything yet. */
    private static final int AT_ONCE = 256 << 10;

    private final InputStream raw;
    private final Packing packing;
    private final long announced;
    private final DataSize limit;
    private final ReadProgress progress;
    private final BodyRoom room;
    private long received;
    private long held;

    /**
     * @param raw as it comes from the network
     * @param announced the Content-Length; -1 when unknown
     * @param progress told around each read
     * @param room what a body that is kept as a whole takes of
     */
    RequestBody(
            InputStream raw,
            Packing packing,
            long announced,
            DataSize limit,
            ReadProgress progress,
            BodyRoom room) {
        this.raw = raw;
        this.packing = packing;
        this.announced = announced;
        this.limit = limit;
        this.progress = progress;
        this.room = room;
    }

    /** Bytes received so far, before decompression. */
    long received() {
        return received;
    }

    /** Gives back the room of what was kept, which nobody reads any more. */
    void release() {
        room.give(held);
        held = 0;
    }

    /** All of it, kept until {@link #release}. */
    byte[] whole() {
        try (InputStream in = open(BodyRoom.FREE)) {
            byte[] body = read(in);
            // Only the end of the stream itself frees the connection for another request.
            new Counted().read();
            return body;
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /** What is announced and not large is read into its place at once. */
    private byte[] read(InputStream in) throws IOException {
        if (announced < 0 || isPacked()) {
            return in.readAllBytes();
        }
        if (announced > AT_ONCE) {
            return in.readNBytes((int) announced);
        }
        if (announced > BodyRoom.FREE) {
            held = room.hold(0, announced);
        }
        byte[] body = new byte[(int) announced];
        int count = in.readNBytes(body, 0, body.length);
        return count == body.length ? body : Arrays.copyOf(body, count);
    }

    /** All of it, piece by piece. Errors of reading are {@link VitrineException}s. */
    InputStream stream() {
        return open(Long.MAX_VALUE);
    }

    private InputStream open(long free) {
        refuseAnnounced();
        InputStream counted = new Counted();
        try {
            return new Bounded(packing.open(counted), free);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private boolean isPacked() {
        return packing != Packing.NONE;
    }

    private void refuseAnnounced() {
        if (announced > limit.bytes()) {
            throw tooLarge();
        }
    }

    private VitrineException tooLarge() {
        return new VitrineException(
                ServerError.BODY_TOO_LARGE,
                "the body is larger than "
                        + limit
                        + (announced >= 0 ? ": it has " + announced + " bytes" : "")
                        + (isPacked() ? " (after decompression)" : ""));
    }

    private VitrineException broken(IOException e) {
        if (isPacked() && (e instanceof ZipException || e instanceof EOFException)) {
            return new VitrineException(
                    ServerError.REQUEST_INVALID,
                    "the body is not whole "
                            + packing.words()
                            + ", as Content-Encoding says: "
                            + e.getMessage(),
                    e);
        }
        return new VitrineException(
                ServerError.BODY_TOO_SLOW, "the body could not be read to its end", e);
    }

    /** Counts what comes from the network. */
    private final class Counted extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            progress.before();
            int count = raw.read(into, offset, length);
            progress.after();
            if (count > 0) {
                received += count;
            }
            return count;
        }
    }

    /** Counts what comes out of decompression, takes room for it and stops at the limit. */
    private final class Bounded extends InputStream {
        private final InputStream in;
        private final long free;
        private long seen;

        /**
         * @param free bytes that no room is taken for
         */
        Bounded(InputStream in, long free) {
            this.in = in;
            this.free = free;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            int count;
            try {
                count = in.read(into, offset, length);
            } catch (IOException e) {
                throw broken(e);
            }
            if (count > 0) {
                seen += count;
                if (seen > limit.bytes()) {
                    throw tooLarge();
                }
                if (seen > free && seen > held) {
                    held = room.hold(held, seen);
                }
            }
            return count;
        }
    }
}
