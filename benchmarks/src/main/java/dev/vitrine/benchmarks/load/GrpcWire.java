package dev.vitrine.benchmarks.load;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Unary gRPC calls over HTTP/2, one under way on a connection at a time. Frames, flow control,
 * pings and settings are kept as RFC 9113 wants them; headers are sent without the compression's
 * memory, and answers are asked for without it.
 */
public final class GrpcWire implements Wire {
    private final List<ByteBuffer> ring;
    private final byte[] headers;
    private final boolean keepBodies;

    private GrpcWire(List<ByteBuffer> ring, byte[] headers, boolean keepBodies) {
        this.ring = ring;
        this.headers = headers;
        this.keepBodies = keepBodies;
    }

    /**
     * Prepares calls.
     *
     * @param authority host and port
     * @param method such as {@code /inference.GRPCInferenceService/ModelInfer}
     * @param deadline that callers state; zero for none
     * @param messages serialised
     */
    public static GrpcWire unary(
            String authority, String method, Duration deadline, List<byte[]> messages) {
        List<ByteBuffer> ring = new ArrayList<>();
        for (byte[] message : messages) {
            ring.add(
                    ByteBuffer.allocateDirect(Integer.BYTES + 1 + message.length)
                            .put((byte) 0)
                            .putInt(message.length)
                            .put(message)
                            .flip());
        }
        return new GrpcWire(ring, headers(authority, method, deadline), false);
    }

    /** The same calls with the bodies of answers kept. */
    public GrpcWire keepingBodies() {
        return new GrpcWire(ring, headers, true);
    }

    /** Literals without indexing (RFC 7541, 6.2.2); names by the static table where it has them. */
    private static byte[] headers(String authority, String method, Duration deadline) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0x83); // :method POST
        block.write(0x86); // :scheme http
        block.write(0x04); // :path
        text(block, method);
        block.write(0x01); // :authority
        text(block, authority);
        block.write(0x0f); // content-type, number 31 of the table
        block.write(31 - 15);
        text(block, "application/grpc");
        block.write(0);
        text(block, "te");
        text(block, "trailers");
        if (!deadline.isZero()) {
            block.write(0);
            text(block, "grpc-timeout");
            text(block, deadline.toMillis() + "m");
        }
        return block.toByteArray();
    }

    private static void text(ByteArrayOutputStream block, String text) {
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        if (ascii.length >= 127) {
            throw new IllegalArgumentException("too long for a header here: " + text);
        }
        block.write(ascii.length);
        block.writeBytes(ascii);
    }

    @Override
    public int requests() {
        return ring.size();
    }

    @Override
    public Talk open() {
        return new GrpcTalk(ring, headers, keepBodies);
    }
}
