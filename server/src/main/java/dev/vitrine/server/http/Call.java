package dev.vitrine.server.http;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.access.Caller;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** One request as a handler sees it: checked, decoded, with its caller. */
final class Call {
    private final String requestId;
    private final Caller caller;
    private final List<String> parameters;
    private final Map<String, String> query;
    private final Function<String, String> headers;
    private final RequestBody body;

    Call(
            String requestId,
            Caller caller,
            List<String> parameters,
            Map<String, String> query,
            Function<String, String> headers,
            RequestBody body) {
        this.requestId = requestId;
        this.caller = caller;
        this.parameters = parameters;
        this.query = query;
        this.headers = headers;
        this.body = body;
    }

    String requestId() {
        return requestId;
    }

    Caller caller() {
        return caller;
    }

    /** The decoded value of a parameter of the path, by position from 0. */
    String parameter(int position) {
        return parameters.get(position);
    }

    /** How many parameters the path has. */
    int parameters() {
        return parameters.size();
    }

    /** A parameter of the query; empty when it was not given. */
    String query(String name) {
        return query.getOrDefault(name, "");
    }

    /** A whole number of the query within bounds, or {@code absent}. */
    int query(String name, int least, int most, int absent) {
        String text = query(name);
        if (text.isEmpty()) {
            return absent;
        }
        try {
            int value = Integer.parseInt(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // answered below, with what was expected
        }
        throw VitrineException.field(
                ServerError.REQUEST_INVALID,
                name,
                name
                        + ": expected a whole number from "
                        + least
                        + " to "
                        + most
                        + ", found '"
                        + text.substring(0, Math.min(40, text.length()))
                        + "'");
    }

    /** A parameter of the query that must be there. */
    String required(String name) {
        String value = query(name);
        if (value.isEmpty()) {
            throw VitrineException.field(
                    ServerError.REQUEST_INVALID, name, name + ": the query must have it");
        }
        return value;
    }

    /** Which part of a list is asked for. */
    PageRequest page() {
        return new PageRequest(
                query("pageSize", 1, PageRequest.MAX_SIZE, PageRequest.DEFAULT_SIZE),
                query("pageToken"));
    }

    /** A header; empty when it was not sent. */
    String header(String name) {
        return headers.apply(name);
    }

    /** The whole body, decompressed. */
    byte[] body() {
        return body.whole();
    }

    /** The whole body, decompressed, as UTF-8. */
    String text() {
        return new String(body(), StandardCharsets.UTF_8);
    }

    /** The body as it comes, decompressed. */
    InputStream stream() {
        return body.stream();
    }
}
