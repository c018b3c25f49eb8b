package dev.vitrine.training.evaluation;

import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.CandidateSource;
import dev.vitrine.retrieval.candidate.HistoryRecipe;
import dev.vitrine.retrieval.candidate.ItemScorer;
import dev.vitrine.retrieval.sequence.SequenceModel;
import dev.vitrine.retrieval.sequence.SequenceSource;
import dev.vitrine.retrieval.table.ItemTable;
import dev.vitrine.training.linear.FitBudget;
import dev.vitrine.training.neighbours.Sequences;
import dev.vitrine.training.neighbours.SessionNeighbours;
import dev.vitrine.training.network.Checkpoint;
import dev.vitrine.training.network.Fit;
import dev.vitrine.training.network.FitSettings;
import dev.vitrine.training.network.LearningCurve;
import dev.vitrine.training.network.Torch;
import dev.vitrine.training.network.TorchCache;
import dev.vitrine.training.parallel.ParallelBlocks;
import dev.vitrine.training.sequence.SequenceSettings.Kind;
import dev.vitrine.training.sequence.SequenceTrainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Fits and judges models of the next item. Networks are fitted once for each seed; the hybrid adds
 * up what the Transformer and a table of session neighbours say, with the weight that validation
 * prefers.
 */
final class NextItem {
    static final String HYBRID = "hybrid";
    private static final String POPULARITY = "popularity";
    private static final String MARKOV = "markov";
    private static final String ITEM_KNN = "item-knn";
    private static final String ITEM_KNN_RECENT = "item-knn-recent";
    private static final List<Integer> CUTOFFS = List.of(5, 10, 20);
    private static final int DEPTH = 200;
    private static final float[] WEIGHTS = {0f, .05f, .1f, .2f, .3f, .5f, .8f, 1.2f, 2f};
    private static final float[] FADES = {.3f, .6f, .85f};

    private final NextItemData data;
    private final FitBudget budget;
    private final Progress progress;
    private final ItemCounts counts;

    NextItem(NextItemData data, FitBudget budget, Progress progress) {
        this.data = data;
        this.budget = budget;
        this.progress = progress;
        this.counts = ItemCounts.of(data.counted(), data.items());
    }

    /** The models of a data set, in the order they run. */
    static List<String> models(String dataset) {
        List<String> names = new ArrayList<>(List.of(POPULARITY));
        if (dataset.equals(NextItemData.SESSIONS)) {
            names.addAll(List.of(ITEM_KNN, MARKOV, ITEM_KNN_RECENT));
        } else if (!dataset.equals("amazon-videogames")) {
            names.add(MARKOV);
        }
        for (Kind kind : Kind.values()) {
            names.add(name(kind));
        }
        if (!dataset.equals("amazon-videogames")) {
            names.add(HYBRID);
        }
        return List.copyOf(names);
    }

