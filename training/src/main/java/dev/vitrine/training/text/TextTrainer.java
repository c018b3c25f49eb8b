package dev.vitrine.training.text;

import ai.djl.ndarray.NDArray;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.text.TextEncoder;
import dev.vitrine.training.TrainingError;
import dev.vitrine.training.network.DropMask;
import dev.vitrine.training.network.ExportedGraph;
import dev.vitrine.training.network.FitSettings;
import dev.vitrine.training.network.Learner;
import dev.vitrine.training.network.Parameters;
import dev.vitrine.training.network.Torch;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * Fits a {@link TextNetwork} so that the texts of a pair are closer to each other than to the other
 * texts of the same step, seen from both sides (InfoNCE, van den Oord et al. 2018). The same text
 * in two pairs of a step is not held against itself.
 */
public final class TextTrainer implements Learner {
    /** The judge of a fit that has a fixed number of epochs and is not validated. */
    public static final ToDoubleFunction<TextEncoder> UNJUDGED = encoder -> Double.NaN;

    private final Torch torch;
    private final Contrast contrast;
    private final FitSettings fit;
    private final TextPairs pairs;
    private final ToDoubleFunction<TextEncoder> judge;
    private final Path work;
    private final TextNetwork network;
    private final TextNetwork.Texts texts;
    private int[] order = {};
    private SplittableRandom random = new SplittableRandom(0);

    /**
     * Fits a pooled encoder.
     *
     * @param judge how good an encoder is on what it is not trained on; higher is better
     * @param work an empty folder for graphs under way
     * @throws VitrineException DATA_UNSUITABLE without two pairs
     */
    public TextTrainer(
            Torch torch,
            TextSettings settings,
            FitSettings fit,
            TextPairs pairs,
            ToDoubleFunction<TextEncoder> judge,
            Path work) {
        this(
                torch,
                new PooledText(torch, settings, fit.seed(), pairs.texts()),
                settings.contrast(),
                fit,
                pairs,
                judge,
                work);
    }

    /**
     * Fits any network.
     *
     * @param judge how good an encoder is on what it is not trained on; higher is better
     * @param work an empty folder for graphs under way
     * @throws VitrineException DATA_UNSUITABLE without two pairs
     */
    public TextTrainer(
            Torch torch,
            TextNetwork network,
            Contrast contrast,
            FitSettings fit,
            TextPairs pairs,
            ToDoubleFunction<TextEncoder> judge,
            Path work) {
        if (pairs.size() < 2) {
            throw new VitrineException(
                    TrainingError.DATA_UNSUITABLE,
                    "a text encoder needs two pairs of texts at least, found " + pairs.size());
        }
        this.torch = torch;
        this.contrast = contrast;
        this.fit = fit;
        this.pairs = pairs;
        this.judge = judge;
        this.work = work;
        this.network = network;
        this.texts = network.read(pairs.texts());
    }

    @Override
    public String name() {
        return network.name();
    }

    @Override
    public Parameters parameters() {
        return network.parameters();
    }

    @Override
    public DropMask dropout() {
        return network.dropout();
    }

    @Override
    public void begin(int epoch) {
        random = new SplittableRandom(fit.seed() * 1_000_003 + epoch);
        order = new int[pairs.size()];
        for (int i = 0; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
    }

    @Override
    public int batches() {
        return Math.max(1, order.length / contrast.pairs());
    }

    @Override
    public int rows(int batch) {
        return Math.min(contrast.pairs(), order.length);
    }

    @Override
    public float train(int batch, double rate) {
        int rows = rows(batch);
        int[] left = new int[rows];
        int[] right = new int[rows];
        for (int i = 0; i < rows; i++) {
            int pair = order[batch * contrast.pairs() + i];
            left[i] = pairs.left()[pair];
            right[i] = pairs.right()[pair];
        }
        return torch.step(
                () -> loss(left, right),
                () -> network.parameters().step(rate, fit.decay(), fit.longest()));
    }

    private NDArray loss(int[] left, int[] right) {
        int rows = left.length;
        NDArray scores =
                texts.vectors(left, random)
                        .matMul(texts.vectors(right, random).transpose())
                        .mul(torch.number(contrast.scale()))
                        .add(torch.floats(same(left, right), rows, rows));
        long[] diagonal = new long[rows];
        Arrays.setAll(diagonal, i -> i);
        NDArray own = torch.longs(diagonal, rows, 1);
        NDArray forward = scores.logSoftmax(1).gather(own, 1).mean();
        NDArray backward = scores.transpose().logSoftmax(1).gather(own, 1).mean();
        return forward.add(backward).mul(torch.number(-.5));
    }

    /** Hides other pairs that share a text. */
    private static float[] same(int[] left, int[] right) {
        int rows = left.length;
        float[] same = new float[rows * rows];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < rows; j++) {
                if (i != j && (left[i] == left[j] || right[i] == right[j])) {
                    same[i * rows + j] = -1e9f;
                }
            }
        }
        return same;
    }

    @Override
    public boolean judged() {
        return !judge.equals(UNJUDGED);
    }

    @Override
    public double validate() {
        return ExportedGraph.judged(
                network.graph(), work, session -> judge.applyAsDouble(network.encoder(session)));
    }

    /** Writes the graph that serves. */
    public void export(Path file) {
        ExportedGraph.save(network.graph(), file);
    }

    /** The encoder that a graph of {@link #export} makes. */
    public TextEncoder encoder(OnnxSession session) {
        return network.encoder(session);
    }
}
