package dev.vitrine.server.http;

import java.io.ByteArrayOutputStream;

/** Collects an answer without the copy that {@link #toByteArray} makes. */
final class JsonBuffer extends ByteArrayOutputStream {
    private static final int USUAL_ANSWER = 4096;

    JsonBuffer() {
        super(USUAL_ANSWER);
    }

    /** The bytes themselves; only the first {@link #size} count. */
    byte[] array() {
        return buf;
    }
}
