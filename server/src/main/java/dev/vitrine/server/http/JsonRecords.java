package dev.vitrine.server.http;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Cuts JSON lines, or the elements of a JSON array, out of a stream while holding no more than one
 * record and a block. It only finds where records begin and end; whether one is sound is for its
 * codec to say. A line that is too long is reported and passed over; in an array nothing can be
 * found after a fault in the structure, so that is an error.
 */
final class JsonRecords {
    static final int MAX_RECORD = 1 << 20;
    private static final int BLOCK = 64 << 10;

    private final InputStream in;
    private byte[] buffer;
    private int position;
    private int limit;

    /** Told of each record, in order. */
    interface Each {
        /**
         * @param place line or place in the array, from 1
         */
        void record(long place, byte[] bytes, int from, int length);

        /** A line that is longer than {@link #MAX_RECORD}. */
        void tooLong(long place);
    }

    private JsonRecords(InputStream in, byte[] buffer, int limit) {
        this.in = in;
        this.buffer = buffer;
        this.limit = limit;
    }

    /** Cuts a stream. */
    static void split(InputStream in, Each each) {
        new JsonRecords(in, new byte[BLOCK], 0).run(each);
    }

    /** Cuts what is wholly in memory, without copying it. */
    static void split(byte[] body, Each each) {
        new JsonRecords(InputStream.nullInputStream(), body, body.length).run(each);
    }

    private void run(Each each) {
        skipByteOrderMark();
        if (skipSpace() == '[') {
            position++;
            array(each);
        } else {
            lines(each);
        }
    }

    private void lines(Each each) {
        long line = 1;
        int start = position;
        boolean skipping = false;
        while (true) {
            if (position == limit) {
                int kept = skipping ? 0 : limit - start;
                boolean more = refill(kept);
                start = position - kept;
                if (!more) {
                    emitLine(each, line, start, limit, skipping);
                    return;
                }
            }
            byte b = buffer[position++];
            if (b == '\n') {
                emitLine(each, line, start, position - 1, skipping);
                line++;
                start = position;
                skipping = false;
            } else if (!skipping && position - start > MAX_RECORD) {
                each.tooLong(line);
                skipping = true;
            }
        }
    }

    private void emitLine(Each each, long line, int from, int to, boolean skipped) {
        if (skipped) {
            return;
        }
        int start = from;
        int end = to;
        while (start < end && isSpace(buffer[start])) {
            start++;
        }
        while (end > start && isSpace(buffer[end - 1])) {
            end--;
        }
        if (end > start) {
            each.record(line, buffer, start, end - start);
        }
    }

    private void array(Each each) {
        long place = 1;
        int first = skipSpace();
        if (first == ']') {
            position++;
            end();
            return;
        }
        while (true) {
            byte closing = element(each, place);
            if (closing == ']') {
                end();
                return;
            }
            place++;
            skipSpace();
        }
    }

    /** Hands over the element that begins here, and returns what closed it: a comma or bracket. */
    private byte element(Each each, long place) {
        int start = position;
        int depth = 0;
        boolean text = false;
        boolean escaped = false;
        while (true) {
            if (position == limit) {
                int kept = limit - start;
                if (kept > MAX_RECORD) {
                    throw broken("element " + place + " is longer than " + MAX_RECORD + " bytes");
                }
                if (!refill(kept)) {
                    throw broken("the array ends within element " + place + ", without ']'");
                }
                start = position - kept;
            }
            byte b = buffer[position++];
            if (text) {
                if (escaped) {
                    escaped = false;
                } else if (b == '\\') {
                    escaped = true;
                } else if (b == '"') {
                    text = false;
                }
            } else if (b == '"') {
                text = true;
            } else if (b == '{' || b == '[') {
                depth++;
            } else if (depth == 0 && (b == ',' || b == ']')) {
                int end = position - 1;
                while (end > start && isSpace(buffer[end - 1])) {
                    end--;
                }
                each.record(place, buffer, start, end - start);
                return b;
            } else if (b == '}' || b == ']') {
                depth--;
            }
        }
    }

    private void end() {
        if (skipSpace() >= 0) {
            throw broken("there is something after the end of the array");
        }
    }

    private void skipByteOrderMark() {
        while (limit - position < 3 && refill(limit - position)) {
            continue;
        }
        if (limit - position >= 3
                && buffer[position] == (byte) 0xEF
                && buffer[position + 1] == (byte) 0xBB
                && buffer[position + 2] == (byte) 0xBF) {
            position += 3;
        }
    }

    /** The next byte that is not space, without taking it; -1 at the end. */
    private int skipSpace() {
        while (true) {
            if (position == limit && !refill(0)) {
                return -1;
            }
            if (!isSpace(buffer[position])) {
                return buffer[position];
            }
            position++;
        }
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }

    /**
     * Reads on, keeping the last {@code kept} bytes; they then end at {@code position}.
     *
     * @return false at the end of the stream
     */
    private boolean refill(int kept) {
        if (kept == 0) {
            limit = 0;
        } else if (limit > kept) {
            System.arraycopy(buffer, limit - kept, buffer, 0, kept);
            limit = kept;
        }
        position = limit;
        if (limit == buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(BLOCK, buffer.length * 2));
        }
        try {
            int count = in.read(buffer, limit, buffer.length - limit);
            if (count <= 0) {
                return false;
            }
            limit += count;
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static VitrineException broken(String what) {
        return new VitrineException(ServerError.JSON_INVALID, what);
    }
}
