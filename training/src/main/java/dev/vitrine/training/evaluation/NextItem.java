package dev.vitrine.training.evaluation;

import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.ItemScorer;
import dev.vitrine.retrieval.sequence.SequenceModel;
import dev.vitrine.retrieval.table.FactorModel;
import dev.vitrine.training.factorization.FactorSettings;
import dev.vitrine.training.factorization.ImplicitFactors;
import dev.vitrine.training.linear.FitBudget;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Fits and judges models of the next item. Networks are fitted once for each seed on the training
 * part, ended by validation; where the published models have nothing held out, and for the hybrid,
 * once more on all that is known before the test, for the epochs that validation chose. Fits are
 * kept until the run's result is written; one of other data or settings begins anew.
 */
final class NextItem {
    static final String HYBRID = "hybrid";
    private static final String POPULARITY = "popularity";
    private static final String MARKOV = "markov";
    private static final String ITEM_KNN = "item-knn";
    private static final String ITEM_KNN_RECENT = "item-knn-recent";

    /** The Transformer is last, since what is fused with it is what is chosen. */
    private static final List<Kind> KINDS = List.of(Kind.RECURRENT, Kind.TRANSFORMER);

    private static final int FACTOR_SWEEPS = 8;

    private static final List<Integer> CUTOFFS = List.of(5, 10, 20);

    private final NextItemData data;
    private final Path fits;
    private final FitBudget budget;
    private final Progress progress;
    private final ItemCounts counts;
    private final Aspects aspects;

    /**
     * @param fits where fits are written down, see {@link FitFolder}
     * @throws VitrineException DATA_UNSUITABLE without a question, or with fewer than two items
     */
    NextItem(NextItemData data, Path fits, FitBudget budget, Progress progress) {
        Questions.require(data.name(), data.test());
        this.data = data;
        this.fits = fits;
        this.budget = budget;
        this.progress = progress;
        this.counts = ItemCounts.of(data.counted(), data.items());
        this.aspects = Aspects.of(data.test(), counts, data.likeness());
    }

    /** The models of a data set, in the order they run. */
    static List<String> models(String dataset) {
        List<String> names = new ArrayList<>(List.of(POPULARITY));
        if (dataset.equals(NextItemData.SESSIONS)) {
            names.addAll(List.of(ITEM_KNN, MARKOV, ITEM_KNN_RECENT));
        } else if (!dataset.equals(NextItemData.SAMPLED)) {
            names.add(MARKOV);
        }
        for (Kind kind : KINDS) {
            names.add(name(kind));
        }
        names.add(HYBRID);
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
                        || KINDS.stream().anyMatch(kind -> wanted.contains(name(kind)));
        if (!networks) {
            return;
        }
        FitFolder.forgetOld(fits, Instant.now());
        try (Torch torch = Torch.open(budget.threads(), TorchCache.folder())) {
            for (Kind kind : KINDS) {
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
                                    data.anchored(), !data.like().equals(NextItemData.SESSIONS));
                };
        double seconds = (System.nanoTime() - start) * 1e-9;
        return outcome(
                model,
                "untruncated",
                seconds,
                judge().judge("ranking by " + model, recommender, data.test(), aspects));
    }

    private Outcome outcome(String model, String settings, double seconds, Report report) {
        return new Outcome(data.name(), model, settings, seconds, PeakMemory.mebibytes(), report);
    }

    private Report tested(String model, ItemScorer scorer) {
        return data.negatives() > 0
                ? new SampledQuestions(data.test(), data.negatives(), Recipes.SEED)
                        .judge(scorer, aspects.slices(), budget.threads())
                : judge().judge(
                                "ranking by " + model,
                                Recommender.of(scorer),
                                data.test(),
                                aspects);
    }

    private Judge judge() {
        return new Judge(
                new JudgeSettings(CUTOFFS, budget.threads(), JudgeSettings.DEFAULT_BATCH),
                progress);
    }

    private void fitted(
            Torch torch, Kind kind, int seed, List<String> wanted, Consumer<Outcome> each) {
        PeakMemory.reset();
        ChosenSequences.Choice choice = ChosenSequences.of(data.like(), kind);
        budget.require(choice.network().bytes(data.items()), "fitting a " + name(kind));
        boolean hybrid = kind == Kind.TRANSFORMER && wanted.contains(HYBRID);
        FitSettings settings = choice.fit().withSeed(seed);
        try (FitFolder folder = FitFolder.open(fits, folder(data.name(), kind, seed));
                Fitted first = fitted(torch, choice, settings, folder.path(), false)) {
            if (!choice.again() && wanted.contains(name(kind))) {
                each.accept(outcome(kind, choice, first, first.seconds()));
            }
            if (!hybrid && !choice.again()) {
                return;
            }
            FitSettings chosen = settings.withEpochs(first.curve().best());
            try (Fitted again = fitted(torch, choice, chosen, folder.path(), true)) {
                double seconds = first.seconds() + again.seconds();
                if (choice.again() && wanted.contains(name(kind))) {
                    each.accept(outcome(kind, choice, again, seconds));
                }
                if (hybrid) {
                    each.accept(hybrid(first.model(), again.model(), seconds));
                }
            }
        }
    }

