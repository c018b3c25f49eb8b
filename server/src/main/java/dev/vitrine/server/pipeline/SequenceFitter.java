package dev.vitrine.server.pipeline;

import dev.vitrine.data.dataset.Dataset;
import dev.vitrine.data.dataset.TypeWeights;
import dev.vitrine.data.split.Part;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.sequence.SequenceModel;
import dev.vitrine.retrieval.table.FactorModel;
import dev.vitrine.retrieval.table.FeatureVectors;
import dev.vitrine.training.TrainingError;
import dev.vitrine.training.evaluation.ItemCounts;
import dev.vitrine.training.evaluation.Judge;
import dev.vitrine.training.evaluation.JudgeSettings;
import dev.vitrine.training.evaluation.Recommender;
import dev.vitrine.training.linear.FitBudget;
import dev.vitrine.training.network.Checkpoint;
import dev.vitrine.training.network.Fit;
import dev.vitrine.training.network.FitSettings;
import dev.vitrine.training.network.LearningCurve;
import dev.vitrine.training.network.Torch;
import dev.vitrine.training.network.TorchCache;
import dev.vitrine.training.sequence.ItemFeatures;
import dev.vitrine.training.sequence.SequenceSettings;
import dev.vitrine.training.sequence.SequenceTrainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/**
 * Fits the model of what comes next: on the training part until it gets no better on validation,
 * then, for the release, on all parts for as many epochs as that took. It may look at so many rows
 * and take so much time and no more, so that it takes its share of a training and not the whole of
 * it, on a slow machine too; what cannot be fitted well is left out with a reason. Fits are written
 * down after each epoch, so that a training that was killed goes on where it was. One thread.
 *
 * <p>The network begins with the item vectors that implicit ALS found in the same parts, each made
 * one long. The sequences of a small shop are too few to find from chance which products are alike:
 * on the demonstration shop that makes an NDCG@20 of 0.11 out of 0.03.
 */
final class SequenceFitter implements AutoCloseable {
    /** Of fewer people nothing is learned that holds for others. */
    static final int FEWEST_SEQUENCES = 100;

    /** From here on a target is compared with items drawn by chance, and not with all there are. */
    private static final int MOST_COMPARED = 5_000;

    private static final int DRAWN = 1_024;

    /** Rows that a fit may look at in any shop: some seconds. */
    private static final long SMALL = 250_000;

    /** Epochs that a larger shop has in any case, up to {@link #LARGE}. */
    private static final int FEWEST_EPOCHS = 3;

    /** Rows that no fit exceeds. */
    private static final long LARGE = 6_000_000;

    /**
     * Rows a second at which the bound on rows is the bound on time too: on a machine that is
     * slower a fit has fewer epochs. A small shop's trial and release take 40 s at most, together.
     */
    private static final long SLOWEST = 12_500;

    private static final int MOST_EPOCHS = 30;
    private static final int PATIENCE = 3;

    /** Steps that an epoch has at least, where there are rows for it. */
    private static final int STEPS = 40;

    private static final FitSettings USUAL =
            new FitSettings(MOST_EPOCHS, PATIENCE, 1e-3, 50, 0, 5, 1);

    private static final SequenceSettings NETWORK =
            new SequenceSettings(
                    SequenceSettings.Kind.TRANSFORMER, 64, 2, 2, 128, 50, .2, .2, 16, 0, 0, 1024);

    /** Share of the products that a step knows by their features alone. */
    private static final double HIDDEN = .25;

    private static final int CUTOFF = 20;

    /** The parameter that names the bound on time, where that ended the fit. */
    static final String ENDED = "endedByTime";

    /**
     * Of the engine. The steps are small: threads gain little by sharing them, and on a machine
     * where others are at work they wait for each other (a tenth of a step a second, once).
     */
    private static final int THREADS = 1;

    private final MakerSettings settings;
    private final Path checkpoints;
    private final Path work;
    private final LongSupplier nanos;
    private final Progress progress;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private Optional<Torch> torch = Optional.empty();

    /** What became of a fit. */
    sealed interface Result {
        /**
         * A model.
         *
         * @param parameters how it was fitted
         */
        record Fitted(
                ModelSet.Sequence sequence, LearningCurve curve, Map<String, String> parameters)
                implements Result {}

        /** None, and why. */
        record LeftOut(String reason) implements Result {}

        /** The model, where there is one. */
        default Optional<ModelSet.Sequence> found() {
            return switch (this) {
                case Fitted fitted -> Optional.of(fitted.sequence());
                case LeftOut none -> Optional.empty();
            };
        }
    }

