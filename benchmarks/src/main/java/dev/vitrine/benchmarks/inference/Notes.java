package dev.vitrine.benchmarks.inference;

import dev.vitrine.benchmarks.process.Limits;
import java.util.Locale;

/** What stands beside the figures. */
final class Notes {
    private Notes() {}

    static String of(InferArguments arguments, Limits limits) {
        return String.format(
                Locale.ROOT,
                "Medians of %d interleaved rounds of %d s with their spread; all contenders %s."
                        + " Closed loops of %d connections; in open loops an answer counts within"
                        + " %d ms, which callers state as their timeout, and plainServerGoodputRatio"
                        + " is the smallest of the ratios at 50, 90 and 150 %% of the plain"
                        + " server's capacity. overheadP50Us: one caller, less the model's own time"
                        + " and an echo that reads the same request and sends as many bytes as"
                        + " the model's answer. Before, both servers also answered %d s for an encoder"
                        + " without layers, so that their code is compiled. The model is imported without --batchable.",
                arguments.rounds(),
                arguments.seconds(),
                limits.cores().isEmpty()
                        ? "on all cores"
                        : "on cores " + limits.cores() + ", the callers on the others",
                arguments.connections(),
                arguments.deadlineMs(),
                arguments.warmup());
    }
}
