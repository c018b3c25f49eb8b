package dev.vitrine.server.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/** What goes back to the caller. */
sealed interface Reply {
    String JSON = "application/json";
    String JSON_LINES = "application/x-ndjson";

    /** Header that says where something is. */
    String LOCATION = "Location";

    int status();

    /** Further headers by name. */
    Map<String, String> headers();

    /**
     * An answer that is wholly in memory.
     *
     * @param length how many bytes of {@code bytes} belong to it, from the start
     */
    record Whole(int status, String type, byte[] bytes, int length, Map<String, String> headers)
            implements Reply {}

    /** An answer that is written piece by piece, in bounded memory. */
    record Stream(int status, String type, Writer writer, Map<String, String> headers)
            implements Reply {}

    /** An answer without a body. */
    record Empty(int status, Map<String, String> headers) implements Reply {}

    /** Writes the body of a streamed answer. */
    interface Writer {
        void write(OutputStream out) throws IOException;
    }

    static Reply bytes(int status, String type, byte[] bytes) {
        return new Whole(status, type, bytes, bytes.length, Map.of());
    }

    static Reply empty(int status) {
        return new Empty(status, Map.of());
    }

    static Reply redirect(String to) {
        return new Empty(308, Map.of(LOCATION, to));
    }
}
