package dev.vitrine.training.sequence;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.sequence.SequenceModel;
import dev.vitrine.training.TrainingError;
import dev.vitrine.training.network.DropMask;
import dev.vitrine.training.network.ExportedGraph;
import dev.vitrine.training.network.FitSettings;
import dev.vitrine.training.network.Learner;
import dev.vitrine.training.network.Parameters;
import dev.vitrine.training.network.Torch;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * Fits a {@link SequenceNetwork} to what followed in sequences: cross-entropy of the next item over
 * all items, or over the next item and others drawn by chance. With a scale the logits are cosines
 * times it, so that how often an item occurs does not make its vector long.
 */
public final class SequenceTrainer implements Learner {
    private static final String ITEMS = "items";

    private final Torch torch;
    private final SequenceSettings settings;
    private final FitSettings fit;
    private final SequenceBatches data;
    private final int items;
    private final Parameters parameters;
    private final DropMask drop;
    private final SequenceNetwork network;
    private final ToDoubleFunction<SequenceModel> judge;
    private final Path work;
    private List<SequenceBatches.Batch> batches = List.of();
    private SplittableRandom random = new SplittableRandom(0);

    /**
     * @param sequences item numbers, oldest first
     * @param judge how good a model is on what it is not trained on; higher is better
     * @param work an empty folder for graphs under way
     */
    public SequenceTrainer(
            Torch torch,
            SequenceSettings settings,
            FitSettings fit,
            int items,
            int[][] sequences,
            ToDoubleFunction<SequenceModel> judge,
            Path work) {
        this.torch = torch;
        this.settings = settings;
        this.fit = fit;
        this.items = items;
        this.data = new SequenceBatches(sequences, settings.longest(), settings.tokens());
        if (data.size() == 0 || items < 2) {
            throw new VitrineException(
                    TrainingError.DATA_UNSUITABLE,
                    "a sequence model needs two items at least, and histories of two items at least;"
                            + " there are "
                            + items
                            + " items and "
                            + data.size()
                            + " such histories");
        }
        this.judge = judge;
        this.work = work;
        this.parameters = new Parameters(torch, fit.seed());
        this.drop = new DropMask(torch, fit.seed());
        parameters.normal(ITEMS, 1 / Math.sqrt(settings.width()), items, settings.width());
        this.network =
                switch (settings.kind()) {
                    case TRANSFORMER -> new Transformer(torch, settings, parameters, drop);
                    case RECURRENT -> new Recurrent(torch, settings, parameters, drop);
                };
    }

    @Override
    public String name() {
        return settings.kind().name().toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public DropMask dropout() {
        return drop;
    }

    @Override
    public void begin(int epoch) {
        batches = data.epoch(fit.seed() * 1_000_003 + epoch);
        random = new SplittableRandom(fit.seed() * 1_000_033 + epoch);
    }

    @Override
    public int batches() {
        return batches.size();
    }

    @Override
    public int rows(int batch) {
        return batches.get(batch).targets().length;
    }

    @Override
    public float train(int batch, double rate) {
        SequenceBatches.Batch step = batches.get(batch);
        return torch.step(
                () -> loss(step), () -> parameters.step(rate, fit.decay(), fit.longest()));
    }

    private NDArray loss(SequenceBatches.Batch step) {
        NDArray table = parameters.get(ITEMS);
        NDArray vectors =
                SequenceNetwork.rows(torch.longs(step.inputs(), step.rows(), step.length()), table);
        NDArray all = network.forward(vectors, step.rows(), step.length(), true);
        NDArray queries =
                SequenceNetwork.rows(torch.longs(step.places(), step.places().length), all);
        NDArray outputs = table;
        if (settings.scale() > 0) {
            queries = queries.normalize(2, 1).mul(settings.scale());
            outputs = outputs.normalize(2, 1);
        }
        return settings.negatives() == 0
                ? overAll(queries, outputs, step.targets())
                : overSome(queries, outputs, step.targets());
    }

    /**
     * What the network says of one history, as the graph should.
     *
     * @return [width]
     */
    NDArray query(int[] history) {
        long[] inputs = Arrays.stream(history).asLongStream().toArray();
        NDArray vectors =
                SequenceNetwork.rows(torch.longs(inputs, 1, inputs.length), parameters.get(ITEMS));
        NDArray last = network.forward(vectors, 1, inputs.length, false).get(inputs.length - 1);
        return settings.scale() > 0 ? last.normalize(2, 0).mul(settings.scale()) : last;
    }

    private NDArray overAll(NDArray queries, NDArray outputs, long[] targets) {
        NDArray logs = queries.matMul(outputs.transpose()).logSoftmax(1);
        NDArray hit = logs.gather(torch.longs(targets, targets.length, 1), 1).mean().neg();
        if (settings.smoothing() == 0) {
            return hit;
        }
        float smoothing = (float) settings.smoothing();
        return hit.mul(1 - smoothing).sub(logs.mean().mul(smoothing));
    }

    /** All positions of a step share the items that are drawn. */
    private NDArray overSome(NDArray queries, NDArray outputs, long[] targets) {
        long[] drawn = new long[settings.negatives()];
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = random.nextInt(items);
        }
        int count = targets.length;
        NDArray others = SequenceNetwork.rows(torch.longs(drawn, drawn.length), outputs);
        NDArray own = SequenceNetwork.rows(torch.longs(targets, count), outputs);
        NDArray hits = queries.mul(own).sum(new int[] {1}, true);
        NDArray same =
                torch.longs(targets, count, 1)
                        .eq(torch.longs(drawn, 1, drawn.length))
                        .toType(ai.djl.ndarray.types.DataType.FLOAT32, false)
                        .mul(-1e9);
        NDArray misses =
                queries.matMul(others.transpose())
                        .add(Math.log(items / (double) drawn.length))
                        .add(same);
        NDArray logs = NDArrays.concat(new NDList(hits, misses), 1).logSoftmax(1);
        return logs.get(":, 0").mean().neg();
    }

    @Override
    public double validate() {
        return ExportedGraph.judged(
                network.graph(), work, session -> judge.applyAsDouble(model(session)));
    }

    /** Writes the graph of {@link SequenceModel}. */
    public void export(Path file) {
        ExportedGraph.save(network.graph(), file);
    }

    /** The model as it is now, as it serves. */
    public SequenceModel model(OnnxSession session) {
        return new SequenceModel(
                session::run,
                items,
                settings.width(),
                settings.longest(),
                settings.scale() > 0,
                parameters.values(ITEMS));
    }
}