    /**
     * @param checkpoints folder that outlives a training that was killed
     * @param work folder for graphs
     * @param nanos a clock that only runs forwards, in nanoseconds
     */
    SequenceFitter(
            MakerSettings settings,
            Path checkpoints,
            Path work,
            LongSupplier nanos,
            Progress progress) {
        this.settings = settings;
        this.checkpoints = checkpoints;
        this.work = work;
        this.nanos = nanos;
        this.progress = progress;
    }

    /**
     * A fit on some parts, ended by what it reaches on questions about a later one.
     *
     * @param factors of the same parts
     */
    Result trial(
            Dataset dataset,
            Set<Part> parts,
            TypeWeights weights,
            FactorModel factors,
            CatalogFeatures features,
            ShopQuestions validation) {
        return told(() -> {
            ShopSequences sequences = sequences(dataset, parts, weights);
            int epochs = epochs(sequences.rows());
            Judge judge =
                    new Judge(
                            new JudgeSettings(
                                    List.of(CUTOFF),
                                    settings.threads(),
                                    JudgeSettings.DEFAULT_BATCH),
                            Progress.NONE);
            ItemCounts counts = ItemCounts.of(dataset.matrix(parts, weights));
            return fit(
                    "trial",
                    dataset,
                    sequences,
                    factors,
                    features,
                    USUAL.withEpochs(epochs),
                    model ->
                            judge.judge(Recommender.of(model), validation, counts)
                                    .figure("ndcgAt" + CUTOFF));
        });
    }

    /**
     * A fit on more parts, for as many epochs as were best in a trial.
     *
     * @param factors of the same parts
     */
    Result release(
            Dataset dataset,
            Set<Part> parts,
            TypeWeights weights,
            FactorModel factors,
            CatalogFeatures features,
            LearningCurve trial) {
        return told(() -> {
            return fit(
                    "release",
                    dataset,
                    sequences(dataset, parts, weights),
                    factors,
                    features,
                    USUAL.withEpochs(trial.best()),
                    SequenceTrainer.UNJUDGED);
        });
    }

    private interface Attempt {
        Result.Fitted run();
    }

    /** Ends a fit that did not work out by its reason, but for what is our own mistake. */
    private Result told(Attempt attempt) {
        try {
            return attempt.run();
        } catch (VitrineException e) {
            if (e.code() instanceof TrainingError) {
                String reason = String.valueOf(e.getMessage());
                progress.start("sequence model", "", 0);
                progress.finish("left out: " + reason);
                return new Result.LeftOut(reason);
            }
            throw e;
        }
    }

    private static ShopSequences sequences(Dataset dataset, Set<Part> parts, TypeWeights weights) {
        ShopSequences sequences =
                ShopSequences.of(dataset, parts, weights, NETWORK.longest() + 1, LARGE);
        if (sequences.sequences().length < FEWEST_SEQUENCES) {
            throw new VitrineException(
                    TrainingError.DATA_UNSUITABLE,
                    sequences.sequences().length
                            + " people met two products or more; it takes "
                            + FEWEST_SEQUENCES);
        }
        return sequences;
    }

    /** Epochs at most: a small shop's are many and short. */
    static int epochs(long rows) {
        return Math.clamp(budget(rows) / Math.max(1, rows), 1, MOST_EPOCHS);
    }

    /** Rows that a fit may look at. */
    private static long budget(long rows) {
        return Math.clamp(FEWEST_EPOCHS * rows, SMALL, LARGE);
    }

    /** What a fit may take, its validation included. */
    static Duration longest(long rows) {
        return Duration.ofSeconds(budget(rows) / SLOWEST);
    }

    private static SequenceSettings network(int items, long rows) {
        int tokens = Math.clamp(rows / STEPS, NETWORK.tokens() / 8, NETWORK.tokens());
        return new SequenceSettings(
                NETWORK.kind(),
                NETWORK.width(),
                NETWORK.layers(),
                NETWORK.heads(),
                NETWORK.inner(),
                NETWORK.longest(),
                NETWORK.dropout(),
                NETWORK.inputDropout(),
                NETWORK.scale(),
                NETWORK.smoothing(),
                items > MOST_COMPARED ? DRAWN : 0,
                tokens);
    }

