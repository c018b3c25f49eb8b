package dev.vitrine.server.http;

import dev.vitrine.kernel.error.Category;
import dev.vitrine.kernel.error.ErrorCode;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import java.util.HashMap;
import java.util.Map;

/** The one place where errors become status codes and JSON. */
final class ErrorReply {
    private static final String RETRY_SECONDS = "1";

    private ErrorReply() {}

    /**
     * @param trusted whether the caller may read what a fault of ours or of a disk says, which may
     *     name files
     */
    static Reply of(VitrineException error, String requestId, boolean trusted) {
        Category category = error.code().category();
        boolean inner = category == Category.INTERNAL || category == Category.OUTSIDE;
        String message =
                inner && !trusted
                        ? "the server could not do this; its log says more under " + requestId
                        : String.valueOf(error.getMessage());
        return of(error.code(), message, error.field().orElse(""), requestId);
    }

    static Reply of(ErrorCode code, String message, String field, String requestId) {
        int status = status(code);
        Reply.Whole reply =
                (Reply.Whole)
                        Json.reply(
                                status,
                                json -> {
                                    json.writeStartObject();
                                    json.writeObjectPropertyStart("error");
                                    json.writeStringProperty("code", code.name());
                                    json.writeStringProperty("message", message);
                                    if (!field.isEmpty()) {
                                        json.writeStringProperty("field", field);
                                    }
                                    json.writeStringProperty("requestId", requestId);
                                    json.writeEndObject();
                                    json.writeEndObject();
                                });
        Map<String, String> headers = new HashMap<>();
        if (status == 429 || status == 503) {
            headers.put("Retry-After", RETRY_SECONDS);
        }
        if (status == 401) {
            headers.put("WWW-Authenticate", "Bearer");
        }
        return new Reply.Whole(status, Reply.JSON, reply.bytes(), reply.length(), headers);
    }

    /** The same for clients of the Open Inference Protocol: the message alone, as text. */
    static Reply plain(Reply reply) {
        if (!(reply instanceof Reply.Whole whole)) {
            return reply;
        }
        String message =
                Json.tree(whole.bytes(), whole.length()).at("/error/message").asString("refused");
        Reply.Whole plain =
                (Reply.Whole)
                        Json.reply(
                                whole.status(),
                                json -> {
                                    json.writeStartObject();
                                    json.writeStringProperty("error", message);
                                    json.writeEndObject();
                                });
        return new Reply.Whole(
                whole.status(), Reply.JSON, plain.bytes(), plain.length(), whole.headers());
    }

    /** The status of an error. A failing disk or neighbour is worth another try: 503. */
    static int status(ErrorCode code) {
        if (code == ServerError.METHOD_NOT_ALLOWED) {
            return 405;
        }
        if (code == ServerError.CONTENT_TYPE_UNSUPPORTED) {
            return 415;
        }
        if (code == ServerError.BODY_TOO_SLOW) {
            return 408;
        }
        return switch (code.category()) {
            case INVALID_ARGUMENT -> 400;
            case UNAUTHENTICATED -> 401;
            case FORBIDDEN -> 403;
            case NOT_FOUND -> 404;
            case CONFLICT -> 409;
            case TOO_LARGE -> 413;
            case EXHAUSTED -> 429;
            case UNAVAILABLE, OUTSIDE -> 503;
            case DEADLINE_EXCEEDED -> 504;
            case INTERNAL -> 500;
        };
    }
}
