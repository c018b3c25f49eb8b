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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * Fits a {@link SequenceNetwork} to what followed in sequences: cross-entropy of the next item over
 * all items, or over the next item and others drawn by chance. With a scale the logits are cosines
 * times it, so that how often an item occurs does not make its vector long.
 */
public final class SequenceTrainer implements Learner {
    /** The judge of a fit that has a fixed number of epochs and is not validated. */
    public static final ToDoubleFunction<SequenceModel> UNJUDGED = model -> Double.NaN;

    private final Torch torch;
    private final SequenceSettings settings;
    private final FitSettings fit;
    private final SequenceBatches data;
    private final int items;
    private final Parameters parameters;
    private final ItemVectors vectors;
    private final DropMask drop;
    private final SequenceNetwork network;
    private final ToDoubleFunction<SequenceModel> judge;
    private final Path work;
    private List<SequenceBatches.Batch> batches = List.of();
    private SplittableRandom random = new SplittableRandom(0);

    /**
     * For items of which nothing else is known.
     *
     * @see #SequenceTrainer(Torch, SequenceSettings, FitSettings, int, int[][], ItemFeatures,
     *     ToDoubleFunction, Path)
     */
    public SequenceTrainer(
            Torch torch,
            SequenceSettings settings,
            FitSettings fit,
            int items,
            int[][] sequences,
            ToDoubleFunction<SequenceModel> judge,
            Path work) {
        this(torch, settings, fit, items, sequences, ItemFeatures.NONE, judge, work);
    }

    /**
     * @param sequences item numbers, oldest first
     * @param known of the items besides the sequences
     * @param judge how good a model is on what it is not trained on, higher is better; or {@link
     *     #UNJUDGED}
     * @param work an empty folder for graphs under way
     */
    public SequenceTrainer(
            Torch torch,
            SequenceSettings settings,
            FitSettings fit,
            int items,
            int[][] sequences,
            ItemFeatures known,
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
        this.vectors =
                new ItemVectors(
                        torch,
                        parameters,
                        items,
                        settings.width(),
                        known,
                        settings.negatives() == 0);
        this.network = SequenceNetwork.of(torch, settings, parameters, drop);
    }

    /**
     * Takes vectors to begin with, in place of chance. An item's own begins with what those of its
     * features do not tell of its whole.
     *
     * @param items the whole vectors, as many numbers for each item as the network is wide
     * @param features those of features, likewise; none for a model without features
     */
    public void beginWith(float[] items, float... features) {
        vectors.begin(items, features);
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
        parameters.begin();
        vectors.begin(random);
        boolean full = settings.negatives() == 0;
        NDArray table = full ? vectors.all() : null;
        NDArray inputs =
                table == null
                        ? vectors.of(step.inputs())
                        : SequenceNetwork.rows(
                                torch.longs(step.inputs(), step.inputs().length), table);
        NDArray all =
                network.forward(
                        inputs.reshape(step.rows(), step.length(), settings.width()),
                        step.rows(),
                        step.length(),
                        true);
        NDArray queries =
                SequenceNetwork.rows(torch.longs(step.places(), step.places().length), all);
        if (settings.scale() > 0) {
            queries = queries.normalize(2, 1).mul(torch.number(settings.scale()));
        }
        return table == null
                ? overSome(queries, step.targets())
                : overAll(queries, scored(table), step.targets());
    }

    /** Item vectors as queries meet them. */
    private NDArray scored(NDArray items) {
        return settings.scale() > 0 ? items.normalize(2, 1) : items;
    }

    /**
     * What the network says of one history, as the graph should.
     *
     * @return [width]
     */
    NDArray query(int[] history) {
        long[] inputs = Arrays.stream(history).asLongStream().toArray();
        vectors.showAll();
        NDArray known = vectors.of(inputs).reshape(1, inputs.length, settings.width());
        NDArray last = network.forward(known, 1, inputs.length, false).get(inputs.length - 1);
        return settings.scale() > 0
                ? last.normalize(2, 0).mul(torch.number(settings.scale()))
                : last;
    }

    private NDArray overAll(NDArray queries, NDArray outputs, long[] targets) {
        NDArray logs = queries.matMul(outputs.transpose()).logSoftmax(1);
        NDArray hit = logs.gather(torch.longs(targets, targets.length, 1), 1).mean().neg();
        if (settings.smoothing() == 0) {
            return hit;
        }
        NDArray smooth = logs.mean().mul(torch.number(settings.smoothing()));
        return hit.mul(torch.number(1 - settings.smoothing())).sub(smooth);
    }

    /** All positions of a step share the items that are drawn. */
    private NDArray overSome(NDArray queries, long[] targets) {
        long[] drawn = new long[settings.negatives()];
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = random.nextInt(items);
        }
        int count = targets.length;
        NDArray others = scored(vectors.of(drawn));
        NDArray own = scored(vectors.of(targets));
        NDArray hits = queries.mul(own).sum(new int[] {1}, true);
        NDArray misses =
                queries.matMul(others.transpose())
                        .add(torch.floats(unlike(targets, drawn), count, drawn.length));
        NDArray logs = NDArrays.concat(new NDList(hits, misses), 1).logSoftmax(1);
        return logs.get(":, 0").mean().neg();
    }

    /**
     * What is added to the logits of the items that were drawn: for each of them stand others that
     * were not, and one that is the target itself does not count.
     */
    private float[] unlike(long[] targets, long[] drawn) {
        float[] added = new float[targets.length * drawn.length];
        Arrays.fill(added, (float) Math.log(items / (double) drawn.length));
        Map<Long, List<Integer>> places = new HashMap<>();
        for (int i = 0; i < targets.length; i++) {
            places.computeIfAbsent(targets[i], target -> new ArrayList<>()).add(i);
        }
        for (int d = 0; d < drawn.length; d++) {
            for (int place : places.getOrDefault(drawn[d], List.of())) {
                added[place * drawn.length + d] = -1e9f;
            }
        }
        return added;
    }

    @Override
    public boolean judged() {
        return !judge.equals(UNJUDGED);
    }

    @Override
    public double validate() {
        return ExportedGraph.judged(
                QueryGraph.whole(network, settings, parameters),
                work,
                session -> judge.applyAsDouble(model(session)));
    }

    /** Writes the graph of {@link SequenceModel}. */
    public void export(Path file) {
        ExportedGraph.save(QueryGraph.whole(network, settings, parameters), file);
    }

    /**
     * The vector of an item that was not there when the model was fitted, from its features; zeros
     * for a model without features.
     *
     * @return as long as the model is wide
     */
    public float[] vector(int[] features, float... weights) {
        return vectors.of(features, weights);
    }

    /**
     * The vectors of all features as they are now, row by row; none for a model without features.
     */
    public float[] featureVectors() {
        return vectors.features();
    }

    /**
     * The model as it is now, as it serves.
     *
     * @param later vectors of items that came after those it is fitted on, see {@link #vector}
     */
    public SequenceModel model(OnnxSession session, float[]... later) {
        float[] fitted = vectors.values();
        float[] all = Arrays.copyOf(fitted, fitted.length + later.length * settings.width());
        for (int i = 0; i < later.length; i++) {
            System.arraycopy(
                    later[i], 0, all, fitted.length + i * settings.width(), settings.width());
        }
        return new SequenceModel(
                session::run,
                items + later.length,
                settings.width(),
                settings.longest(),
                settings.scale() > 0,
                all);
    }
}
