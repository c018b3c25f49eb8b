package dev.vitrine.benchmarks.load;

import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** The client's side of one HTTP/2 connection with one stream at a time. */
final class GrpcTalk implements Wire.Talk {
    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int FRAME_HEAD = 9;
    private static final int LARGEST_FRAME = 16_384;
    private static final int FIRST_WINDOW = 65_535;
    private static final int RECEIVED_WINDOW = 1 << 30;
    private static final int PREFIX = 5;

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RESET = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GO_AWAY = 7;
    private static final int WINDOW_UPDATE = 8;

    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int PADDED = 8;
    private static final int PRIORITY = 32;

    private static final int HEADER_TABLE_SIZE = 1;
    private static final int ENABLE_PUSH = 2;
    private static final int INITIAL_WINDOW_SIZE = 4;

    private static final int DEADLINE_EXCEEDED = 4;
    private static final int RESOURCE_EXHAUSTED = 8;
    private static final int UNAVAILABLE = 14;
    private static final int NO_STATUS = -1;

    private final List<ByteBuffer> ring;
    private final byte[] headers;
    private final boolean keepBodies;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

    /** Trailers of a good answer as they came last; others like them need not be decoded. */
    private byte[] goodTrailers = {};

    private ByteBuffer message = ByteBuffer.allocate(0);
    private ByteBuffer scratch = ByteBuffer.allocate(0);
    private boolean greeted;
    private boolean goingAway;
    private int stream = -1;
    private long theirFirstWindow = FIRST_WINDOW;
    private long connectionWindow = FIRST_WINDOW;
    private long streamWindow;
    private long taken;
    private int status = NO_STATUS;
    private boolean whole;

    GrpcTalk(List<ByteBuffer> ring, byte[] headers, boolean keepBodies) {
        this.ring = ring;
        this.headers = headers;
        this.keepBodies = keepBodies;
    }

    @Override
    public void ask(int number, Wire.Out out) {
        message = ring.get(number).duplicate();
        stream += 2;
        status = NO_STATUS;
        whole = false;
        kept.reset();
        streamWindow = theirFirstWindow;
        int frames = message.remaining() / LARGEST_FRAME + 2;
        ByteBuffer bytes = room(headers.length + message.remaining() + FRAME_HEAD * frames + 128);
        if (!greeted) {
            greeted = true;
            greet(bytes);
        }
        frame(bytes, headers.length, HEADERS, END_HEADERS, stream).put(headers);
        data(bytes);
        out.send(bytes.flip());
    }

    /** A buffer that nobody is sending any more. */
    private ByteBuffer room(int bytes) {
        if (scratch.hasRemaining() || scratch.capacity() < bytes) {
            scratch = ByteBuffer.allocateDirect(bytes);
        }
        return scratch.clear();
    }

    private static void greet(ByteBuffer bytes) {
        bytes.put(PREFACE);
        frame(bytes, 18, SETTINGS, 0, 0);
        bytes.putShort((short) HEADER_TABLE_SIZE).putInt(0);
        bytes.putShort((short) ENABLE_PUSH).putInt(0);
        bytes.putShort((short) INITIAL_WINDOW_SIZE).putInt(RECEIVED_WINDOW);
        frame(bytes, 4, WINDOW_UPDATE, 0, 0).putInt(RECEIVED_WINDOW);
    }

