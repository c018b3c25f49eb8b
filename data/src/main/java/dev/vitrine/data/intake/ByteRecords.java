package dev.vitrine.data.intake;

import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Cuts a stream of bytes into records without reading what is in them, so that a broken record
 * spoils no other: lines, the elements of a JSON array, or the fields of a JSON object. Memory is
 * bounded by the longest record allowed.
 */
final class ByteRecords {
    private static final int CHUNK = 1 << 16;

    /** Receives one record; the bytes are overwritten afterwards. */
    interface Sink {
        /**
         * @param line on which the record starts, from 1
         */
        void record(long line, byte[] bytes, int from, int length);
    }

    private final InputStream in;
    private final String name;
    private final long longest;
    private byte[] buffer = new byte[CHUNK];
    private int start;
    private int at;
    private int end;
    private boolean ended;
    private long line = 1;

    ByteRecords(InputStream in, String name, InputLimits limits) {
        this.in = in;
        this.name = name;
        this.longest = limits.record().bytes();
    }

    /** The first byte that is no white space, after a byte order mark; -1 when there is none. */
    int peek() {
        if (line == 1 && at == 0 && more(3) && isMark()) {
            at = 3;
        }
        while (more(1)) {
            byte b = buffer[at];
            if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
                start = at;
                return b & 0xFF;
            }
            line += b == '\n' ? 1 : 0;
            at++;
            start = at;
        }
        return -1;
    }

    private boolean isMark() {
        return buffer[0] == (byte) 0xEF && buffer[1] == (byte) 0xBB && buffer[2] == (byte) 0xBF;
    }

    /** Every line that is not blank, without its end. */
    void lines(Sink sink) {
        start = at;
        while (more(1)) {
            if (buffer[at++] == '\n') {
                line(sink, at - 1);
                line++;
                start = at;
            }
        }
        line(sink, at);
    }

    private void line(Sink sink, int to) {
        int stop = to > start && buffer[to - 1] == '\r' ? to - 1 : to;
        for (int i = start; i < stop; i++) {
            if (buffer[i] != ' ' && buffer[i] != '\t') {
                sink.record(line, buffer, start, stop - start);
                return;
            }
        }
    }

    /** Every element of the array, or field of the object, that the next byte opens. */
    void elements(Sink sink) {
        byte close = (byte) (peek() == '[' ? ']' : '}');
        at++;
        while (true) {
            if (peek() == close) {
                at++;
                return;
            }
            long from = line;
            skipElement(from, close);
            sink.record(from, buffer, start, at - start);
            int next = peek();
            if (next == ',') {
                at++;
                continue;
            }
            if (next == close) {
                at++;
                return;
            }
            throw unclosed(from);
        }
    }

    /** Moves behind the element that starts here: to the comma or bracket that ends it. */
    private void skipElement(long from, byte close) {
        int depth = 0;
        boolean quoted = false;
        while (more(1)) {
            byte b = buffer[at];
            if (b == '\n') {
                line++;
            }
            if (quoted) {
                if (b == '\\' && more(2)) {
                    at++;
                } else if (b == '"') {
                    quoted = false;
                }
            } else if (b == '"') {
                quoted = true;
            } else if (b == '{' || b == '[') {
                depth++;
            } else if (depth == 0 && (b == ',' || b == close)) {
                return;
            } else if (b == '}' || b == ']') {
                depth--;
            }
            at++;
        }
        throw unclosed(from);
    }

    private VitrineException unclosed(long from) {
        return new VitrineException(
                DataError.FILE_MALFORMED,
                name
                        + " line "
                        + from
                        + ": the record that starts here, or the list it is in, is not closed");
    }

    /** Whether {@code count} more bytes can be had; keeps all from {@code start} on. */
    private boolean more(int count) {
        while (end - at < count && !ended) {
            fill();
        }
        return end - at >= count;
    }

    private void fill() {
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            at -= start;
            end -= start;
            start = 0;
        }
        if (end == buffer.length) {
            if (end >= longest) {
                throw new VitrineException(
                        DataError.FILE_MALFORMED,
                        name
                                + " line "
                                + line
                                + ": a record has more than "
                                + longest
                                + " bytes; a quote or bracket may not be closed");
            }
            buffer = Arrays.copyOf(buffer, (int) Math.min(longest, end * 2L));
        }
        try {
            int read = in.read(buffer, end, buffer.length - end);
            ended = read < 0;
            end += Math.max(0, read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
