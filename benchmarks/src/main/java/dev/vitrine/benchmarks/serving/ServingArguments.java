package dev.vitrine.benchmarks.serving;

import dev.vitrine.server.cli.Argument;
import dev.vitrine.server.cli.Arguments;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What {@code vitrine benchmark serving} or {@code serving-ranked} was asked for.
 *
 * @param items simulated products
 * @param shoppers simulated people
 * @param events simulated events, about
 * @param seconds of each measured run
 * @param heapMiB largest heap of the server
 * @param kept where the built shop is kept and used again
 */
record ServingArguments(
        int items, int shoppers, long events, int seconds, int heapMiB, Optional<Path> kept) {
    /**
     * @param heapMiB unless another is asked for
     */
    static List<Argument> declared(int heapMiB) {
        return List.of(
                whole("items", 1_000_000),
                whole("shoppers", 300_000),
                whole("events", 3_000_000),
                whole("seconds", 60),
                whole("heap", heapMiB),
                new Argument.Folder("keep"));
    }

    static ServingArguments of(Arguments arguments) {
        return new ServingArguments(
                arguments.whole("items"),
                arguments.whole("shoppers"),
                arguments.number("events"),
                arguments.whole("seconds"),
                arguments.whole("heap"),
                arguments.folder("keep"));
    }

    Path folder(Path otherwise) {
        return kept.orElse(otherwise);
    }

    private static Argument whole(String name, long otherwise) {
        return new Argument.Whole(name, otherwise, 1, Integer.MAX_VALUE);
    }
}
