package dev.vitrine.server.cli;

import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import dev.vitrine.training.encoder.FineTuning;
import dev.vitrine.training.linear.FitBudget;
import dev.vitrine.training.network.FitSettings;
import dev.vitrine.training.network.Torch;
import dev.vitrine.training.network.TorchCache;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code vitrine model finetune}: fits an encoder of texts that a user brings to rows of a file.
 */
@Command(
        name = "finetune",
        description = {
            "Fits an encoder of texts (BERT and its kin) to a shop's own pairs of queries and"
                    + " products, or to what shoppers liked, and writes it to a directory of the"
                    + " same layout.",
            "What was cut off goes on when the same is asked for again."
        },
        mixinStandardHelpOptions = true)
final class FineTuneCommand implements Callable<Integer> {
    private static final int STEPS_OF_WARM_UP = 100;
    private static final double WHOLE_RATE = 3e-5;
    private static final double ADAPTER_RATE = 1e-3;

    @Parameters(
            paramLabel = "DIRECTORY",
            description =
                    "with config.json, tokenizer.json and model.safetensors; with model.onnx"
                            + " instead for --adapter")
    Path from = Path.of("");

    @Option(
            names = "--pairs",
            paramLabel = "FILE",
            description = "one {\"query\": \"…\", \"product\": \"…\"} a line")
    @Nullable Path pairs;

    @Option(
            names = "--likes",
            paramLabel = "FILE",
            description =
                    "one {\"history\": [\"newest\", \"…\"], \"item\": \"…\", \"liked\": true} a line:"
                            + " fits a head that says how probable it is that a shopper likes an"
                            + " item")
    @Nullable Path likes;

    @Option(names = "--to", paramLabel = "DIR", required = true, description = "not there yet")
    Path to = Path.of("");

    @Option(
            names = "--adapter",
            description =
                    "the encoder stays as it is, and a dense layer over its vectors is fitted:"
                            + " minutes where all of it would take hours")
    boolean adapter;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "at most; default 3, with --adapter 30")
    int epochs;

    @Option(
            names = "--rate",
            paramLabel = "R",
            description = "of learning; default 3e-5, with --adapter 1e-3")
    double rate;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "rows in a step; default ${DEFAULT-VALUE}")
    int batch = 32;

    @Option(
            names = "--tokens",
            paramLabel = "N",
            description = "of a text that are read, at most; default ${DEFAULT-VALUE}")
    int tokens = 64;

    @Option(names = "--seed", paramLabel = "N", description = "of all chances; default 1")
    long seed = 1;

    @Option(names = "--threads", paramLabel = "N", description = "default: as many as processors")
    int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description = "the fit may take outside the heap; default ${DEFAULT-VALUE}")
    String memory = "9GiB";

    @Override
    public Integer call() {
        Path rows = pairs == null ? likes : pairs;
        if (rows == null || (pairs != null && likes != null)) {
            throw usage("name --pairs or --likes, and not both");
        }
        if (adapter && likes != null) {
            throw usage("--likes fits a head over the whole encoder; --adapter goes with --pairs");
        }
        FineTuning.Part part =
                likes != null
                        ? FineTuning.Part.LIKELIHOOD
                        : adapter ? FineTuning.Part.ADAPTER : FineTuning.Part.WHOLE;
        int most = epochs > 0 ? epochs : adapter ? 30 : 3;
        double highest = rate > 0 ? rate : adapter ? ADAPTER_RATE : WHOLE_RATE;
        FineTuning.Settings settings =
                new FineTuning.Settings(
                        new FitSettings(most, 3, highest, STEPS_OF_WARM_UP, .01, 1, seed),
                        batch,
                        tokens,
                        new FitBudget(threads, DataSize.of(memory)));
        try (Torch torch = Torch.open(threads, TorchCache.folder())) {
            FineTuning.Result result =
                    new FineTuning(torch, settings, Terminal.progress()).run(part, from, rows, to);
            System.err.printf(
                    Locale.ROOT,
                    "%s on the rows held out: %.4f, before %.4f; best of %d epochs: %d; %.0f rows/s%n",
                    part == FineTuning.Part.LIKELIHOOD
                            ? "log-likelihood (before: of always saying their rate)"
                            : "mean of 1 / rank of the right product",
                    result.after(),
                    result.before(),
                    result.curve().points().size(),
                    result.curve().best(),
                    result.curve().rowsPerSecond());
        }
        System.out.println("wrote " + to + "; vitrine model import " + to + " serves it");
        return 0;
    }

    private static VitrineException usage(String why) {
        return new VitrineException(ServerError.USAGE, why);
    }
}
