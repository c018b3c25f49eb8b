package dev.vitrine.benchmarks.inference;

import dev.vitrine.server.cli.Argument;
import dev.vitrine.server.cli.Arguments;
import java.time.Duration;
import java.util.List;

/**
 * What a comparison was asked for.
 *
 * @param seconds of each run
 * @param rounds interleaved runs of each contender
 * @param warmup seconds of each contender before the first round
 * @param connections of a closed loop
 * @param deadlineMs after which an answer is of no use
 */
record InferArguments(int seconds, int rounds, int warmup, int connections, int deadlineMs) {
    static List<Argument> declared(long deadlineMs) {
        return List.of(
                whole("seconds", 4),
                whole("rounds", 5),
                whole("warmup", 20),
                whole("connections", 8),
                whole("deadline", deadlineMs));
    }

    static InferArguments of(Arguments arguments) {
        return new InferArguments(
                arguments.whole("seconds"),
                arguments.whole("rounds"),
                arguments.whole("warmup"),
                arguments.whole("connections"),
                arguments.whole("deadline"));
    }

    Duration run() {
        return Duration.ofSeconds(seconds);
    }

    Duration deadline() {
        return Duration.ofMillis(deadlineMs);
    }

    private static Argument whole(String name, long otherwise) {
        return new Argument.Whole(name, otherwise, 1, 1_000_000);
    }
}
