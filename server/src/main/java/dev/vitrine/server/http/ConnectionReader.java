package dev.vitrine.server.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.Bytes;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.LazyString;
import io.helidon.http.DirectHandler;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a connection has sent, as HTTP reads it. It holds the bytes that are not read yet and
 * nothing else. The library's own reader links all it ever read: once one of its links is old, the
 * garbage collector takes everything read since for alive, and a server that is asked again after a
 * quiet minute spends a tenth of its time on moving dead requests.
 *
 * <p>It also bounds what HTTP framing may ask of memory: a chunk is read whole, so its size is
 * limited, and so is the line that states it.
 */
final class ConnectionReader extends DataReader {
    static final int MAX_CHUNK = 1 << 20;
    private static final int MAX_CHUNK_LINE = 1024;
    private static final byte[] NOTHING = new byte[0];

    /** Far beyond {@link #MAX_CHUNK}, but no overflow; the line after the last chunk is empty. */
    private static final Pattern CHUNK_SIZE = Pattern.compile("[0-9a-fA-F]{0,7}");

    private final DataReader first;
    private final Incoming incoming;

    /** Never changed once it is here, so that views of it stay true. */
    private byte[] bytes = NOTHING;

    private int from;

    /**
     * @param first which may have read the first bytes of the connection already
     */
    ConnectionReader(DataReader first, Incoming incoming) {
        super(() -> null);
        this.first = first;
        this.incoming = incoming;
    }

    private byte[] next() {
        byte @Nullable [] read;
        if (first.available() > 0) {
            read = first.readBytes(first.available());
        } else {
            try {
                read = incoming.next();
            } catch (UncheckedIOException e) {
                throw new ServerConnectionException("the connection broke", e);
            }
        }
        if (read == null) {
            throw new InsufficientDataAvailableException();
        }
        return read;
    }

    @Override
    public int available() {
        return bytes.length - from;
    }

    @Override
    public void pullData() {
        gather(available() + 1);
    }

    @Override
    public void ensureAvailable() {
        gather(1);
    }

    /** Waits until so many bytes can be read. */
    private void gather(int length) {
        if (available() >= length) {
            return;
        }
        if (available() == 0) {
            bytes = NOTHING;
            from = 0;
            bytes = next();
            if (bytes.length >= length) {
                return;
            }
        }
        List<byte[]> more = new ArrayList<>();
        int all = available();
        while (all < length) {
            byte[] read = next();
            more.add(read);
            all += read.length;
        }
        byte[] joined = new byte[all];
        System.arraycopy(bytes, from, joined, 0, available());
        int at = available();
        for (byte[] each : more) {
            System.arraycopy(each, 0, joined, at, each.length);
            at += each.length;
        }
        bytes = joined;
        from = 0;
    }

    @Override
    public void skip(int length) {
        int left = length;
        while (left > available()) {
            left -= available();
            from = bytes.length;
            gather(1);
        }
        from += left;
    }

    @Override
    public byte read() {
        gather(1);
        return bytes[from++];
    }

    @Override
    public byte lookup() {
        gather(1);
        return bytes[from];
    }

    @Override
    public boolean startsWithNewLine() {
        gather(1);
        if (bytes[from] != Bytes.CR_BYTE) {
            return false;
        }
        gather(2);
        return bytes[from + 1] == Bytes.LF_BYTE;
    }

    @Override
    public boolean startsWith(byte[] prefix) {
        gather(1);
        for (int i = 0; i < prefix.length; i++) {
            gather(i + 1);
            if (bytes[from + i] != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public BufferData readBuffer() {
        gather(1);
        return readBuffer(available());
    }

    @Override
    public BufferData readBuffer(int length) {
        BufferData data = getBuffer(length);
        from += length;
        return data;
    }

    @Override
    public BufferData getBuffer(int length) {
        if (length > MAX_CHUNK) {
            throw framing("a chunk of a body has at most " + MAX_CHUNK + " bytes, found " + length);
        }
        gather(length);
        return BufferData.createReadOnly(bytes, from, length);
    }

    @Override
    public LazyString readLazyString(Charset charset, int length) {
        gather(length);
        LazyString text = new LazyString(bytes, from, length, charset);
        from += length;
        return text;
    }

    @Override
    public String readAsciiString(int length) {
        gather(length);
        String text = new String(bytes, from, length, StandardCharsets.US_ASCII);
        from += length;
        return text;
    }

    @Override
    public byte[] readBytes(int length) {
        gather(length);
        byte[] read = Arrays.copyOfRange(bytes, from, from + length);
        from += length;
        return read;
    }

    /** The line that states the size of a chunk, without what may stand behind the size. */
    @Override
    public String readLine() {
        int end = findNewLine(MAX_CHUNK_LINE);
        if (end == MAX_CHUNK_LINE) {
            throw framing("the size of a chunk takes more than " + end + " bytes");
        }
        String line = readAsciiString(end);
        skip(2);
        int extension = line.indexOf(';');
        String size = (extension < 0 ? line : line.substring(0, extension)).strip();
        if (!CHUNK_SIZE.matcher(size).matches()) {
            throw framing("the size of a chunk is not a hexadecimal number");
        }
        return size;
    }

    @Override
    public int findNewLine(int most) {
        for (int at = 0; at < most; at++) {
            gather(at + 1);
            if (isNewLine(at)) {
                return at;
            }
        }
        return most;
    }

    @Override
    public int findOrNewLine(byte wanted, int most) {
        for (int at = 0; at < most; at++) {
            gather(at + 1);
            if (bytes[from + at] == wanted) {
                return at;
            }
            if (isNewLine(at)) {
                return -at - 1;
            }
        }
        return most;
    }

    /**
     * @throws IncorrectNewLineException for half of a new line
     */
    private boolean isNewLine(int at) {
        byte here = bytes[from + at];
        if (here == Bytes.LF_BYTE) {
            throw new IncorrectNewLineException("Found LF (" + at + ") without preceding CR.");
        }
        if (here != Bytes.CR_BYTE) {
            return false;
        }
        gather(at + 2);
        if (bytes[from + at + 1] != Bytes.LF_BYTE) {
            throw new IncorrectNewLineException("Found CR (" + at + ") without following LF.");
        }
        return true;
    }

    @Override
    public String debugDataHex() {
        return getBuffer(available()).debugDataHex(true);
    }

    private static RequestException framing(String message) {
        return RequestException.builder()
                .type(DirectHandler.EventType.BAD_REQUEST)
                .status(Status.BAD_REQUEST_400)
                .setKeepAlive(false)
                .safeMessage(true)
                .message(message)
                .build();
    }
}
