package dev.vitrine.server.pipeline;

import dev.vitrine.applications.recommend.Calibration;
import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.ranking.ClickModel;
import dev.vitrine.retrieval.ranking.Isotonic;
import dev.vitrine.retrieval.ranking.PairFeatures;
import dev.vitrine.retrieval.ranking.PairModel;
import dev.vitrine.retrieval.ranking.TreeEnsemble;
import dev.vitrine.training.TrainingError;
import dev.vitrine.training.calibration.IsotonicFit;
import dev.vitrine.training.clicks.ClickSettings;
import dev.vitrine.training.clicks.ClickTrainer;
import dev.vitrine.training.evaluation.BinaryFigures;
import dev.vitrine.training.evaluation.PairedGain;
import dev.vitrine.training.network.ExportedGraph;
import dev.vitrine.training.network.FitSettings;
import dev.vitrine.training.network.Torch;
import dev.vitrine.training.parallel.ParallelBlocks;
import dev.vitrine.training.trees.BoostedTrees;
import dev.vitrine.training.trees.NdcgLoss;
import dev.vitrine.training.trees.TreeGraph;
import dev.vitrine.training.trees.TreeSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Fits what says how likely a shopper turns to an item: boosted trees and a deep click model over
 * {@link PairFeatures}, and the mean of both. People of the validation part are parted by time: the
 * first three fifths are fitted to, the next fifth ends the fits, chooses among the three by log
 * loss and calibrates, and the last judges. What was chosen has to beat the blend's calibrated
 * score there by more than chance brings; else it is left out with a reason. One thread, but for
 * the retrievers' scores; of bounded size, and bounded in time where a network is fitted.
 */
final class PairFitter implements AutoCloseable {
    /** Of fewer people nothing is learned that holds. */
    static final int FEWEST = 150;

    static final String TREES = "trees";
    static final String NETWORK = "network";
    static final String BOTH = "trees-and-network";

    private static final double FITTED = .6;
    private static final double CHOSEN = .8;

    /** A share of people whom the replay does not know that is no accident. */
    private static final double MOST_UNKNOWN = 0.5;

    /** Small trees, on one thread: seconds for the rows that there are at most. */
    static final TreeSettings BOOSTED =
            new TreeSettings(
                    TreeSettings.Objective.BINARY,
                    300,
                    30,
                    .05,
                    15,
                    40,
                    .7,
                    .8,
                    5,
                    1,
                    1,
                    1,
                    NdcgLoss.DEFAULT);

    static final ClickSettings CROSSED = new ClickSettings(8, 5, 8, 2, 8, 32, .1, 256, 1, 1);

    static final FitSettings HOW = new FitSettings(12, 3, 2e-3, 50, .3, 5, 1);

    /** What the network's fit may take, its validation included. */
    private static final Duration LONGEST = Duration.ofSeconds(8);

    private final Supplier<Torch> engine;
    private final ParallelBlocks parallel;
    private final LongSupplier nanos;
    private final Path work;
    private final Progress progress;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** What became of a fit. */
    sealed interface Result {
        /**
         * A model that is worth it.
         *
         * @param parameters how it was fitted
         */
        record Fitted(PairModel model, Map<String, String> parameters) implements Result {}

        /** None, and why. */
        record LeftOut(String reason) implements Result {}
    }

    /**
     * Both ways of answering.
     *
     * @param calibration of the blend's scores, where the model is left out or fails
     */
    record Outcome(Result result, Calibration calibration) {}

    /**
     * @param engine starts what networks are fitted with
     * @param nanos a clock that only runs forwards, in nanoseconds
     * @param work folder for the files of the model, in a folder of its role
     */
    PairFitter(
            Supplier<Torch> engine,
            ParallelBlocks parallel,
            LongSupplier nanos,
            Path work,
            Progress progress) {
        this.engine = engine;
        this.parallel = parallel;
        this.nanos = nanos;
        this.work = work;
        this.progress = progress;
    }

    /**
     * Fits to pairs.
     *
     * @param blend whose retrievers know nothing of what is asked
     * @param pairs in the order of time
     * @param unknown of the people, those whose past the replay did not know
     */
    Outcome fit(Blend blend, List<ShopPairs.Asked> pairs, int unknown) {
        progress.start("probabilities", "", 0);
        PairFeatures features =
                new PairFeatures(blend.parts().stream().map(Blend.Part::name).toList());
        PairTable table = PairTable.of(blend, features, pairs, parallel);
        Calibration calibration = table.calibration(0, table.people());
        Result result;
        try {
            result = kept(features, table, unknown);
        } catch (VitrineException e) {
            if (!(e.code() instanceof TrainingError)) {
                throw e;
            }
            result = new Result.LeftOut(String.valueOf(e.getMessage()));
        }
        progress.start("probabilities", "", 0);
        progress.finish(
                switch (result) {
                    case Result.Fitted fitted -> "kept: " + fitted.parameters().get("gain");
                    case Result.LeftOut none -> "left out: " + none.reason();
                });
        return new Outcome(result, calibration);
    }

