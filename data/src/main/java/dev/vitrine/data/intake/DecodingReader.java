package dev.vitrine.data.intake;

import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.ArrayDeque;

/**
 * Decodes bytes and remembers the lines on which some are not of the encoding, instead of hiding
 * them or giving up. Those bytes read as U+FFFD.
 */
final class DecodingReader extends Reader {
    private static final int CHUNK = 1 << 14;

    private final InputFile in;
    private final CharsetDecoder decoder;
    private final ByteBuffer bytes = ByteBuffer.allocate(CHUNK).limit(0);
    private final ArrayDeque<Bad> bad = new ArrayDeque<>();
    private long position;
    private long line = 1;
    private boolean afterReturn;
    private boolean ended;
    private boolean begun;

    /** A line with bytes that are not of the encoding. */
    private record Bad(long line, String reason) {}

    DecodingReader(InputFile in, Charset encoding) {
        this.in = in;
        this.decoder =
                encoding.newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
    }

    /**
     * Why the lines before {@code untilLine} that were not asked for yet cannot be decoded; empty
     * when they can.
     */
    String firstBad(long untilLine) {
        String reason = "";
        while (!bad.isEmpty() && bad.getFirst().line() < untilLine) {
            String found = bad.removeFirst().reason();
            reason = reason.isEmpty() ? found : reason;
        }
        return reason;
    }

    @Override
    public int read(char[] into, int from, int length) {
        if (length == 0) {
            return 0;
        }
        CharBuffer out = CharBuffer.wrap(into, from, length).slice();
        while (out.position() == 0) {
            if (!decode(out)) {
                break;
            }
        }
        count(into, from, out.position());
        return out.position() == 0 ? -1 : out.position();
    }

    /** Decodes what can be decoded; false at the end. */
    private boolean decode(CharBuffer out) {
        if (!ended && bytes.remaining() < 8) {
            refill();
        }
        if (ended && !bytes.hasRemaining()) {
            return false;
        }
        int before = bytes.position();
        int written = out.position();
        CoderResult result = decoder.decode(bytes, out, ended);
        position += bytes.position() - before;
        if (result.isError()) {
            int wrong = bytes.get(bytes.position()) & 0xFF;
            long at = line + newlines(out, written);
            if (bad.isEmpty() || bad.getLast().line() != at) {
                bad.add(
                        new Bad(
                                at,
                                String.format(
                                        "byte %d of the text (0x%02X) is not %s",
                                        position, wrong, decoder.charset())));
            }
            bytes.position(bytes.position() + result.length());
            position += result.length();
            if (out.hasRemaining()) {
                out.put('\uFFFD');
            }
            decoder.reset();
        } else if (result.isUnderflow() && ended && bytes.hasRemaining()) {
            bytes.position(bytes.limit());
        } else if (result.isUnderflow() && !ended) {
            refill();
        }
        return true;
    }

    private void refill() {
        bytes.compact();
        int read = in.read(bytes.array(), bytes.position(), bytes.remaining());
        if (read < 0) {
            ended = true;
        } else {
            bytes.position(bytes.position() + read);
        }
        bytes.flip();
        if (!begun && bytes.remaining() >= 3) {
            begun = true;
            boolean mark =
                    bytes.get(0) == (byte) 0xEF
                            && bytes.get(1) == (byte) 0xBB
                            && bytes.get(2) == (byte) 0xBF;
            if (mark) {
                bytes.position(3);
                position = 3;
            }
        }
    }

    private long newlines(CharBuffer out, int from) {
        long count = 0;
        boolean wasReturn = afterReturn;
        char[] chars = out.array();
        for (int i = out.arrayOffset() + from; i < out.arrayOffset() + out.position(); i++) {
            count += chars[i] == '\r' || (chars[i] == '\n' && !wasReturn) ? 1 : 0;
            wasReturn = chars[i] == '\r';
        }
        return count;
    }

    /** Counts lines as the CSV parser does: LF, CR and CRLF each end one. */
    private void count(char[] chars, int from, int length) {
        for (int i = from; i < from + length; i++) {
            line += chars[i] == '\r' || (chars[i] == '\n' && !afterReturn) ? 1 : 0;
            afterReturn = chars[i] == '\r';
        }
    }

    @Override
    public void close() {
        in.close();
    }
}