    private static String name(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /**
     * @param wanted names of {@link #models}
     * @param seeds fits of each network
     */
    void run(List<String> wanted, int seeds, Consumer<Outcome> each) {
        for (String model : wanted) {
            switch (model) {
                case POPULARITY -> each.accept(simple(model, counts));
                case MARKOV, ITEM_KNN, ITEM_KNN_RECENT -> each.accept(anchor(model));
                default -> {}
            }
        }
        boolean networks =
                wanted.contains(HYBRID)
                        || Arrays.stream(Kind.values())
                                .anyMatch(kind -> wanted.contains(name(kind)));
        if (!networks) {
            return;
        }
        try (Torch torch = Torch.open(budget.threads(), TorchCache.folder())) {
            for (Kind kind : Kind.values()) {
                boolean blended = kind == Kind.TRANSFORMER && wanted.contains(HYBRID);
                for (int seed = 1;
                        seed <= seeds && (blended || wanted.contains(name(kind)));
                        seed++) {
                    fitted(torch, kind, seed, wanted, each);
                }
            }
        }
    }

    private Outcome simple(String model, ItemScorer scorer) {
        PeakMemory.reset();
        return outcome(model, "", 0, tested(model, scorer));
    }

    private Outcome anchor(String model) {
        PeakMemory.reset();
        long start = System.nanoTime();
        Recommender recommender =
                switch (model) {
                    case ITEM_KNN -> SessionAnchors.cosine(data.anchored(), 1, 1);
                    case ITEM_KNN_RECENT -> SessionAnchors.cosine(data.anchored(), 8, .7);
                    default ->
                            SessionAnchors.markov(
                                    data.anchored(), !data.name().equals(NextItemData.SESSIONS));
                };
        double seconds = (System.nanoTime() - start) * 1e-9;
        return outcome(
                model,
                "untruncated",
                seconds,
                judge().judge("ranking by " + model, recommender, data.test(), counts));
    }

    private Outcome outcome(String model, String settings, double seconds, Report report) {
        return new Outcome(data.name(), model, settings, seconds, PeakMemory.mebibytes(), report);
    }

    private Report tested(String model, ItemScorer scorer) {
        return data.negatives() > 0
                ? new SampledQuestions(data.test(), data.negatives(), Recipes.SEED)
                        .judge(scorer, budget.threads())
                : judge().judge("ranking by " + model, Recommender.of(scorer), data.test(), counts);
    }

    private Judge judge() {
        return new Judge(
                new JudgeSettings(CUTOFFS, budget.threads(), JudgeSettings.DEFAULT_BATCH),
                progress);
    }

    private void fitted(
            Torch torch, Kind kind, int seed, List<String> wanted, Consumer<Outcome> each) {
        PeakMemory.reset();
        ChosenSequences.Choice choice = ChosenSequences.of(data.name(), kind);
        FitSettings fit = choice.fit().withSeed(seed);
        budget.require(choice.network().bytes(data.items()), "fitting a " + name(kind));
        String settings = choice.network() + ", " + fit;
        Path work = work(kind, seed);
        long start = System.nanoTime();
        int[] epochs = {0};
        ToDoubleFunction<SequenceModel> judged =
                choice.onAll() ? model -> ++epochs[0] : this::validated;
        SequenceTrainer trainer =
                new SequenceTrainer(
                        torch,
                        choice.network(),
                        fit,
                        data.items(),
                        choice.onAll() ? data.known() : data.train(),
                        judged,
                        work);
        Path checkpoint = work.resolve("fit");
        LearningCurve curve =
                new Fit(fit, new Checkpoint(checkpoint, data.name() + " " + settings), progress)
                        .run(trainer);
        double seconds = (System.nanoTime() - start) * 1e-9;
        Path graph = work.resolve("model.onnx");
        trainer.export(graph);
        try (OnnxSession session = OnnxSession.open(graph, SessionSettings.DEFAULT)) {
            SequenceModel model = trainer.model(session);
            if (wanted.contains(name(kind))) {
                String told =
                        String.format(
                                Locale.ROOT,
                                "%s; epoch %d of %d, %.0f rows/s, %.1f s an epoch",
                                settings,
                                curve.best(),
                                curve.points().size(),
                                curve.rowsPerSecond(),
                                curve.secondsPerEpoch());
                each.accept(outcome(name(kind), told, seconds, tested(name(kind), model)));
            }
            if (kind == Kind.TRANSFORMER && wanted.contains(HYBRID)) {
                each.accept(hybrid(model, seconds));
            }
        }
        delete(checkpoint);
        delete(graph);
    }

    private double validated(SequenceModel model) {
        return validated(Recommender.of(model));
    }

    private double validated(Recommender recommender) {
        return new Judge(
                        new JudgeSettings(CUTOFFS, budget.threads(), JudgeSettings.DEFAULT_BATCH),
                        Progress.NONE)
                .judge(recommender, data.validation(), counts)
                .figure(data.metric());
    }

    private Outcome hybrid(SequenceModel model, double seconds) {
        long start = System.nanoTime();
        SequenceSource sequence = new SequenceSource(model, model.table(Recipes.SEED));
        CandidateSource best = sequence;
        double highest = Double.NEGATIVE_INFINITY;
        String settings = "";
        ItemTable validated = neighbours(data.train());
        ItemTable served = neighbours(data.known());
        for (float fade : FADES) {
            HistoryRecipe recipe = new HistoryRecipe(20, fade);
            for (float weight : WEIGHTS) {
                double now =
                        validated(
                                Recommender.of(
                                        blend(sequence, validated, recipe, weight), data.items()));
                if (now > highest) {
                    highest = now;
                    best = blend(sequence, served, recipe, weight);
                    settings = "transformer + " + weight + " session neighbours, fade " + fade;
                }
            }
        }
        double fitSeconds = seconds + (System.nanoTime() - start) * 1e-9;
        Report report =
                judge().judge(
                                "ranking by " + HYBRID,
                                Recommender.of(best, data.items()),
                                data.test(),
                                counts);
        return outcome(HYBRID, settings, fitSeconds, report);
    }

    private ItemTable neighbours(int[][] sequences) {
        try (ParallelBlocks parallel = new ParallelBlocks(budget.threads())) {
            return SessionNeighbours.fit(
                    Sequences.of(data.items(), sequences),
                    dev.vitrine.training.neighbours.SessionSettings.DEFAULT,
                    parallel,
                    progress);
        }
    }

    private static CandidateSource blend(
            SequenceSource sequence, ItemTable table, HistoryRecipe recipe, float weight) {
        CandidateSource faded =
                (history, allowed, best) ->
                        table.collect(recipe.of(history.items(), history.weights()), allowed, best);
        List<Blend.Part> parts = new ArrayList<>();
        parts.add(new Blend.Part(name(Kind.TRANSFORMER), sequence, 1f));
        if (weight > 0) {
            parts.add(new Blend.Part("session-neighbours", faded, weight));
        }
        return new Blend(parts, DEPTH);
    }

    /** Where a fit that is killed goes on from. */
    private Path work(Kind kind, int seed) {
        Path folder =
                TorchCache.folder()
                        .resolveSibling("evaluate")
                        .resolve(data.name() + "-" + name(kind) + "-" + seed);
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the folder " + folder, e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + file, e);
        }
    }
}