    private Result kept(PairFeatures features, PairTable table, int unknown) {
        int people = table.people();
        if (unknown > people * MOST_UNKNOWN) {
            return new Result.LeftOut(
                    unknown
                            + " of "
                            + people
                            + " people were not known to the log when they were asked about: it is"
                            + " not in the order of time");
        }
        if (people < FEWEST) {
            return new Result.LeftOut(
                    people + " people turned to something that was held out; it takes " + FEWEST);
        }
        int chosenFrom = (int) (people * FITTED);
        int judgedFrom = (int) (people * CHOSEN);
        Tried tried = new Tried(table, chosenFrom, judgedFrom);
        String best = tried.best();
        Isotonic trial = tried.calibration(best, judgedFrom);
        double[] with = table.losses(tried.judged(best, trial), judgedFrom, people);
        double[] without =
                table.losses(
                        table.probabilities(table.calibration(0, judgedFrom), judgedFrom, people),
                        judgedFrom,
                        people);
        PairedGain gain = PairedGain.of(negated(with), negated(without));
        String said =
                String.format(
                        Locale.ROOT,
                        "log loss on validation %+.4f with a standard error of %.4f, beside %.4f of"
                                + " the blend's calibrated score",
                        -gain.mean(),
                        gain.error(),
                        Arrays.stream(without).average().orElse(0));
        if (!(gain.mean() > 0) || !gain.isBeyondChance()) {
            return new Result.LeftOut("no better than the blend by more than chance: " + said);
        }
        Map<String, String> parameters = new TreeMap<>(tried.parameters);
        parameters.put("model", best);
        parameters.put("people", Integer.toString(people));
        parameters.put("rows", Integer.toString(table.rows()));
        parameters.put("gain", said);
        Isotonic calibration = tried.calibration(best, people);
        return new Result.Fitted(stored(tried, best, features, calibration), parameters);
    }

    private static double[] negated(double[] values) {
        return Arrays.stream(values).map(value -> -value).toArray();
    }

    /** Writes it and asks what was written. */
    private PairModel stored(
            Tried tried, String name, PairFeatures features, Isotonic calibration) {
        try {
            Path folder =
                    ModelFiles.savePairs(tried.graph(name), name, features, calibration, work);
            OnnxSession session =
                    OnnxSession.open(folder.resolve(ModelFiles.GRAPH), SessionSettings.DEFAULT);
            opened.push(session);
            return PairModel.load(folder.resolve(ModelFiles.MODEL), session::run);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the model of pairs to " + work, e);
        }
    }

    /**
     * What is reached on pairs that come after those that it was fitted to.
     *
     * @param figures is told what {@code /predict} would reach under {@code predict.}, and, where a
     *     model answers, what the blend's calibrated score would under {@code predict.blend.}
     * @return the figures of the model; empty where there is none, or nothing to judge by
     */
    Map<String, Double> judge(
            Outcome outcome,
            Blend blend,
            List<ShopPairs.Asked> pairs,
            Map<String, Double> figures) {
        PairFeatures features =
                new PairFeatures(blend.parts().stream().map(Blend.Part::name).toList());
        PairTable table = PairTable.of(blend, features, pairs, parallel);
        if (table.rows() == 0 || !outcome.calibration().isFitted()) {
            return Map.of();
        }
        progress.start("judging probabilities", "", 0);
        BinaryFigures blended =
                table.figures(table.probabilities(outcome.calibration(), 0, table.people()));
        Map<String, Double> own = Map.of();
        String said = told("the blend's calibrated score", blended);
        if (outcome.result() instanceof Result.Fitted fitted) {
            BinaryFigures reached =
                    table.figures(fitted.model().probabilities(table.values(0, table.people())));
            own = reached.byName();
            blended.byName().forEach((name, value) -> figures.put("predict.blend." + name, value));
            said = told(fitted.model().name(), reached) + "; " + said;
        }
        (own.isEmpty() ? blended.byName() : own)
                .forEach((name, value) -> figures.put("predict." + name, value));
        progress.finish(table.rows() + " pairs: " + said);
        return own;
    }

    private static String told(String name, BinaryFigures figures) {
        return String.format(
                Locale.ROOT,
                "%s log loss %.3f, AUC %.3f, accuracy %.3f, calibration error %.3f",
                name,
                figures.logLoss(),
                figures.auc(),
                figures.accuracy(),
                figures.calibrationError());
    }

