package dev.vitrine.server.cli;

import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.ServerError;
import dev.vitrine.training.evaluation.Evaluations;
import dev.vitrine.training.evaluation.Outcome;
import dev.vitrine.training.evaluation.Tuning;
import dev.vitrine.training.linear.FitBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vitrine evaluate DATASET}: fits and judges models on public data by its protocol. */
@Command(
        name = "evaluate",
        description = {
            "Fits models on a public data set and judges them by its published protocol.",
            "The last model named is the one that was chosen on held-out training rows."
        },
        mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {
    @Mixin private final DataFolder data = new DataFolder();

    @Parameters(index = "0", arity = "0..1", paramLabel = "DATASET", description = "which one")
    @Nullable String dataset;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            split = ",",
            description = "only these models; default all")
    List<String> models = new ArrayList<>();

    @Option(
            names = "--tune",
            paramLabel = "FAMILY",
            description =
                    "choose settings on held-out training rows: filter, filter-near, ease, ials,"
                            + " blend, or chosen to compare those")
    @Nullable String tune;

    @Option(
            names = "--trials",
            paramLabel = "N",
            description = "settings drawn by --tune; default ${DEFAULT-VALUE}")
    int trials = 40;

    @Option(
            names = "--splits",
            paramLabel = "N",
            description = "different held-out parts that --tune takes the mean of; default 2")
    int splits = 2;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            arity = "0..1",
            fallbackValue = "-",
            description = "write the result as JSON to FILE, or to standard output")
    @Nullable String json;

    @Option(names = "--threads", paramLabel = "N", description = "default: as many as processors")
    int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description = "largest native memory of one model; default ${DEFAULT-VALUE}")
    String memory = "9GiB";

    @Option(names = "--list", description = "name all data sets and their models")
    boolean list;

    @Override
    public Integer call() throws IOException {
        String wanted = dataset;
        if (list || wanted == null) {
            for (String name : Evaluations.datasets()) {
                System.err.println(name + ": " + String.join(", ", Evaluations.models(name)));
            }
            System.err.println(SearchJudgements.DATASET + ": search beside plain BM25");
            return list ? 0 : 2;
        }
        if (wanted.equals(SearchJudgements.DATASET)) {
            evaluateSearch(data.folder());
            return 0;
        }
        requireKnown("data set", List.of(wanted), Evaluations.datasets());
        requireKnown("model", models, Evaluations.models(wanted));
        Path folder = data.folder();
        if (!Files.isDirectory(folder.resolve(wanted))) {
            throw new VitrineException(
                    ServerError.USAGE,
                    "the data set "
                            + wanted
                            + " is not in "
                            + folder
                            + "; name its folder by --datasets or VITRINE_DATA");
        }
        FitBudget budget = new FitBudget(threads, DataSize.of(memory));
        Progress progress = Terminal.progress();
        Evaluations evaluations = new Evaluations(folder, budget, progress);
        String family = tune;
        if (family != null) {
            List<Tuning.Trial> trials =
                    evaluations.tune(wanted, family, this.trials, splits, EvaluateCommand::show);
            System.err.println("best by NDCG@20, mean of the held-out parts:");
            trials.stream().limit(10).forEach(EvaluateCommand::show);
            return 0;
        }
        evaluate(wanted, evaluations);
        return 0;
    }

    private static void requireKnown(String what, List<String> names, List<String> known) {
        for (String name : names) {
            if (!known.contains(name)) {
                throw new VitrineException(
                        ServerError.USAGE,
                        "there is no "
                                + what
                                + " '"
                                + name
                                + "'; there are "
                                + String.join(", ", known));
            }
        }
    }

    private void evaluateSearch(Path folder) throws IOException {
        Instant date = Instant.now();
        String commit = ResultFile.commit();
        long start = System.nanoTime();
        Figures figures = SearchJudgements.figures(folder.resolve(SearchJudgements.DATASET));
        double seconds = (System.nanoTime() - start) / 1e9;
        String command = "vitrine evaluate " + SearchJudgements.DATASET;
        Terminal.result(
                json,
                ResultFile.json(SearchJudgements.DATASET, command, commit, date, seconds, figures));
    }

    private void evaluate(String wanted, Evaluations evaluations) throws IOException {
        Instant date = Instant.now();
        String commit = ResultFile.commit();
        long start = System.nanoTime();
        List<Outcome> outcomes = evaluations.run(wanted, models, EvaluateCommand::show);
        Figures figures = new Figures();
        Outcome chosen = outcomes.getLast();
        figures.put("recallAt20", chosen.report().figure("recallAt20"));
        figures.put("ndcgAt20", chosen.report().figure("ndcgAt20"));
        figures.put("trainSeconds", chosen.fitSeconds());
        figures.note("The chosen model is " + chosen.model() + ": " + chosen.settings() + ".");
        for (Outcome outcome : outcomes) {
            String prefix = camel(outcome.model());
            for (String figure :
                    List.of("recallAt20", "ndcgAt20", "mrrAt20", "coverageAt20", "noveltyAt20")) {
                Double value = outcome.report().figures().get(figure);
                if (value != null) {
                    figures.put(
                            prefix + Character.toUpperCase(figure.charAt(0)) + figure.substring(1),
                            value);
                }
            }
            figures.put(prefix + "TrainSeconds", outcome.fitSeconds());
            figures.put(prefix + "PeakMemoryMiB", outcome.peakMemoryMiB());
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        String command =
                "vitrine evaluate "
                        + wanted
                        + (models.isEmpty() ? "" : " --model " + String.join(",", models));
        Terminal.result(json, ResultFile.json(wanted, command, commit, date, seconds, figures));
    }

    private static void show(Tuning.Trial trial) {
        System.err.printf(
                Locale.ROOT,
                "held-out R@20 %.4f N@20 %.4f  %s  (%.1f s)%n",
                trial.recallAt20(),
                trial.ndcgAt20(),
                trial.settings(),
                trial.seconds());
    }

    private static void show(Outcome outcome) {
        System.err.printf(
                Locale.ROOT,
                "%-16s R@20 %.4f  N@20 %.4f  MRR@20 %.4f  fit %.1f s  peak %d MiB%n",
                outcome.model(),
                outcome.report().figures().getOrDefault("recallAt20", Double.NaN),
                outcome.report().figures().getOrDefault("ndcgAt20", Double.NaN),
                outcome.report().figures().getOrDefault("mrrAt20", Double.NaN),
                outcome.fitSeconds(),
                outcome.peakMemoryMiB());
    }

    private static String camel(String name) {
        StringBuilder camel = new StringBuilder();
        for (String word : name.split("-")) {
            camel.append(
                    camel.length() == 0
                            ? word
                            : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return camel.toString();
    }
}
