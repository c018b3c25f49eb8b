package dev.vitrine.benchmarks.learning;

import dev.vitrine.benchmarks.process.Pinning;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.sequence.SequenceModel;
import dev.vitrine.server.cli.Argument;
import dev.vitrine.server.cli.Benchmark;
import dev.vitrine.server.cli.Figures;
import dev.vitrine.training.evaluation.ChosenSequences;
import dev.vitrine.training.evaluation.PublicFiles;
import dev.vitrine.training.evaluation.SequenceSplit;
import dev.vitrine.training.network.Fit;
import dev.vitrine.training.network.FitSettings;
import dev.vitrine.training.network.LearningCurve;
import dev.vitrine.training.network.Torch;
import dev.vitrine.training.network.TorchCache;
import dev.vitrine.training.sequence.ItemFeatures;
import dev.vitrine.training.sequence.SequenceSettings;
import dev.vitrine.training.sequence.SequenceTrainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Epochs of the Transformer that was chosen for amazon-beauty on two cores, and, on one core, the
 * exported graph as it turns the last 50 events of a visitor into a query.
 */
public final class TrainSpeed implements Benchmark {
    private static final String DATASET = "amazon-beauty";
    private static final int THREADS = 2;
    private static final int EVENTS = 50;
    private static final int WARM_UP = 500;
    private static final int VISITORS = 3_000;
    private static final long SEED = 50;

    @Override
    public String name() {
        return "train-speed";
    }

    @Override
    public String description() {
        return "epochs of the Transformer on amazon-beauty, and how long it encodes a visitor";
    }

    @Override
    public List<Argument> arguments() {
        return List.of(new Argument.Whole("epochs", 4, 2, 60));
    }

    @Override
    public String duration() {
        return "3 min";
    }

    @Override
    public Figures run(Context context) throws IOException, InterruptedException {
        int epochs = context.arguments().whole("epochs");
        SequenceSplit split = PublicFiles.sequences(DATASET, context.data().resolve(DATASET));
        ItemFeatures features =
                PublicFiles.features(context.data().resolve(DATASET), split.items());
        ChosenSequences.Choice choice =
                ChosenSequences.of(DATASET, SequenceSettings.Kind.TRANSFORMER);
        FitSettings fit =
                new FitSettings(
                        epochs,
                        epochs,
                        choice.fit().rate(),
                        choice.fit().warmUp(),
                        choice.fit().decay(),
                        choice.fit().longest(),
                        choice.fit().seed());
        boolean pinned = pin("0,1");
        Figures figures = new Figures();
        try (Torch torch = Torch.open(THREADS, TorchCache.folder())) {
            SequenceTrainer trainer =
                    new SequenceTrainer(
                            torch,
                            choice.network(),
                            fit,
                            split.items(),
                            split.train(),
                            features,
                            SequenceTrainer.UNJUDGED,
                            context.work());
            LearningCurve curve = new Fit(fit, null, context.progress()).run(trainer);
            put(figures, curve);
            Path graph = context.work().resolve("model.onnx");
            trainer.export(graph);
            pin("0");
            try (OnnxSession session = OnnxSession.open(graph, SessionSettings.DEFAULT)) {
                encode(figures, trainer.model(session), split.items());
            }
        }
        return figures.note(
                choice.network()
                        + "; "
                        + split.sequences().length
                        + " people, "
                        + split.items()
                        + " items with "
                        + features.count()
                        + " attributes; medians over the epochs after the first, of which no time goes"
                        + " to validation; a row is one item to foretell; a visitor is "
                        + EVENTS
                        + " events drawn by chance, through the session with one thread; the"
                        + " spread of that is its 5th and 99th percentile"
                        + (pinned ? "; pinned to 2 cores and to 1" : "; not pinned")
                        + ".");
    }

    private static boolean pin(String cores) throws IOException, InterruptedException {
        if (!Pinning.possible() || Runtime.getRuntime().availableProcessors() < THREADS) {
            return false;
        }
        Pinning.moveTo(cores);
        return true;
    }

    private static void put(Figures figures, LearningCurve curve) {
        List<LearningCurve.Point> warm = curve.points().subList(1, curve.points().size());
        double[] rates =
                warm.stream().mapToDouble(point -> point.rows() / point.seconds()).toArray();
        double[] seconds = warm.stream().mapToDouble(LearningCurve.Point::seconds).toArray();
        Arrays.sort(rates);
        Arrays.sort(seconds);
        put(figures, "rowsPerSecond", rates);
        put(figures, "epochSeconds", seconds);
        figures.put("rows", warm.getFirst().rows());
    }

    private static void put(Figures figures, String name, double[] sorted) {
        figures.put(name, sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
    }

    private static void encode(Figures figures, SequenceModel model, int items) {
        SplittableRandom random = new SplittableRandom(SEED);
        double[] millis = new double[VISITORS];
        double kept = 0;
        for (int visitor = -WARM_UP; visitor < VISITORS; visitor++) {
            int[] events = new int[EVENTS];
            Arrays.setAll(events, i -> random.nextInt(items));
            History[] one = {History.of(events)};
            long start = System.nanoTime();
            kept += model.queries(one, 1)[0];
            if (visitor >= 0) {
                millis[visitor] = (System.nanoTime() - start) * 1e-6;
            }
        }
        if (Double.isNaN(kept)) {
            throw new IllegalStateException("the graph gave no numbers");
        }
        Arrays.sort(millis);
        figures.put(
                "encodeVisitorMs",
                millis[VISITORS / 2],
                millis[VISITORS / 20],
                millis[VISITORS * 99 / 100]);
    }
}