    /** The fits, and what their graphs say of the people that they were not fitted to. */
    private final class Tried {
        private final PairTable table;
        private final int from;
        private final int end;
        private final BoostedTrees trees;
        private final Optional<ClickTrainer> network;
        private final Map<String, double[]> scores = new LinkedHashMap<>();
        private final Map<String, Double> losses = new LinkedHashMap<>();
        private final Map<String, String> parameters = new TreeMap<>();

        /**
         * @param from the first person who is not fitted to
         * @param end the first who is not chosen by
         */
        Tried(PairTable table, int from, int end) {
            this.table = table;
            this.from = from;
            this.end = end;
            trees =
                    BoostedTrees.validated(
                            BOOSTED, table.trees(0, from), table.trees(from, end), progress);
            parameters.put("treeSettings", BOOSTED.toString());
            network = network();
            ask(TREES);
            if (network.isPresent()) {
                ask(NETWORK);
                ask(BOTH);
            }
        }

        /** None, with the reason among the parameters, where it learns nothing. */
        private Optional<ClickTrainer> network() {
            try {
                ClickTrainer trainer =
                        new ClickTrainer(
                                engine.get(),
                                CROSSED,
                                HOW,
                                table.clicks(0, from).filled(),
                                table.clicks(from, end),
                                Files.createDirectories(work.resolve("pairs-network")));
                trainer.fit(LONGEST, nanos, progress);
                parameters.put("networkSettings", CROSSED.toString());
                return Optional.of(trainer);
            } catch (VitrineException e) {
                if (!(e.code() instanceof TrainingError)) {
                    throw e;
                }
                parameters.put("networkLeftOut", String.valueOf(e.getMessage()));
                return Optional.empty();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot make a folder in " + work, e);
            }
        }

        private void ask(String name) {
            Path file = work.resolve("pairs-tried.onnx");
            ExportedGraph.save(graph(name), file);
            try (OnnxSession session = OnnxSession.open(file, SessionSettings.DEFAULT)) {
                scores.put(
                        name,
                        new ClickModel(session::run, table.width(), 0)
                                .scores(
                                        table.values(from, table.people()),
                                        new int[0],
                                        table.rows(from, table.people())));
            }
            double[] odds = scores(name, from, end);
            double[] plain = Arrays.stream(odds).map(BoostedTrees::probability).toArray();
            double loss = Arrays.stream(table.losses(plain, from, end)).average().orElseThrow();
            losses.put(name, loss);
            parameters.put("logLoss." + name, String.format(Locale.ROOT, "%.4f", loss));
        }

        /** Log odds of people from one to before another. */
        private double[] scores(String name, int one, int other) {
            return Arrays.copyOfRange(
                    Objects.requireNonNull(scores.get(name)),
                    table.rows(from, one),
                    table.rows(from, other));
        }

        /** What has the lowest log loss for those that are chosen by. */
        String best() {
            return losses.entrySet().stream()
                    .min(Map.Entry.comparingByValue())
                    .orElseThrow()
                    .getKey();
        }

        /** Fitted to people from the first who is not fitted to, to before another. */
        Isotonic calibration(String name, int to) {
            return IsotonicFit.of(scores(name, from, to), table.labels(from, to));
        }

        /** Probabilities for those that are judged by. */
        double[] judged(String name, Isotonic calibration) {
            return Arrays.stream(scores(name, end, table.people()))
                    .map(calibration::probability)
                    .toArray();
        }

        GraphBuilder graph(String name) {
            return PairFitter.graph(name, table.width(), trees.ensemble(), network);
        }
    }

    /**
     * The graph of one of the three models.
     *
     * @param width of a row
     * @param network unused for {@link #TREES}
     */
    static GraphBuilder graph(
            String name, int width, TreeEnsemble trees, Optional<ClickTrainer> network) {
        GraphBuilder graph = new GraphBuilder("pairs");
        Dimension batch = Dimension.named("batch");
        graph.input(ClickModel.VALUES, TensorType.FP32, batch, Dimension.of(width));
        String grown = name.equals(BOTH) ? "grown" : ClickModel.SCORE;
        String crossed = name.equals(BOTH) ? "crossed" : ClickModel.SCORE;
        if (!name.equals(NETWORK)) {
            TreeGraph.add(graph, trees, ClickModel.VALUES, grown);
        }
        if (!name.equals(TREES)) {
            network.orElseThrow().addTo(graph, ClickModel.VALUES, crossed);
        }
        if (name.equals(BOTH)) {
            graph.node("", "Mean", List.of(grown, crossed), List.of(ClickModel.SCORE));
        }
        graph.output(ClickModel.SCORE, TensorType.FP32, batch, Dimension.of(1));
        return graph;
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
