package dev.vitrine.inference.graph;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The weights of a model one after the other, each from the start of a page, so that they map. */
final class WeightFile implements AutoCloseable {
    private static final int PAGE = 4096;
    private static final int PIECE = 1 << 20;

    private final FileChannel out;
    private long end;

    WeightFile(Path file) throws IOException {
        this.out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    long size() {
        return end;
    }

    /** Adds bytes that a message holds, and says where they begin. */
    long add(CodedInputStream in, long length) throws IOException {
        long at = nextPage();
        for (long left = length; left > 0; ) {
            byte[] piece = in.readRawBytes((int) Math.min(PIECE, left));
            write(ByteBuffer.wrap(piece));
            left -= piece.length;
        }
        return at;
    }

    /** Adds bytes of another file, and says where they begin here. */
    long add(FileChannel from, long offset, long length) throws IOException {
        long at = nextPage();
        ByteBuffer piece = ByteBuffer.allocate(PIECE);
        for (long done = 0; done < length; ) {
            piece.clear().limit((int) Math.min(PIECE, length - done));
            int read = from.read(piece, offset + done);
            if (read < 0) {
                throw new IOException("a file of weights became shorter while it was read");
            }
            write(piece.flip());
            done += read;
        }
        return at;
    }

    private long nextPage() {
        end = (end + PAGE - 1) / PAGE * PAGE;
        return end;
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            end += out.write(bytes, end);
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
