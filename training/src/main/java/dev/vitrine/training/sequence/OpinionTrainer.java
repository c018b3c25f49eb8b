package dev.vitrine.training.sequence;

import ai.djl.ndarray.NDArray;
import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.sequence.OpinionModel;
import dev.vitrine.retrieval.sequence.OpinionModel.Head;
import dev.vitrine.retrieval.sequence.OpinionQuestions;
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
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Fits an {@link OpinionNetwork}: whether items are liked by log loss, ratings by squared error
 * after the mean and the deviation of the training ratings are taken out, until the same of
 * validation rows no longer falls. In memory are the rows, four numbers for each parameter, and
 * what a step holds, which is bounded by its positions however long the histories are.
 */
public final class OpinionTrainer implements Learner {
    private final Torch torch;
    private final OpinionSettings settings;
    private final FitSettings fit;
    private final OpinionRows train;
    private final OpinionRows valid;
    private final Path work;
    private final Parameters parameters;
    private final DropMask drop;
    private final OpinionNetwork network;

    /** What the network is told: ratings become deviations from their mean, in this unit. */
    private final double scale;

    /** The mean rating; of likes the log odds of the training rows. */
    private final double shift;

    private int[] order = {};
    private boolean[] forgotten = {};

    /**
     * @param valid of the same items and kinds of events; not fitted to, they end the fit
     * @param work an empty folder for graphs under way
     * @throws VitrineException DATA_UNSUITABLE when there are fewer than two items, no rows to fit
     *     or to validate, a label never varies in either, a label of a like is not 0 or 1, or no
     *     row to fit has a history
     */
    public OpinionTrainer(
            Torch torch,
            OpinionSettings settings,
            FitSettings fit,
            OpinionRows train,
            OpinionRows valid,
            Path work) {
        OpinionQuestions asked = train.questions();
        if (asked.items() != valid.questions().items()
                || asked.tagKinds() != valid.questions().tagKinds()) {
            throw OpinionRows.unsuitable(
                    "training and validation rows have different items or kinds of events");
        }
        if (asked.items() < 2) {
            throw OpinionRows.unsuitable(
                    "two items at least are needed, there are " + asked.items());
        }
        train.requireTelling(settings.head(), "fit");
        valid.requireTelling(settings.head(), "validate");
        train.requireHistories();
        this.torch = torch;
        this.settings = settings;
        this.fit = fit;
        this.train = train;
        this.valid = valid;
        this.work = work;
        this.parameters = new Parameters(torch, fit.seed());
        this.drop = new DropMask(torch, fit.seed());
        this.network =
                new OpinionNetwork(
                        torch, settings, parameters, drop, train.occurrences(), asked.tagKinds());
        double mean = train.mean();
        boolean ratings = settings.head() == Head.LINEAR;
        scale = ratings ? Math.sqrt(train.squares(mean)) : 1;
        shift = ratings ? mean : Math.log(mean / (1 - mean));
    }

    /**
     * Fits, and refuses what learned nothing.
     *
     * @param checkpoint as for {@link Fit}
     * @throws VitrineException FIT_FAILED when the loss is not finite, or the best epoch foretells
     *     the validation rows no better than the mean of the training rows does
     */
    public LearningCurve fit(@Nullable Checkpoint checkpoint, Progress progress) {
        double bar =
                switch (settings.head()) {
                    case SIGMOID -> -LogLoss.ofRate(train.mean(), valid.mean());
                    case LINEAR -> -Math.sqrt(valid.squares(train.mean()));
                };
        return new Fit(fit, checkpoint, progress).runAbove(this, bar);
    }

    @Override
    public String name() {
        return "model of opinions";
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
        order = RowOrder.shuffled(train.rows(), random);
        forgotten = new boolean[train.rows()];
        for (int row = 0; row < forgotten.length; row++) {
            forgotten[row] = random.nextDouble() < settings.forgotten();
        }
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
        parameters.begin();
        OpinionQuestions.Side side = side(train.questions(), picked);
        float[] known = known(side);
        float[] labels = new float[picked.length];
        for (int i = 0; i < picked.length; i++) {
            known[i] = forgotten[picked[i]] ? 0 : known[i];
            labels[i] = train.labels()[picked[i]];
        }
        NDArray said = network.forward(side, known, true);
        return switch (settings.head()) {
            case SIGMOID -> {
                float[] weights = new float[labels.length];
                for (int i = 0; i < weights.length; i++) {
                    weights[i] = labels[i] > 0 ? (float) settings.positiveWeight() : 1;
                }
                double begun = shift + Math.log(settings.positiveWeight());
                yield LogLoss.of(torch, said.add(torch.number(begun)), labels, weights);
            }
            case LINEAR -> {
                for (int i = 0; i < labels.length; i++) {
                    labels[i] = (float) ((labels[i] - shift) / scale);
                }
                NDArray off = said.sub(torch.floats(labels, labels.length));
                yield off.mul(off).mean();
            }
        };
    }

    private OpinionQuestions.Side side(OpinionQuestions questions, int[] picked) {
        return questions.side(picked, settings.history().longest());
    }

    private static float[] known(OpinionQuestions.Side side) {
        float[] known = new float[side.size()];
        for (int i = 0; i < known.length; i++) {
            known[i] = side.last()[i] < 0 ? 0 : 1;
        }
        return known;
    }

    /** What the network says of questions, all at once, as the graph should. */
    public float[] answers(OpinionQuestions questions) {
        int[] all = new int[questions.size()];
        Arrays.setAll(all, i -> i);
        OpinionQuestions.Side side = side(questions, all);
        float[] answers = network.forward(side, known(side), false).toFloatArray();
        for (int i = 0; i < answers.length; i++) {
            double told = scale * answers[i] + shift;
            answers[i] =
                    (float)
                            switch (settings.head()) {
                                case SIGMOID -> 1 / (1 + Math.exp(-told));
                                case LINEAR -> told;
                            };
        }
        return answers;
    }

    /**
     * The mean log loss of the validation rows, or the root of the mean squared error in the units
     * of the ratings; below zero so that higher is better.
     */
    @Override
    public double validate() {
        return ExportedGraph.judged(graph(), work, session -> -loss(model(session)));
    }

    private double loss(OpinionModel model) {
        float[] answers = model.answers(valid.questions());
        double sum = 0;
        for (int row = 0; row < answers.length; row++) {
            double label = valid.labels()[row];
            sum +=
                    switch (settings.head()) {
                        case SIGMOID -> LogLoss.of(LogLoss.logOdds(answers[row]), label > 0);
                        case LINEAR -> (answers[row] - label) * (answers[row] - label);
                    };
        }
        double mean = sum / answers.length;
        return settings.head() == Head.LINEAR ? Math.sqrt(mean) : mean;
    }

    private GraphBuilder graph() {
        return network.graph(shift, scale);
    }

    /** Writes the graph of {@link OpinionModel}. */
    public void export(Path file) {
        ExportedGraph.save(graph(), file);
    }

    /** The model that a graph of {@link #export} makes. */
    public OpinionModel model(OnnxSession session) {
        return new OpinionModel(
                session::run,
                settings.head(),
                train.questions().items(),
                train.questions().tagKinds(),
                settings.history().longest());
    }
}
