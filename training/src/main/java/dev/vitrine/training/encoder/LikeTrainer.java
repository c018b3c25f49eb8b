package dev.vitrine.training.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.encoder.EncoderConfig;
import dev.vitrine.retrieval.encoder.EncoderGraph;
import dev.vitrine.retrieval.encoder.EncoderTensors;
import dev.vitrine.retrieval.encoder.LikelihoodEncoder;
import dev.vitrine.retrieval.encoder.Pooling;
import dev.vitrine.retrieval.encoder.TextTokenizer;
import dev.vitrine.retrieval.encoder.TextTokenizer.Rows;
import dev.vitrine.retrieval.encoder.TextTokenizer.Tokens;
import dev.vitrine.training.network.DropMask;
import dev.vitrine.training.network.ExportedGraph;
import dev.vitrine.training.network.FitSettings;
import dev.vitrine.training.network.Learner;
import dev.vitrine.training.network.LogLoss;
import dev.vitrine.training.network.Parameters;
import dev.vitrine.training.network.RowOrder;
import dev.vitrine.training.network.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Fits an encoder with a head of one number, and the sigmoid of that, to whether shoppers liked
 * items: texts of what a shopper chose before and of the item are read as one text of two parts.
 * Rows keep the rate they have, so that probabilities are those of the data.
 */
final class LikeTrainer implements Learner {
    private static final double FIRST_DEVIATION = .02;

    /** Least probability that is counted, so that one wrong row does not outweigh all. */
    private static final double LEAST = 1e-6;

    private final Torch torch;
    private final EncoderConfig config;
    private final TextTokenizer tokenizer;
    private final FitSettings fit;
    private final int batch;
    private final LikeRows rows;
    private final LikeRows heldOut;
    private final Path work;
    private final Parameters parameters;
    private final DropMask drop;
    private final BertNetwork network;
    private final List<Tokens> tokens = new ArrayList<>();
    private int[] order = {};

    /**
     * @param weights of the encoder
     * @param head of the head, where it has been fitted before
     * @param batch rows in a step
     * @param heldOut what the fit is validated by
     * @param work an empty folder for graphs under way
     * @throws VitrineException DATA_UNSUITABLE when all were liked, or none
     */
    LikeTrainer(
            Torch torch,
            EncoderConfig config,
            EncoderTensors.Weights weights,
            HeadWeights head,
            TextTokenizer tokenizer,
            FitSettings fit,
            int batch,
            LikeRows rows,
            LikeRows heldOut,
            Path work) {
        this.torch = torch;
        this.config = config;
        this.tokenizer = tokenizer;
        this.fit = fit;
        this.batch = batch;
        this.rows = rows.requireBoth("to train on");
        this.heldOut = heldOut.requireBoth("that are held out");
        this.work = work;
        this.parameters = new Parameters(torch, fit.seed());
        this.drop = new DropMask(torch, fit.seed());
        this.network = new BertNetwork(torch, config, weights, parameters, drop);
        for (EncoderTensors.Named each : EncoderTensors.head(config)) {
            if (head.has(each)) {
                parameters.put(each.name(), weights.values(each.name()), each.shape());
            } else if (each.name().endsWith(".bias")) {
                parameters.constant(each.name(), 0, each.shape());
            } else {
                parameters.normal(each.name(), FIRST_DEVIATION, each.shape());
            }
        }
        rows.questions()
                .forEach(question -> tokens.add(LikelihoodEncoder.tokens(tokenizer, question)));
    }

    /** Which weights of a head are there already. */
    @FunctionalInterface
    interface HeadWeights {
        boolean has(EncoderTensors.Named weight);
    }

    @Override
    public String name() {
        return "likelihood";
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
        order = RowOrder.shuffled(rows.size(), RowOrder.random(fit.seed(), epoch));
    }

    @Override
    public int batches() {
        return (order.length + batch - 1) / batch;
    }

    @Override
    public int rows(int number) {
        return Math.min(batch, order.length - number * batch);
    }

    @Override
    public float train(int number, double rate) {
        List<Tokens> chosen = new ArrayList<>();
        float[] liked = new float[rows(number)];
        for (int i = 0; i < liked.length; i++) {
            int row = order[number * batch + i];
            chosen.add(tokens.get(row));
            liked[i] = rows.liked()[row] ? 1 : 0;
        }
        return torch.step(
                () -> loss(chosen, liked), () -> parameters.step(rate, fit.decay(), fit.longest()));
    }

    private NDArray loss(List<Tokens> chosen, float[] liked) {
        float[] weights = new float[liked.length];
        Arrays.fill(weights, 1);
        return LogLoss.of(torch, scores(chosen, true), liked, weights);
    }

    /**
     * What the network says before the sigmoid: [questions].
     *
     * @param questions as tokens
     */
    NDArray scores(List<Tokens> questions, boolean training) {
        Rows beside = Rows.of(questions, config.padding());
        NDArray first =
                network.pooled(network.tokens(beside, true, training), beside, Pooling.FIRST);
        NDArray inner = network.linear("head.in", first);
        NDArray active =
                config.kind() == EncoderConfig.Kind.DISTILBERT
                        ? Activation.relu(inner)
                        : inner.tanh();
        NDArray dropped = training ? drop.apply(active, config.dropout()) : active;
        return network.linear("head.out", dropped).reshape(questions.size());
    }

    /** The log-likelihood of a row that is held out, on average; higher is better. */
    @Override
    public double validate() {
        return ExportedGraph.judged(
                EncoderGraph.likelihood(config, parameters::values), work, this::judged);
    }

    private double judged(OnnxSession session) {
        float[] given =
                LikelihoodEncoder.of(session, tokenizer, config.padding())
                        .probabilities(heldOut.questions());
        double sum = 0;
        for (int row = 0; row < given.length; row++) {
            double right = heldOut.liked()[row] ? given[row] : 1 - given[row];
            sum += Math.log(Math.max(LEAST, right));
        }
        return sum / given.length;
    }

    /** What always saying the rate of the held-out rows would give. */
    double byRate() {
        int count = 0;
        for (boolean one : heldOut.liked()) {
            count += one ? 1 : 0;
        }
        double rate = count / (double) heldOut.size();
        return -LogLoss.ofRate(rate, rate);
    }
}
