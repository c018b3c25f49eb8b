package dev.vitrine.server.cli;

import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.ServerError;
import dev.vitrine.training.evaluation.Evaluations;
import dev.vitrine.training.evaluation.KeptSteps;
import dev.vitrine.training.evaluation.Outcome;
import dev.vitrine.training.evaluation.Report;
import dev.vitrine.training.evaluation.Tuning;
import dev.vitrine.training.linear.FitBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
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
            "A folder of your own with the files of one of them is judged as that one is.",
            "The last model named is the one that was chosen on held-out training rows."
        },
        mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

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
                            + " blend, or chosen to compare those; transformer or recurrent where"
                            + " the next item is asked for")
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

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description =
                    "fits of each model that begins by chance, of which figures are means; default 1;"
                            + " not for data sets whose models are fitted by seeds of their own")
    int seeds = 1;

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
            System.err.println(JudgedShop.DATASET + ": search beside plain BM25");
            System.err.println(EncoderJudgements.RESULT + ": text encoder, fused and ranked");
            return list ? 0 : 2;
        }
        if (seeds < 1) {
            throw new VitrineException(
                    ServerError.USAGE, "--seeds wants 1 or more, found " + seeds);
        }
        if (wanted.equals(JudgedShop.DATASET)) {
            refuseSeeds(wanted);
        }
        if (wanted.equals(JudgedShop.DATASET) || wanted.equals(EncoderJudgements.RESULT)) {
            refuse("--model", !models.isEmpty(), wanted);
            refuse("--tune", tune != null, wanted);
            evaluateSearch(wanted, data.folder());
            return 0;
        }
        if (!NAME.matcher(wanted).matches()) {
            throw new VitrineException(
                    ServerError.USAGE, "'" + wanted + "' is not the name of a data set");
        }
        Path folder = data.folder();
        boolean published = Evaluations.datasets().contains(wanted);
        if (published) {
            requireKnown("model", models, Evaluations.models(wanted));
            if (!Evaluations.seeded(wanted)) {
                refuseSeeds(wanted);
            }
        }
        if (!Files.isDirectory(folder.resolve(wanted))) {
            requireKnown("data set", List.of(wanted), Evaluations.datasets());
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
        Evaluations evaluations = new Evaluations(folder, budget, ResultFile.commit(), progress);
        String like = published ? wanted : evaluations.like(wanted);
        if (!published) {
            requireKnown("model", models, Evaluations.models(like));
            System.err.println(wanted + " is laid out as " + like + " is, and judged as that is");
            if (!Evaluations.seeded(like)) {
                refuseSeeds(wanted);
            }
        }
        String family = tune;
        if (family != null) {
            if (seeds > 1) {
                throw new VitrineException(
                        ServerError.USAGE,
                        "--tune fits each setting once; leave out --seeds " + seeds);
            }
            List<Tuning.Trial> trials =
                    evaluations.tune(wanted, family, this.trials, splits, EvaluateCommand::show);
            System.err.println("best by NDCG@20, mean of the held-out parts:");
            trials.stream().limit(10).forEach(EvaluateCommand::show);
            return 0;
        }
        evaluate(wanted, like, evaluations);
        return 0;
    }

    private static void refuse(String option, boolean given, String wanted) {
        if (given) {
            throw new VitrineException(
                    ServerError.USAGE,
                    option + " would change nothing of " + wanted + "; leave it out");
        }
    }

    /** What is fitted once is not to be called several fits. */
    private void refuseSeeds(String wanted) {
        if (seeds > 1) {
            throw new VitrineException(
                    ServerError.USAGE,
                    "--seeds "
                            + seeds
                            + " would change nothing of "
                            + wanted
                            + ", whose models are fitted by seeds of their own; leave it out");
        }
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

    private void evaluateSearch(String wanted, Path folder) throws IOException {
        Instant date = Instant.now();
        String commit = ResultFile.commit();
        long start = System.nanoTime();
        boolean plain = wanted.equals(JudgedShop.DATASET);
        Figures figures =
                plain
                        ? SearchJudgements.figures(folder)
                        : EncoderJudgements.figures(folder, threads, seeds, Terminal.progress());
        double seconds = (System.nanoTime() - start) / 1e9;
        Terminal.figures(figures);
        Terminal.result(
                json, ResultFile.json(wanted, command(wanted), commit, date, seconds, figures));
        KeptSteps.forget(KeptSteps.root(), wanted);
    }

    private String command(String wanted) {
        return "vitrine evaluate "
                + wanted
                + (models.isEmpty() ? "" : " --model " + String.join(",", models))
                + (seeds == 1 ? "" : " --seeds " + seeds);
    }

    private void evaluate(String wanted, String like, Evaluations evaluations) throws IOException {
        Instant date = Instant.now();
        String commit = ResultFile.commit();
        long start = System.nanoTime();
        List<Evaluations.Shown> shown = Evaluations.shown(like);
        List<Outcome> outcomes =
                evaluations.run(wanted, models, seeds, outcome -> show(outcome, shown));
        Map<String, List<Outcome>> byModel = new LinkedHashMap<>();
        for (Outcome outcome : outcomes) {
            byModel.computeIfAbsent(outcome.model(), first -> new ArrayList<>()).add(outcome);
        }
        Figures figures = new Figures();
        List<Outcome> chosen = Objects.requireNonNull(byModel.get(outcomes.getLast().model()));
        for (Evaluations.Shown one : shown) {
            List<Outcome> of = one.model().isEmpty() ? chosen : byModel.get(one.model());
            if (one.headline() && of != null) {
                put(figures, one.name(), one, reports(of));
            }
        }
        figures.put(
                "trainSeconds",
                chosen.stream().mapToDouble(Outcome::fitSeconds).average().orElseThrow());
        Outcome last = chosen.getLast();
        figures.note("The chosen model is " + last.model() + ": " + last.settings() + ".");
        if (chosen.size() > 1) {
            figures.note("Means and spread of " + chosen.size() + " fits.");
        } else if (!last.report().intervals().isEmpty()) {
            figures.note("Spread: 95 % by a bootstrap over the questions.");
        }
        Evaluations.notes(like).forEach(figures::note);
        evaluations.resumed().ifPresent(figures::note);
        byModel.forEach((model, of) -> {
            String prefix = camel(model);
            for (Evaluations.Shown one : shown) {
                if (isOfEach(one)) {
                    put(figures, prefix + capital(one.name()), one, reports(of));
                }
            }
            if (!Evaluations.together(like)) {
                figures.put(
                        prefix + "TrainSeconds",
                        of.stream().mapToDouble(Outcome::fitSeconds).average().orElseThrow());
                figures.put(prefix + "PeakMemoryMiB", of.getLast().peakMemoryMiB());
            }
        });
        slices(figures, chosen, shown);
        double seconds = (System.nanoTime() - start) / 1e9;
        String name = Evaluations.result(wanted);
        Terminal.result(
                json, ResultFile.json(name, command(wanted), commit, date, seconds, figures));
        evaluations.forget(wanted, seeds);
    }

    /** The headline figures of the chosen model for each slice, shown and put behind the others. */
    static void slices(Figures figures, List<Outcome> chosen, List<Evaluations.Shown> shown) {
        for (Report.OfSlice slice : chosen.getLast().report().slices()) {
            List<Report> reports = new ArrayList<>();
            for (Outcome outcome : chosen) {
                for (Report.OfSlice same : outcome.report().slices()) {
                    if (same.name().equals(slice.name())) {
                        reports.add(same.report());
                    }
                }
            }
            StringBuilder line = new StringBuilder(String.format("  %-14s", slice.name()));
            for (Evaluations.Shown one : shown) {
                Double value = slice.report().figures().get(one.of());
                if (one.headline() && one.model().isEmpty() && value != null) {
                    put(figures, one.name() + capital(slice.name()), one, reports);
                    line.append(
                            String.format(
                                    Locale.ROOT, "  %s %.4f", one.name(), one.times() * value));
                }
            }
            figures.put("questions" + capital(slice.name()), slice.report().questions());
            System.err.printf(
                    Locale.ROOT,
                    "%s  %,d questions: %s%n",
                    line,
                    slice.report().questions(),
                    slice.what());
        }
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

    private static List<Report> reports(List<Outcome> outcomes) {
        return outcomes.stream().map(Outcome::report).toList();
    }

    /** The mean over the fits of a model; with one fit, where chance would put it. */
    private static void put(
            Figures figures, String name, Evaluations.Shown shown, List<Report> reports) {
        double[] values =
                reports.stream()
                        .map(report -> report.figures().get(shown.of()))
                        .filter(Objects::nonNull)
                        .mapToDouble(value -> shown.times() * value)
                        .toArray();
        if (values.length == 0) {
            return;
        }
        double mean = Arrays.stream(values).average().orElseThrow();
        Report.Interval interval = reports.getFirst().intervals().get(shown.of());
        if (values.length > 1) {
            figures.put(
                    name,
                    mean,
                    Arrays.stream(values).min().orElseThrow(),
                    Arrays.stream(values).max().orElseThrow());
        } else if (interval != null) {
            figures.put(
                    name, mean, shown.times() * interval.low(), shown.times() * interval.high());
        } else {
            figures.put(name, mean);
        }
    }

    /** Not a figure that one model has under a name of its own. */
    private static boolean isOfEach(Evaluations.Shown shown) {
        return shown.model().isEmpty() || shown.of().equals(shown.name());
    }

    private static void show(Outcome outcome, List<Evaluations.Shown> shown) {
        StringBuilder line = new StringBuilder(String.format("%-16s", outcome.model()));
        for (Evaluations.Shown one : shown) {
            Double value = outcome.report().figures().get(one.of());
            if (value != null && isOfEach(one)) {
                line.append(
                        String.format(Locale.ROOT, "  %s %.4f", one.name(), one.times() * value));
            }
        }
        System.err.printf(
                Locale.ROOT,
                "%s  fit %.1f s  peak %d MiB%n",
                line,
                outcome.fitSeconds(),
                outcome.peakMemoryMiB());
    }

    private static String capital(String name) {
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
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