    private static ByteBuffer frame(
            ByteBuffer bytes, int length, int type, int flags, int streamId) {
        return bytes.put((byte) (length >> 16))
                .putShort((short) length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(streamId);
    }

    /** As much of the message as the windows let through; at least room for it is there. */
    private void data(ByteBuffer bytes) {
        while (message.hasRemaining()) {
            long window = Math.min(connectionWindow, streamWindow);
            int length = (int) Math.min(Math.min(window, LARGEST_FRAME), message.remaining());
            if (length <= 0) {
                return;
            }
            boolean last = length == message.remaining();
            frame(bytes, length, DATA, last ? END_STREAM : 0, stream);
            int limit = message.limit();
            bytes.put(message.limit(message.position() + length));
            message.limit(limit);
            connectionWindow -= length;
            streamWindow -= length;
        }
    }

    @Override
    public boolean heard(ByteBuffer in, Wire.Out out) {
        while (in.remaining() >= FRAME_HEAD) {
            int start = in.position();
            int length = (in.get(start) & 0xff) << 16 | in.getShort(start + 1) & 0xffff;
            if (in.remaining() < FRAME_HEAD + length) {
                break;
            }
            int flags = in.get(start + 4);
            int streamId = in.getInt(start + 5) & Integer.MAX_VALUE;
            ByteBuffer payload = in.slice(start + FRAME_HEAD, length);
            in.position(start + FRAME_HEAD + length);
            frame(in.get(start + 3), flags, streamId, payload, out);
        }
        return whole;
    }

    private void frame(int type, int flags, int streamId, ByteBuffer payload, Wire.Out out) {
        switch (type) {
            case DATA -> body(flags, streamId, payload, out);
            case HEADERS -> head(flags, streamId, payload);
            case RESET -> {
                if (streamId == stream) {
                    whole = true;
                }
            }
            case SETTINGS -> {
                if ((flags & ACK) == 0) {
                    settings(payload);
                    out.send(frame(ByteBuffer.allocate(FRAME_HEAD), 0, SETTINGS, ACK, 0).flip());
                }
            }
            case PING -> {
                if ((flags & ACK) == 0) {
                    ByteBuffer pong = ByteBuffer.allocate(FRAME_HEAD + 8);
                    out.send(frame(pong, 8, PING, ACK, 0).put(payload).flip());
                }
            }
            case GO_AWAY -> goingAway = true;
            case WINDOW_UPDATE -> {
                int more = payload.getInt(0) & Integer.MAX_VALUE;
                if (streamId == 0) {
                    connectionWindow += more;
                } else if (streamId == stream) {
                    streamWindow += more;
                }
                goOn(out);
            }
            default -> {
                // Frames of other kinds may be passed over.
            }
        }
    }

    private void settings(ByteBuffer payload) {
        while (payload.remaining() >= 6) {
            int setting = payload.getShort();
            int value = payload.getInt();
            if (setting == INITIAL_WINDOW_SIZE) {
                streamWindow += value - theirFirstWindow;
                theirFirstWindow = value;
            }
        }
    }

    /** Sends what had to wait for a window. */
    private void goOn(Wire.Out out) {
        if (!whole && message.hasRemaining()) {
            ByteBuffer more =
                    ByteBuffer.allocate(
                            message.remaining()
                                    + FRAME_HEAD * (message.remaining() / LARGEST_FRAME + 2));
            data(more);
            out.send(more.flip());
        }
    }

    private void body(int flags, int streamId, ByteBuffer payload, Wire.Out out) {
        taken += payload.remaining();
        if (taken > RECEIVED_WINDOW / 2) {
            ByteBuffer update = ByteBuffer.allocate(FRAME_HEAD + 4);
            out.send(frame(update, 4, WINDOW_UPDATE, 0, 0).putInt((int) taken).flip());
            taken = 0;
        }
        if (streamId != stream) {
            return;
        }
        if (keepBodies) {
            byte[] part = new byte[payload.remaining()];
            payload.get(part);
            kept.writeBytes(part);
        }
        if ((flags & END_STREAM) != 0) {
            whole = true;
        }
    }

    private void head(int flags, int streamId, ByteBuffer payload) {
        int padding = 0;
        if ((flags & PADDED) != 0) {
            padding = payload.get();
        }
        if ((flags & PRIORITY) != 0) {
            payload.position(payload.position() + 5);
        }
        byte[] block = new byte[payload.remaining() - padding];
        payload.get(block);
        boolean isLast = (flags & END_STREAM) != 0;
        if (streamId == stream && isLast && Arrays.equals(block, goodTrailers)) {
            status = 0;
            whole = true;
            return;
        }
        if ((flags & END_HEADERS) == 0) {
            throw new IllegalStateException("headers in several frames are not read here");
        }
        if (isLast) {
            status = status(streamId, block);
            whole |= streamId == stream;
            if (status == 0) {
                goodTrailers = block;
            }
        }
    }

    private int status(int streamId, byte[] block) {
        try {
            Http2Headers read = decoder.decodeHeaders(streamId, Unpooled.wrappedBuffer(block));
            CharSequence text = read.get("grpc-status");
            return text == null ? NO_STATUS : Integer.parseInt(text.toString());
        } catch (Http2Exception e) {
            throw new IllegalStateException("headers that cannot be read", e);
        }
    }

    @Override
    public Wire.Outcome outcome() {
        return switch (status) {
            case 0 -> Wire.Outcome.ANSWERED;
            case RESOURCE_EXHAUSTED, UNAVAILABLE -> Wire.Outcome.REFUSED;
            case DEADLINE_EXCEEDED -> Wire.Outcome.EXPIRED;
            default -> Wire.Outcome.FAILED;
        };
    }

    @Override
    public boolean ended() {
        return goingAway;
    }

    @Override
    public byte[] body() {
        byte[] all = kept.toByteArray();
        return Arrays.copyOfRange(all, Math.min(PREFIX, all.length), all.length);
    }

    @Override
    public String toString() {
        return "gRPC status " + status;
    }
}
