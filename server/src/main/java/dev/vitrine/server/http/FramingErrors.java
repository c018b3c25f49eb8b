package dev.vitrine.server.http;

import dev.vitrine.kernel.error.ErrorCode;
import dev.vitrine.server.ServerError;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests that are not HTTP as it should be, in the same form as all other errors. Where
 * such a request ends is not known, so whatever follows it is thrown away.
 */
record FramingErrors(RequestIds ids) implements DirectHandler {
    @Override
    public TransportResponse handle(
            TransportRequest request,
            EventType type,
            Status status,
            ServerResponseHeaders headers,
            @Nullable String message) {
        ConnectionGuard.linger();
        ErrorCode code =
                type == EventType.INTERNAL_ERROR
                        ? ServerError.INTERNAL
                        : type == EventType.PAYLOAD_TOO_LARGE
                                ? ServerError.BODY_TOO_LARGE
                                : ServerError.REQUEST_INVALID;
        String text =
                type == EventType.INTERNAL_ERROR || message == null || message.isEmpty()
                        ? status.reasonPhrase()
                        : message;
        Reply.Whole reply = (Reply.Whole) ErrorReply.of(code, text, "", ids.next());
        headers.set(HeaderNames.CONTENT_TYPE, Reply.JSON);
        return TransportResponse.builder()
                .status(status)
                .headers(headers)
                .keepAlive(false)
                .entity(Arrays.copyOf(reply.bytes(), reply.length()))
                .build();
    }
}
