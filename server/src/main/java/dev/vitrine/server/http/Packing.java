package dev.vitrine.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** How a body is compressed. */
enum Packing {
    NONE("not compressed"),
    GZIP("gzip"),
    /** Of HTTP, which is the zlib format (RFC 9110, 8.4.1.2), not the bare stream of that name. */
    DEFLATE("deflate in the zlib format");

    private static final int BLOCK = 16 << 10;

    private final String words;

    Packing(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    /**
     * What is in it, piece by piece.
     *
     * @throws IOException when its beginning is of no such format
     */
    InputStream open(InputStream packed) throws IOException {
        return switch (this) {
            case NONE -> packed;
            case GZIP -> new GZIPInputStream(packed, BLOCK);
            case DEFLATE -> new Inflated(packed);
        };
    }

    /** Gives its memory outside the heap back when it is closed. */
    private static final class Inflated extends InflaterInputStream {
        Inflated(InputStream packed) {
            super(packed, new Inflater(), BLOCK);
        }

        @Override
        public void close() throws IOException {
            inf.end();
            super.close();
        }
    }
}
