package dev.vitrine.training.clicks;

import ai.djl.ndarray.NDArray;
import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.ranking.ClickModel;
import dev.vitrine.training.network.Checkpoint;
import dev.vitrine.training.network.DropMask;
import dev.vitrine.training.network.ExportedGraph;
import dev.vitrine.training.network.Fit;
import dev.vitrine.training.network.FitSettings;
import dev.vitrine.training.network.Learner;
import dev.vitrine.training.network.LearningCurve;
import dev.vitrine.training.network.LogLoss;
import dev.vitrine.training.network.Parameters;
import dev.vitrine.training.network.RowOrder;
import dev.vitrine.training.network.Torch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Fits a {@link CrossNetwork} by log loss, with fewer negatives or heavier positives where things
 * happen seldom, until the log loss of validation rows no longer falls.
 */
public final class ClickTrainer implements Learner {
    private final Torch torch;
    private final ClickSettings settings;
    private final FitSettings fit;
    private final ClickRows train;
    private final ClickRows valid;
    private final Path work;
    private final Parameters parameters;
    private final DropMask drop;
    private final CrossNetwork network;
    private int[] order = {};

    /**
     * @param valid of the same numbers and fields; not fitted to, they end the fit
     * @param work an empty folder for graphs under way
     * @throws VitrineException DATA_UNSUITABLE when a label never varies in either, or a number is
     *     missing in every training row
     */
    public ClickTrainer(
            Torch torch,
            ClickSettings settings,
            FitSettings fit,
            ClickRows train,
            ClickRows valid,
            Path work) {
        if (!train.numbers().equals(valid.numbers()) || !train.fields().equals(valid.fields())) {
            throw ClickRows.unsuitable("training and validation rows have different features");
        }
        train.requireBoth("fit");
        valid.requireBoth("validate");
        train.requireNumbers();
        this.torch = torch;
        this.settings = settings;
        this.fit = fit;
        this.train = train;
        this.valid = valid;
        this.work = work;
        this.parameters = new Parameters(torch, fit.seed());
        this.drop = new DropMask(torch, fit.seed());
        double odds = train.positives() / (double) (train.rows() - train.positives());
        this.network =
                new CrossNetwork(
                        torch,
                        new ClickInputs(train, settings.pieces(), settings.leastSeen()),
                        settings,
                        parameters,
                        drop,
                        Math.log(odds) - settings.correction());
    }

    /** As below, for as long as it takes. */
    public LearningCurve fit(@Nullable Checkpoint checkpoint, Progress progress) {
        return checked(new Fit(fit, checkpoint, progress));
    }

    /**
     * Fits, and refuses what learned nothing.
     *
     * @param longest as for {@link Fit}
     * @param nanos a clock that only runs forwards, in nanoseconds
     * @throws VitrineException FIT_FAILED when the loss is not finite, or the best epoch foretells
     *     the validation rows no better than the rate of the training rows does
     */
    public LearningCurve fit(Duration longest, LongSupplier nanos, Progress progress) {
        return checked(new Fit(fit, null, longest, nanos, progress));
    }

    private LearningCurve checked(Fit how) {
        double rate = train.positives() / (double) train.rows();
        double share = valid.positives() / (double) valid.rows();
        return how.runAbove(this, -LogLoss.ofRate(rate, share));
    }

    @Override
    public String name() {
        return "click model";
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
        SplittableRandom random = RowOrder.random(fit.seed(), epoch);
        int[] drawn = new int[train.rows()];
        int count = 0;
        for (int row = 0; row < drawn.length; row++) {
            if (train.labels()[row] || random.nextDouble() < settings.negativeShare()) {
                int j = random.nextInt(count + 1);
                drawn[count++] = drawn[j];
                drawn[j] = row;
            }
        }
        order = Arrays.copyOf(drawn, count);
    }

    @Override
    public int batches() {
        return (order.length + settings.rows() - 1) / settings.rows();
    }

    @Override
    public int rows(int batch) {
        return Math.min(settings.rows(), order.length - batch * settings.rows());
    }

    @Override
    public float train(int batch, double rate) {
        int from = batch * settings.rows();
        int[] picked = Arrays.copyOfRange(order, from, from + rows(batch));
        return torch.step(
                () -> loss(picked), () -> parameters.step(rate, fit.decay(), fit.longest()));
    }

    private NDArray loss(int[] picked) {
        float[] labels = new float[picked.length];
        float[] weights = new float[picked.length];
        for (int i = 0; i < picked.length; i++) {
            labels[i] = train.labels()[picked[i]] ? 1 : 0;
            weights[i] = labels[i] > 0 ? (float) settings.positiveWeight() : 1;
        }
        return LogLoss.of(torch, network.forward(train, picked, true), labels, weights);
    }

    /** What the network says of rows, as the graph should. */
    public float[] scores(ClickRows rows) {
        int[] all = new int[rows.rows()];
        Arrays.setAll(all, i -> i);
        float[] scores = network.forward(rows, all, false).toFloatArray();
        for (int i = 0; i < scores.length; i++) {
            scores[i] += (float) settings.correction();
        }
        return scores;
    }

    /** The log loss of the validation rows, below zero so that higher is better. */
    @Override
    public double validate() {
        return ExportedGraph.judged(
                network.graph(train.numbers().size()), work, session -> -loss(model(session)));
    }

    private double loss(ClickModel model) {
        double[] scores = model.scores(valid.values(), valid.codes(), valid.rows());
        double sum = 0;
        for (int row = 0; row < scores.length; row++) {
            sum += LogLoss.of(scores[row], valid.labels()[row]);
        }
        return sum / scores.length;
    }

    /** Writes the graph of {@link ClickModel}. */
    public void export(Path file) {
        ExportedGraph.save(network.graph(train.numbers().size()), file);
    }

    /**
     * Adds the network, of numbers alone, to a graph.
     *
     * @param values name of the numbers of rows
     * @param score what their log odds are to be called
     */
    public void addTo(GraphBuilder graph, String values, String score) {
        network.add(graph, values, "", score);
    }

    /** The model that a graph of {@link #export} makes. */
    public ClickModel model(OnnxSession session) {
        return new ClickModel(session::run, train.numbers().size(), train.fields().size());
    }
}
