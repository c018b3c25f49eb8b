package dev.vitrine.server.grpc;

import io.grpc.HasByteBuffer;
import io.grpc.KnownLength;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** A message as the network hands it over: in pieces outside the heap. */
final class Chunks extends InputStream implements HasByteBuffer, KnownLength {
    private final ByteBuffer all;
    private final int piece;

    Chunks(byte[] message, int piece) {
        this.all = ByteBuffer.allocateDirect(message.length).put(message).flip();
        this.piece = piece;
    }

    @Override
    public boolean byteBufferSupported() {
        return true;
    }

    @Override
    public ByteBuffer getByteBuffer() {
        int length = Math.min(all.remaining(), piece - all.position() % piece);
        return all.slice(all.position(), length);
    }

    @Override
    public long skip(long bytes) {
        int length = (int) Math.min(bytes, all.remaining());
        all.position(all.position() + length);
        return length;
    }

    @Override
    public int read() {
        return all.hasRemaining() ? all.get() & 0xff : -1;
    }

    @Override
    public int available() {
        return all.remaining();
    }
}