    /** A network after its fit. */
    private record Fitted(
            SequenceModel model,
            OnnxSession session,
            FitSettings fit,
            LearningCurve curve,
            double seconds)
            implements AutoCloseable {
        @Override
        public void close() {
            session.close();
        }
    }

    /**
     * @param again on all that is known, for the epochs that validation chose; else on the training
     *     part, ended by validation
     */
    private Fitted fitted(
            Torch torch, ChosenSequences.Choice choice, FitSettings fit, Path work, boolean again) {
        long start = System.nanoTime();
        ToDoubleFunction<SequenceModel> judged = again ? SequenceTrainer.UNJUDGED : this::validated;
        SequenceTrainer trainer =
                new SequenceTrainer(
                        torch,
                        choice.network(),
                        fit,
                        data.items(),
                        again ? data.known() : data.train(),
                        data.features(),
                        judged,
                        work);
        if (choice.factors()) {
            trainer.beginWith(factors(again ? data.known() : data.train(), choice));
        }
        Path checkpoint = work.resolve(again ? "fit-again" : "fit");
        String identity =
                String.join(
                        " ",
                        data.name(),
                        data.hash(again),
                        choice.network().toString(),
                        fit.toString(),
                        choice.factors() ? "begins with " + factorSettings(choice) : "");
        long begun = System.nanoTime();
        LearningCurve curve =
                new Fit(fit, new Checkpoint(checkpoint, identity), progress).run(trainer);
        long ended = System.nanoTime();
        Path graph = work.resolve("model.onnx");
        trainer.export(graph);
        double seconds = (System.nanoTime() - ended + begun - start) * 1e-9 + curve.spent();
        OnnxSession session = OnnxSession.open(graph, SessionSettings.DEFAULT);
        delete(graph);
        return new Fitted(trainer.model(session), session, fit, curve, seconds);
    }

    /** What implicit ALS finds of the items by who met them, in the order of the items. */
    private float[] factors(int[][] sequences, ChosenSequences.Choice choice) {
        int width = choice.network().width();
        try (ParallelBlocks parallel = new ParallelBlocks(budget.threads())) {
            FactorModel model =
                    ImplicitFactors.fit(
                            SessionSplit.membership(data.items(), sequences),
                            factorSettings(choice),
                            parallel,
                            progress);
            float[] vectors = new float[data.items() * width];
            for (int item = 0; item < data.items(); item++) {
                System.arraycopy(model.direction(item), 0, vectors, item * width, width);
            }
            return vectors;
        }
    }

    private static FactorSettings factorSettings(ChosenSequences.Choice choice) {
        return FactorSettings.DEFAULT
                .withDimensions(choice.network().width())
                .withSweeps(FACTOR_SWEEPS);
    }

    private Outcome outcome(
            Kind kind, ChosenSequences.Choice choice, Fitted fitted, double seconds) {
        String told =
                String.format(
                        Locale.ROOT,
                        "%s, %s; epoch %d of %d, %.0f rows/s, %.1f s an epoch",
                        choice.network(),
                        fitted.fit(),
                        fitted.curve().best(),
                        fitted.curve().points().size(),
                        fitted.curve().rowsPerSecond(),
                        fitted.curve().secondsPerEpoch());
        return outcome(name(kind), told, seconds, tested(name(kind), fitted.model()));
    }

    private double validated(SequenceModel model) {
        return new Judge(
                        new JudgeSettings(CUTOFFS, budget.threads(), JudgeSettings.DEFAULT_BATCH),
                        Progress.NONE)
                .judge(Recommender.of(model), data.validation(), counts)
                .figure(data.metric());
    }

    private Outcome hybrid(SequenceModel validated, SequenceModel served, double fitSeconds) {
        long start = System.nanoTime();
        NextItemHybrid.Chosen chosen =
                new NextItemHybrid(data, budget.threads(), progress).choose(validated, served);
        double seconds = fitSeconds + (System.nanoTime() - start) * 1e-9;
        Report report =
                data.negatives() > 0
                        ? tested(HYBRID, chosen.scorer())
                        : judge().judge(
                                        "ranking by " + HYBRID,
                                        chosen.recommender(),
                                        data.test(),
                                        aspects);
        return outcome(HYBRID, chosen.parts(), seconds, report);
    }

    private static String folder(String dataset, Kind kind, int seed) {
        return dataset + "-" + name(kind) + "-" + seed;
    }

    /** Deletes the fits of a run whose result is written. */
    static void forget(String dataset, int seeds, Path fits) {
        for (Kind kind : KINDS) {
            for (int seed = 1; seed <= seeds; seed++) {
                FitFolder.forget(fits, folder(dataset, kind, seed));
            }
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
