package dev.vitrine.training.evaluation;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.training.TrainingError;
import dev.vitrine.training.linear.FitBudget;
import dev.vitrine.training.network.Torch;
import dev.vitrine.training.network.TorchCache;
import dev.vitrine.training.sequence.SequenceSettings.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs the public protocols by name: what {@code vitrine evaluate DATASET} calls. Models are fitted
 * on all training rows with the settings that {@link Chosen} holds and judged once on the test
 * part; {@link #tune} looks at training rows only.
 */
public final class Evaluations {
    private static final List<String> TABLES =
            List.of(OnlineShoppers.DATASET, PurchasePrediction.DATASET, AdClicks.DATASET);
    private static final List<Integer> CUTOFFS = List.of(10, 20);

    /** By which files a folder of any name is known to be laid out as a public data set is. */
    private static final Map<String, List<String>> LAYOUTS =
            Map.of(
                    NextItemData.DESCRIBED,
                    List.of("sequences.txt.gz"),
                    NextItemData.SAMPLED,
                    List.of("interactions.txt.gz"),
                    NextItemData.SESSIONS,
                    List.of("train_sessions.txt.gz", "test_prefix_target.tsv.gz"),
                    Chosen.DATASETS.getLast(),
                    List.of("train.txt.gz", "test.txt.gz"));

    private final Path data;
    private final Path fits;
    private final FitBudget budget;
    private final String code;
    private final Progress progress;
    private Optional<String> resumed = Optional.empty();

    /**
     * @param data folder with one folder per data set
     * @param budget threads and native memory for fitting; ranking uses the same threads
     * @param code the version of the program, whose steps another version does not take
     */
    public Evaluations(Path data, FitBudget budget, String code, Progress progress) {
        this(data, KeptSteps.root(), budget, code, progress);
    }

    /**
     * @param fits where finished parts are kept until {@link #forget}
     */
    Evaluations(Path data, Path fits, FitBudget budget, String code, Progress progress) {
        this.data = data;
        this.fits = fits;
        this.budget = budget;
        this.code = code;
        this.progress = progress;
    }

    /** Names that {@link #run} and {@link #models} accept. */
    public static List<String> datasets() {
        List<String> names = new ArrayList<>(Chosen.DATASETS);
        names.addAll(NextItemData.DATASETS);
        names.addAll(TABLES);
        names.add(TitleRelevance.DATASET);
        return List.copyOf(names);
    }

    /**
     * The data set of {@link #datasets} whose layout a folder has, and with it whose protocol,
     * models and settings are taken: itself for one of them, else by the files that are there.
     *
     * @throws VitrineException {@code UNKNOWN_NAME} for a folder of any other layout
     */
    public String like(String dataset) {
        if (datasets().contains(dataset)) {
            return dataset;
        }
        Path folder = data.resolve(dataset);
        for (Map.Entry<String, List<String>> layout : LAYOUTS.entrySet()) {
            if (layout.getValue().stream().allMatch(file -> Files.exists(folder.resolve(file)))) {
                return layout.getKey();
            }
        }
        throw unknown("data set", dataset, datasets());
    }

    /** The models judged on a data set, in the order they run: cheap ones first. */
    public static List<String> models(String dataset) {
        if (dataset.equals(OnlineShoppers.DATASET)) {
            return List.of(
                    OnlineShoppers.LOGISTIC,
                    OnlineShoppers.DEEP,
                    OnlineShoppers.BOTH,
                    OnlineShoppers.TREES);
        }
        if (dataset.equals(AdClicks.DATASET)) {
            return List.of(AdClicks.LOGISTIC, AdClicks.TREES, AdClicks.DEEP);
        }
        if (dataset.equals(PurchasePrediction.DATASET)) {
            return List.of(
                    PurchasePrediction.LOGISTIC,
                    PurchasePrediction.RULE,
                    PurchasePrediction.RULE_ON_ALL,
                    PurchasePrediction.BAR_TREES,
                    PurchasePrediction.DEEP,
                    PurchasePrediction.RECURRENT,
                    PurchasePrediction.TREES,
                    PurchasePrediction.BOTH);
        }
        if (dataset.equals(TitleRelevance.DATASET)) {
            return TitleRelevance.MODELS;
        }
        return NextItemData.DATASETS.contains(dataset)
                ? NextItem.models(dataset)
                : Chosen.recipes(known(dataset)).stream().map(Recipe::name).toList();
    }

    /**
     * Fits and judges models on the test part.
     *
     * @param models which; all when empty
     * @param seeds fits of each model that begins by chance, one outcome for each; 1 where the data
     *     set is not {@link #seeded}
     * @param each told every outcome as soon as it is there
     * @throws VitrineException {@code UNKNOWN_NAME} for a data set or model that does not exist;
     *     {@code SETTING_INVALID} for other seeds than there can be; {@code DATA_UNSUITABLE} where
     *     there is nothing to ask
     */
    public List<Outcome> run(
            String dataset, List<String> models, int seeds, Consumer<Outcome> each) {
        String like = like(dataset);
        List<String> wanted = models.isEmpty() ? models(like) : models;
        for (String model : wanted) {
            if (!models(like).contains(model)) {
                throw unknown("model", model, models(like));
            }
        }
        if (seeds < 1 || seeds > 1 && !seeded(like)) {
            throw new VitrineException(
                    TrainingError.SETTING_INVALID, dataset + " has no " + seeds + " seeds");
        }
        Consumer<Outcome> told = each;
        List<Outcome> outcomes = new ArrayList<>();
        Consumer<Outcome> keep = told.andThen(outcomes::add);
        if (TABLES.contains(dataset)) {
            try (KeptSteps steps = steps(dataset)) {
                runTables(dataset, wanted, seeds, steps, keep);
                resumed = steps.resumed();
            }
        } else if (dataset.equals(TitleRelevance.DATASET)) {
            RatedPairs pairs = RatedPairs.read(data.resolve(dataset));
            try (KeptSteps steps = steps(dataset)) {
                new TitleRelevance(pairs, wanted, budget.threads(), steps, progress, keep).run();
                resumed = steps.resumed();
            }
        } else if (NextItemData.DATASETS.contains(like)) {
            NextItemData read = NextItemData.read(dataset, like, data.resolve(dataset));
            new NextItem(read, fits, budget, progress).run(wanted, seeds, keep);
        } else {
            TopNSplit split = PublicFiles.topN(dataset, data.resolve(dataset));
            Questions.require(dataset, split.questions());
            for (Recipe recipe : Chosen.recipes(like)) {
                if (wanted.contains(recipe.name())) {
                    keep.accept(outcome(split, recipe));
                }
            }
        }
        return outcomes;
    }

    /** Whether models are fitted several times there, each time by another seed. */
    public static boolean seeded(String like) {
        return NextItemData.DATASETS.contains(like) || like.equals(PurchasePrediction.DATASET);
    }

    /**
     * Deletes the finished parts of a run whose result is written; until then a run that is asked
     * for again takes those it has.
     */
    public void forget(String dataset, int seeds) {
        NextItem.forget(dataset, seeds, fits);
        KeptSteps.forget(fits, dataset);
    }

    /** A sentence about the run before, where it took steps of one that was stopped. */
    public Optional<String> resumed() {
        return resumed;
    }

    private KeptSteps steps(String dataset) {
        return KeptSteps.open(fits, dataset, data.resolve(dataset), code, progress);
    }

    /** Chooses settings on held-out training rows; the result is for people to put in Chosen. */
    public List<Tuning.Trial> tune(
            String dataset, String family, int trials, int splits, Consumer<Tuning.Trial> each) {
        String like = like(dataset);
        if (NextItemData.DATASETS.contains(like)) {
            NextItemData read = NextItemData.read(dataset, like, data.resolve(dataset));
            return new SequenceTuning(read, budget, progress).run(kind(family), trials, each);
        }
        if (!Chosen.DATASETS.contains(like)) {
            List<String> tuned = new ArrayList<>(Chosen.DATASETS);
            tuned.addAll(NextItemData.DATASETS);
            throw new VitrineException(
                    TrainingError.SETTING_INVALID,
                    "settings for "
                            + dataset
                            + " are not looked for by this command; they are for "
                            + String.join(", ", tuned));
        }
        TopNSplit split = PublicFiles.topN(dataset, data.resolve(dataset));
        return new Tuning(budget, progress).run(split, family, trials, splits, each);
    }

    private void runTables(
            String dataset,
            List<String> wanted,
            int seeds,
            KeptSteps steps,
            Consumer<Outcome> each) {
        Path folder = data.resolve(dataset);
        int threads = budget.threads();
        Path work = null;
        try (Torch torch = Torch.open(threads, TorchCache.folder())) {
            work = Files.createTempDirectory("vitrine-evaluate");
            Path at = work;
            switch (dataset) {
                case PurchasePrediction.DATASET -> {
                    PurchasePrediction.Tables tables = PurchasePrediction.read(folder).tables();
                    for (int count = 1; count <= seeds; count++) {
                        long seed = count;
                        runTable(
                                dataset,
                                "split by time",
                                wanted,
                                steps,
                                "seed-" + seed,
                                each,
                                () ->
                                        PurchasePrediction.figures(
                                                tables, torch, at, seed, threads, progress));
                    }
                }
                case AdClicks.DATASET -> {
                    AdClicks clicks = AdClicks.read(folder);
                    runTable(
                            dataset,
                            "fitted to one day, asked about another",
                            wanted,
                            steps,
                            "days",
                            each,
                            () -> clicks.figures(torch, at, threads, progress));
                }
                default -> {
                    OnlineShoppers table = OnlineShoppers.read(folder);
                    for (int split = 1; split <= OnlineShoppers.SPLITS; split++) {
                        long seed = split;
                        runTable(
                                dataset,
                                "mean of " + OnlineShoppers.SPLITS + " random splits of 70 to 30",
                                wanted,
                                steps,
                                "split-" + seed,
                                each,
                                () -> table.split(torch, at, seed, threads, progress));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a folder to work in", e);
        } finally {
            delete(work);
        }
    }

    private static void delete(@Nullable Path folder) {
        if (folder == null) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder, e);
        }
    }

    private static void runTable(
            String dataset,
            String settings,
            List<String> wanted,
            KeptSteps steps,
            String step,
            Consumer<Outcome> each,
            Supplier<Map<String, BinaryFigures>> models) {
        Map<String, double[]> found =
                steps.step(
                        step,
                        () -> {
                            PeakMemory.reset();
                            long start = System.nanoTime();
                            Map<String, BinaryFigures> figures = models.get();
                            double seconds = (System.nanoTime() - start) * 1e-9;
                            Map<String, double[]> kept = new LinkedHashMap<>();
                            figures.forEach((model, of) -> {
                                Report report = new Report(of.rows(), of.byName(), 0);
                                new Outcome(
                                                dataset,
                                                model,
                                                settings,
                                                seconds,
                                                PeakMemory.mebibytes(),
                                                report)
                                        .putInto(kept);
                            });
                            return kept;
                        });
        Outcome.of(dataset, settings, found).stream()
                .filter(outcome -> wanted.contains(outcome.model()))
                .forEach(each);
    }

    /** What a data set's result file has of each model. */
    public static List<Shown> shown(String dataset) {
        if (dataset.equals(PurchasePrediction.DATASET)) {
            return purchases();
        }
        if (dataset.equals(AdClicks.DATASET)) {
            return List.of(
                    new Shown("auc", "auc", 1, true),
                    new Shown("logLoss", "logLoss", 1, true),
                    new Shown("calibrationError", "calibrationError", 1, false));
        }
        if (TABLES.contains(dataset)) {
            return List.of(
                    new Shown("auc", "auc", 1, true),
                    new Shown("averagePrecision", "averagePrecision", 1, true),
                    new Shown("f1", "f1", 1, true),
                    new Shown("accuracy", "accuracy", 1, false),
                    new Shown("precision", "precision", 1, false),
                    new Shown("recall", "recall", 1, false),
                    new Shown("calibrationError", "calibrationError", 1, false));
        }
        if (dataset.equals(TitleRelevance.DATASET)) {
            return List.of(
                    new Shown("rmse", "rmse", 1, true), new Shown("ndcgAt10", "ndcgAt10", 1, true));
        }
        if (dataset.equals(NextItemData.SESSIONS)) {
            return List.of(
                    new Shown("recallAt20", "precisionAt20", 100, true),
                    new Shown("mrrAt20", "mrrAt20", 100, true),
                    new Shown("coverageAt20", "coverageAt20", 1, false));
        }
        if (NextItemData.DATASETS.contains(dataset)) {
            return List.of(
                    new Shown("recallAt10", "hrAt10", 1, true),
                    new Shown("ndcgAt10", "ndcgAt10", 1, true),
                    new Shown("recallAt5", "hrAt5", 1, false),
                    new Shown("ndcgAt5", "ndcgAt5", 1, false),
                    new Shown("coverageAt10", "coverageAt10", 1, false),
                    new Shown("noveltyAt10", "noveltyAt10", 1, false),
                    new Shown("diversityAt10", "diversityAt10", 1, false));
        }
        return List.of(
                new Shown("recallAt20", "recallAt20", 1, true),
                new Shown("ndcgAt20", "ndcgAt20", 1, true),
                new Shown("mrrAt20", "mrrAt20", 1, false),
                new Shown("coverageAt20", "coverageAt20", 1, false),
                new Shown("noveltyAt20", "noveltyAt20", 1, false));
    }

    /** At a view the chosen model's; against views that led to none those of the bar. */
    private static List<Shown> purchases() {
        List<Shown> shown = new ArrayList<>();
        for (String name : List.of("auc", "averagePrecision", "calibrationError")) {
            shown.add(new Shown(name, name, 1, true));
        }
        for (String name : List.of("accuracy", "recall", "f1")) {
            shown.add(new Shown(name, name, 1, true, PurchasePrediction.BAR_TREES));
        }
        shown.add(new Shown("f1", "ruleF1", 1, true, PurchasePrediction.RULE));
        shown.add(new Shown("precision", "precision", 1, false));
        return shown;
    }

    /**
     * Whether all models of a step are fitted together there, so that none has a time of its own.
     */
    public static boolean together(String dataset) {
        return TABLES.contains(dataset);
    }

    /** What somebody who reads a data set's figures has to know; often nothing. */
    public static List<String> notes(String dataset) {
        List<String> notes = new ArrayList<>();
        if (together(dataset)) {
            notes.add("trainSeconds is of all models together.");
        }
        if (dataset.equals(PurchasePrediction.DATASET)) {
            notes.addAll(PurchasePrediction.NOTES);
        }
        return notes;
    }

    /** What the result file of a data set is called. */
    public static String result(String dataset) {
        return dataset.equals(PurchasePrediction.DATASET) ? "retailrocket-predict" : dataset;
    }

    /**
     * A figure of a result file.
     *
     * @param of its name in a {@link Report}
     * @param name as published tables of the data set call it
     * @param times 100 where they are in per cent
     * @param headline whether it stands in front, of the chosen model or the one named
     * @param model whose figure the headline is; empty for the chosen one's
     */
    public record Shown(String of, String name, double times, boolean headline, String model) {
        Shown(String of, String name, double times, boolean headline) {
            this(of, name, times, headline, "");
        }
    }

    private static Kind kind(String family) {
        for (Kind kind : Kind.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(family)) {
                return kind;
            }
        }
        throw unknown(
                "family",
                family,
                Arrays.stream(Kind.values())
                        .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                        .toList());
    }

    private Outcome outcome(TopNSplit split, Recipe recipe) {
        PeakMemory.reset();
        long start = System.nanoTime();
        try (FittedModel model = recipe.fitter().fit(split.train(), budget, progress)) {
            double fitSeconds = (System.nanoTime() - start) * 1e-9;
            Questions questions = split.questions();
            Aspects aspects = Aspects.of(questions, ItemCounts.of(split.train()), Optional.empty());
            Report report =
                    judge().judge(
                                    "ranking by " + recipe.name(),
                                    Recommender.of(model.scorer()),
                                    questions,
                                    aspects);
            return new Outcome(
                    split.name(),
                    recipe.name(),
                    recipe.settings(),
                    fitSeconds,
                    PeakMemory.mebibytes(),
                    report);
        }
    }

    private Judge judge() {
        return new Judge(
                new JudgeSettings(CUTOFFS, budget.threads(), JudgeSettings.DEFAULT_BATCH),
                progress);
    }

    private static String known(String dataset) {
        if (!Chosen.DATASETS.contains(dataset)) {
            throw unknown("data set", dataset, datasets());
        }
        return dataset;
    }

    private static VitrineException unknown(String what, String name, List<String> known) {
        return new VitrineException(
                TrainingError.UNKNOWN_NAME,
                "there is no " + what + " '" + name + "'; there are " + String.join(", ", known));
    }
}
