package dev.vitrine.benchmarks.load;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** HTTP/1.1 with connections that stay, and answers whose length is announced. */
public final class HttpWire implements Wire {
    private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLOSE = "connection: close".getBytes(StandardCharsets.US_ASCII);
    private static final int STATUS_AT = 9;

    private final List<ByteBuffer> ring;
    private final int answerBytes;
    private final boolean keepBodies;

    /**
     * @param ring whole requests in direct buffers
     * @param answerBytes how long the body of a good answer is; 0 for any length
     */
    private HttpWire(List<ByteBuffer> ring, int answerBytes, boolean keepBodies) {
        this.ring = ring;
        this.answerBytes = answerBytes;
        this.keepBodies = keepBodies;
    }

    /**
     * Prepares POST requests.
     *
     * @param host with port, as in the Host header
     * @param headers beside Host and Content-Length, the same for all
     */
    public static HttpWire post(
            String host, String path, Map<String, String> headers, List<byte[]> bodies) {
        List<ByteBuffer> ring = new ArrayList<>();
        for (byte[] body : bodies) {
            StringBuilder head = new StringBuilder();
            head.append("POST ").append(path).append(" HTTP/1.1\r\nHost: ").append(host);
            headers.forEach((name, value) -> head.append(line(name, value)));
            head.append(line("Content-Length", Integer.toString(body.length))).append("\r\n\r\n");
            byte[] ascii = head.toString().getBytes(StandardCharsets.US_ASCII);
            ring.add(
                    ByteBuffer.allocateDirect(ascii.length + body.length)
                            .put(ascii)
                            .put(body)
                            .flip());
        }
        return new HttpWire(ring, 0, false);
    }

    private static String line(String name, String value) {
        return "\r\n" + name + ": " + value;
    }

    /** The same requests; an answer of another length is a failure. */
    public HttpWire expecting(int bytes) {
        return new HttpWire(ring, bytes, keepBodies);
    }

    /** The same requests with the bodies of answers kept. */
    public HttpWire keepingBodies() {
        return new HttpWire(ring, answerBytes, true);
    }

    @Override
    public int requests() {
        return ring.size();
    }

    @Override
    public Talk open() {
        return new HttpTalk();
    }

    private final class HttpTalk implements Talk {
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private int status;
        private int length;
        private int left = -1;
        private boolean closing;

        @Override
        public void ask(int number, Out out) {
            left = -1;
            kept.reset();
            out.send(ring.get(number).duplicate());
        }

        @Override
        public boolean heard(ByteBuffer in, Out out) {
            if (left < 0 && !head(in)) {
                return false;
            }
            int take = Math.min(left, in.remaining());
            if (keepBodies) {
                byte[] part = new byte[take];
                in.get(part);
                kept.writeBytes(part);
            } else {
                in.position(in.position() + take);
            }
            left -= take;
            return left == 0;
        }

        /** Reads the head; false while its end is not there. */
        private boolean head(ByteBuffer in) {
            int start = in.position();
            int line = start;
            int announced = 0;
            boolean close = false;
            for (int i = start; i + 1 < in.limit(); i++) {
                if (in.get(i) != '\r' || in.get(i + 1) != '\n') {
                    continue;
                }
                if (i == line) {
                    status = number(in, start + STATUS_AT);
                    length = announced;
                    left = announced;
                    closing |= close;
                    in.position(i + 2);
                    return true;
                }
                if (begins(in, line, LENGTH)) {
                    announced = number(in, line + LENGTH.length);
                } else if (begins(in, line, CLOSE)) {
                    close = true;
                }
                line = i + 2;
                i++;
            }
            return false;
        }

        @Override
        public Outcome outcome() {
            return switch (status) {
                case 200 ->
                        answerBytes == 0 || length == answerBytes
                                ? Outcome.ANSWERED
                                : Outcome.FAILED;
                case 429, 503 -> Outcome.REFUSED;
                case 504 -> Outcome.EXPIRED;
                default -> Outcome.FAILED;
            };
        }

        @Override
        public boolean ended() {
            return closing;
        }

        @Override
        public byte[] body() {
            return kept.toByteArray();
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "HTTP %d, %d bytes", status, length);
        }
    }

    private static boolean begins(ByteBuffer in, int at, byte[] small) {
        if (at + small.length > in.limit()) {
            return false;
        }
        for (int i = 0; i < small.length; i++) {
            if ((in.get(at + i) | 0x20) != (small[i] | 0x20)) {
                return false;
            }
        }
        return true;
    }

    private static int number(ByteBuffer in, int at) {
        int i = at;
        while (in.get(i) == ' ') {
            i++;
        }
        int value = 0;
        for (int c = in.get(i); c >= '0' && c <= '9'; c = in.get(++i)) {
            value = value * 10 + c - '0';
        }
        return value;
    }
}
