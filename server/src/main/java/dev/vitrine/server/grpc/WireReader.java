package dev.vitrine.server.grpc;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.kernel.error.VitrineException;
import io.grpc.HasByteBuffer;
import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a protobuf message out of the buffers that the network filled, so that the
 * bytes of a tensor are copied once, to an array of their own. Every length is compared with what
 * the message has left before anything is made of that size.
 */
final class WireReader {
    /** How a field is written; groups are of an older protobuf and not taken. */
    static final int VARINT = 0;

    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    private static final int MOST_VARINT_BITS = 64;

    private final @Nullable InputStream source;
    private ByteBuffer chunk;
    private int taken;
    private int left;

    private WireReader(@Nullable InputStream source, ByteBuffer chunk, int left) {
        this.source = source;
        this.chunk = chunk.order(ByteOrder.LITTLE_ENDIAN);
        this.left = left;
        this.taken = chunk.remaining();
    }

    /** Of a whole message; a compressed one is expanded first, within gRPC's bound. */
    static WireReader of(InputStream in) {
        try {
            if (in instanceof KnownLength
                    && in instanceof HasByteBuffer buffers
                    && buffers.byteBufferSupported()) {
                return new WireReader(in, next(in), in.available());
            }
            ByteBuffer all = ByteBuffer.wrap(in.readAllBytes());
            return new WireReader(null, all, all.remaining());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ByteBuffer next(InputStream in) {
        ByteBuffer buffer = ((HasByteBuffer) in).getByteBuffer();
        return buffer == null ? ByteBuffer.allocate(0) : buffer;
    }

    /** Bytes left of the message that is being read. */
    int left() {
        return left;
    }

    /**
     * Begins a message inside this one.
     *
     * @return what {@link #leave} needs
     */
    int enter() {
        int length = length();
        int after = left - length;
        left = length;
        return after;
    }

    /** Ends a message inside another; what was not read of it is passed over. */
    void leave(int after) {
        skip(left);
        left = after;
    }

    /** The next field's number times eight, plus how it is written; 0 at the end. */
    int tag() {
        if (left == 0) {
            return 0;
        }
        long tag = varint();
        if (tag >>> 3 == 0 || tag >>> Integer.SIZE != 0) {
            throw invalid("no field has the tag " + tag);
        }
        return (int) tag;
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < MOST_VARINT_BITS; shift += 7) {
            byte next = one();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw invalid("a number is longer than ten bytes");
    }

    int fixed32() {
        int value = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            value |= (one() & 0xff) << shift;
        }
        return value;
    }

    long fixed64() {
        return (fixed32() & 0xffffffffL) | (long) fixed32() << Integer.SIZE;
    }

    /** The length of what follows, which is not longer than what is left. */
    int length() {
        long length = varint();
        if (length < 0 || length > left) {
            throw invalid("a field says it has " + length + " bytes, the message has " + left);
        }
        return (int) length;
    }

    String text() {
        byte[] bytes = new byte[length()];
        into(ByteBuffer.wrap(bytes));
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Bytes, in an array of their own. */
    ByteBuffer bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(length());
        into(bytes);
        return bytes.flip();
    }

    /** Fills a buffer up to its limit. */
    void into(ByteBuffer target) {
        int wanted = target.remaining();
        if (wanted > left) {
            throw invalid("the message ends within a field");
        }
        left -= wanted;
        while (wanted > 0) {
            int part = Math.min(wanted, available());
            target.put(target.position(), chunk, chunk.position(), part);
            target.position(target.position() + part);
            chunk.position(chunk.position() + part);
            wanted -= part;
        }
    }

    /** Passes over a field whose tag was read. */
    void skip(int tag, String message) {
        switch (tag & 7) {
            case VARINT -> varint();
            case FIXED64 -> skip(Long.BYTES);
            case BYTES -> skip(length());
            case FIXED32 -> skip(Integer.BYTES);
            default ->
                    throw invalid(
                            "field "
                                    + (tag >>> 3)
                                    + " of "
                                    + message
                                    + " is written in no known"
                                    + " way");
        }
    }

    private void skip(int bytes) {
        if (bytes > left) {
            throw invalid("the message ends within a field");
        }
        left -= bytes;
        int wanted = bytes;
        while (wanted > 0) {
            int part = Math.min(wanted, available());
            chunk.position(chunk.position() + part);
            wanted -= part;
        }
    }

    private byte one() {
        if (left == 0) {
            throw invalid("the message ends within a field");
        }
        left--;
        available();
        return chunk.get();
    }

    /** Bytes of the present buffer; at least one, as the message is not at its end. */
    private int available() {
        if (!chunk.hasRemaining()) {
            refill();
        }
        return chunk.remaining();
    }

    private void refill() {
        if (source == null) {
            throw new IllegalStateException("a message is shorter than it was");
        }
        try {
            source.skipNBytes(taken);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        chunk = next(source).order(ByteOrder.LITTLE_ENDIAN);
        taken = chunk.remaining();
        if (taken == 0) {
            throw new IllegalStateException("a message is shorter than it was");
        }
    }

    static VitrineException invalid(String message) {
        return new VitrineException(InferenceError.PROTOCOL_INVALID, message);
    }
}