    private Result.Fitted fit(
            String name,
            Dataset dataset,
            ShopSequences sequences,
            FactorModel factors,
            CatalogFeatures features,
            FitSettings fit,
            ToDoubleFunction<SequenceModel> judge) {
        SequenceSettings network = network(sequences.items(), sequences.rows());
        AtomicReference<SequenceTrainer> fitted = new AtomicReference<>();
        ItemFeatures known = features.among(sequences.numbers(), HIDDEN);
        new FitBudget(settings.threads(), settings.networkMemory())
                .require(network.bytes(sequences.items(), known), "fitting a sequence model");
        SequenceTrainer trainer =
                new SequenceTrainer(
                        engine(),
                        network,
                        fit,
                        sequences.items(),
                        sequences.sequences(),
                        known,
                        judge.equals(SequenceTrainer.UNJUDGED)
                                ? judge
                                : model ->
                                        judge.applyAsDouble(
                                                spread(
                                                        model,
                                                        sequences,
                                                        dataset.items(),
                                                        features,
                                                        vectors(
                                                                Objects.requireNonNull(
                                                                        fitted.get()),
                                                                features,
                                                                network))),
                        work);
        fitted.set(trainer);
        if (factors.dimensions() == network.width()) {
            float[] directions = directions(sequences, factors);
            trainer.beginWith(
                    directions,
                    features.told(sequences.numbers(), network.width(), directions)
                            .fit()
                            .vectors());
        }
        Path checkpoint = folder(checkpoints).resolve("sequence-" + name);
        String identity =
                String.join(
                        " ",
                        name,
                        dataset.hash(),
                        network.toString(),
                        fit.toString(),
                        Integer.toString(known.count()),
                        Integer.toHexString(Arrays.deepHashCode(known.features())));
        Duration longest = longest(sequences.rows());
        LearningCurve curve =
                new Fit(fit, new Checkpoint(checkpoint, identity), longest, nanos, progress)
                        .run(trainer);
        Path graph = work.resolve("sequence-" + name + ".onnx");
        trainer.export(graph);
        OnnxSession session = OnnxSession.open(graph, SessionSettings.DEFAULT);
        opened.push(session);
        FeatureVectors told = vectors(trainer, features, network);
        SequenceModel model =
                spread(trainer.model(session), sequences, dataset.items(), features, told);
        Map<String, String> parameters = new TreeMap<>();
        parameters.put("settings", network.toString());
        parameters.put("epochs", Integer.toString(curve.best()));
        if (curve.cutShort()) {
            parameters.put(ENDED, longest.toSeconds() + " s");
        }
        parameters.put("people", Integer.toString(sequences.sequences().length));
        parameters.put("rows", Long.toString(sequences.rows()));
        parameters.put("rowsPerSecond", String.format(Locale.ROOT, "%.0f", curve.rowsPerSecond()));
        return new Result.Fitted(
                new ModelSet.Sequence(
                        graph,
                        model,
                        model.table(ModelSet.VECTOR_SEED),
                        known.count() == 0 ? Optional.empty() : Optional.of(told)),
                curve,
                parameters);
    }

    /** The factors of the items that are learned of, each one long; zeros where there are none. */
    private static float[] directions(ShopSequences sequences, FactorModel factors) {
        int width = factors.dimensions();
        float[] vectors = new float[sequences.items() * width];
        for (int item = 0; item < sequences.items(); item++) {
            float[] factor = factors.factor(sequences.numbers()[item]);
            double sum = 0;
            for (float component : factor) {
                sum += (double) component * component;
            }
            for (int d = 0; d < width && sum != 0; d++) {
                vectors[item * width + d] = (float) (factor[d] / Math.sqrt(sum));
            }
        }
        return vectors;
    }

    private static FeatureVectors vectors(
            SequenceTrainer trainer, CatalogFeatures features, SequenceSettings network) {
        return new FeatureVectors(features.chosen(), network.width(), trainer.featureVectors());
    }

    /** The model of all products: those that nobody met are known by their features. */
    private static SequenceModel spread(
            SequenceModel model,
            ShopSequences sequences,
            int items,
            CatalogFeatures features,
            FeatureVectors told) {
        return model.over(
                sequences.numbers(),
                items,
                (item, vector) -> {
                    System.arraycopy(told.of(features.of(item)), 0, vector, 0, vector.length);
                    return true;
                });
    }

    /** What networks are fitted with, started when it is first asked for. */
    Torch engine() {
        if (torch.isEmpty()) {
            progress.start("starting PyTorch", "", 0);
            torch = Optional.of(Torch.open(THREADS, TorchCache.folder()));
            opened.push(torch.get());
            progress.finish(THREADS + " thread");
        }
        return torch.get();
    }

    private static Path folder(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the folder " + folder, e);
        }
    }

    /** Forgets where fits were: their models are registered. */
    void forgetCheckpoints() throws IOException {
        WorkFolders.delete(checkpoints);
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("cannot close what the fit had opened", e);
            }
        }
    }
}
