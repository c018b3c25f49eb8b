package dev.vitrine.server.protocol;

import dev.vitrine.inference.session.Cancellation;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A request with who asks, which model, and how long an answer is of use.
 *
 * @param version empty for the one that answers now
 * @param label of a version; empty where a number or nothing was given
 * @param client whose share of the server this is counted against; empty where callers have no
 *     names
 * @param priority 0 is as good as any; a greater number may wait or be refused before smaller ones
 * @param timeout from now; what is not begun by then is dropped
 * @param cancellation by which a protocol says that the caller went away
 */
public record InferCall(
        String model,
        OptionalLong version,
        Optional<String> label,
        InferRequest request,
        String client,
        int priority,
        Duration timeout,
        Cancellation cancellation) {
    /** How long a caller who says nothing else waits. */
    public static final Duration TIMEOUT = Duration.ofSeconds(25);

    /** Of somebody without a name, with the usual timeout. */
    public static InferCall of(String model, OptionalLong version, InferRequest request) {
        return new InferCall(
                model, version, Optional.empty(), request, "", 0, TIMEOUT, new Cancellation());
    }
}
