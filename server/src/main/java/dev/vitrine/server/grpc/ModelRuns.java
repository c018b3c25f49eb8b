package dev.vitrine.server.grpc;

import dev.vitrine.inference.session.Cancellation;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.http.InferencePort;
import dev.vitrine.server.protocol.InferCall;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs requests of gRPC callers and makes their answers. */
final class ModelRuns {
    private final InferencePort models;

    ModelRuns(InferencePort models) {
        this.models = models;
    }

    /**
     * Runs a request and waits for it.
     *
     * @param client the name that it is counted under
     * @param deadline until which the caller waits; null when it said nothing
     * @param stream whether the answer is one of a stream
     */
    InferAnswer run(
            InferMessage message,
            String client,
            @Nullable Deadline deadline,
            Cancellation cancellation,
            boolean stream) {
        return switch (message) {
            case InferMessage.Refused refused -> throw refused.reason();
            case InferMessage.Runnable request -> {
                InferencePort.Outcome outcome =
                        models.infer(call(request, client, deadline, cancellation));
                yield InferAnswer.of(request, outcome, stream);
            }
        };
    }

    /** What an answer is likely to take, as {@link InferencePort#likelyNanos}. */
    long likelyNanos(InferMessage message, Cancellation cancellation) {
        return message instanceof InferMessage.Runnable request
                ? models.likelyNanos(call(request, "", null, cancellation))
                : 0;
    }

    private static InferCall call(
            InferMessage.Runnable request,
            String client,
            @Nullable Deadline deadline,
            Cancellation cancellation) {
        Version version = Version.of(request.version());
        return new InferCall(
                request.model(),
                version.number(),
                version.label(),
                request.request(),
                client,
                request.priority(),
                timeout(request, deadline),
                cancellation);
    }

    private static Duration timeout(InferMessage.Runnable request, @Nullable Deadline deadline) {
        if (deadline == null) {
            return request.timeout();
        }
        long left = deadline.timeRemaining(TimeUnit.NANOSECONDS);
        return InferReader.shorter(request.timeout(), Duration.ofNanos(Math.max(0, left)));
    }

    /** A version as callers write it. */
    record Version(OptionalLong number, Optional<String> label) {
        private static final Version ANY = new Version(OptionalLong.empty(), Optional.empty());
        private static final int MOST_DIGITS = 18;

        static Version of(String text) {
            if (text.isEmpty()) {
                return ANY;
            }
            if (text.length() <= MOST_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return new Version(OptionalLong.of(Long.parseLong(text)), Optional.empty());
            }
            return new Version(OptionalLong.empty(), Optional.of(text));
        }

        /** For methods that take no labels. */
        static OptionalLong number(String text) {
            Version version = of(text);
            if (version.label().isPresent()) {
                throw VitrineException.field(
                        ServerError.REQUEST_INVALID,
                        "version",
                        "versions are whole numbers, found '"
                                + text.substring(0, Math.min(40, text.length()))
                                + "'");
            }
            return version.number();
        }
    }
}
