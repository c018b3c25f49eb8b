package dev.vitrine.server.cli;

import dev.vitrine.server.wiring.ServingOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the import of a model declares of how it is served. */
final class ServingArguments {
    @Option(
            names = "--cache",
            paramLabel = "TTL",
            description = "keeps its answers so long, such as PT5M; default: none are kept")
    @Nullable String cache;

    @Option(
            names = "--cache-stale",
            paramLabel = "TIME",
            description =
                    "gives an answer so much longer while a new one is worked out; default: no"
                            + " longer")
    @Nullable String cacheStale;

    @Option(
            names = "--cache-size",
            paramLabel = "SIZE",
            description = "of all answers that are kept, such as 256MiB; default 64MiB")
    @Nullable String cacheSize;

    @Option(
            names = "--cache-rows",
            description =
                    "keeps the answer to each row, as for the vectors of texts; its rows have to"
                            + " be independent of each other")
    boolean cacheRows;

    @Option(
            names = "--ladder",
            paramLabel = "MODEL,...",
            description =
                    "what answers instead when it has too much to do, the best first: names of"
                            + " models with the same inputs and outputs, or 'cached'")
    @Nullable String ladder;

    ServingOptions options() {
        return ServingOptions.of(
                text(cache), text(cacheStale), text(cacheSize), cacheRows, text(ladder));
    }

    private static String text(@Nullable String option) {
        return option == null ? "" : option;
    }
}
