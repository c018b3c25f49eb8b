package dev.vitrine.training.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.graph.GraphBuilder.Attribute;
import dev.vitrine.inference.graph.Layers;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.retrieval.text.PooledTextEncoder;
import dev.vitrine.retrieval.text.TextEncoder;
import dev.vitrine.retrieval.text.TextFeatures;
import dev.vitrine.training.network.DropMask;
import dev.vitrine.training.network.Parameters;
import dev.vitrine.training.network.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A text as the weighted mean of what it is made of, and a dense layer on top. The weights are
 * learned too: a softmax over one number for each feature, by which a model name counts for more
 * than "with"; they begin where rare features count for more (Arora et al. 2017).
 */
final class PooledText implements TextNetwork {
    private static final float EPSILON = 1e-6f;
    private static final float HIDDEN = -1e9f;

    /** A feature in this share of the texts begins with half the weight of one that is new. */
    private static final double COMMON = 1e-2;

    private final Torch torch;
    private final TextSettings settings;
    private final Parameters parameters;
    private final DropMask drop;

    /**
     * @param texts by which features are rare or common
     */
    PooledText(Torch torch, TextSettings settings, long seed, List<String> texts) {
        this.torch = torch;
        this.settings = settings;
        this.parameters = new Parameters(torch, seed);
        this.drop = new DropMask(torch, seed);
        int width = settings.width();
        int buckets = settings.features().buckets();
        parameters.normal("features", 1 / Math.sqrt(width), buckets, width);
        parameters.put("weights", weights(settings.features(), texts), buckets, 1);
        parameters.constant("norm.scale", 1, width);
        parameters.constant("norm.shift", 0, width);
        parameters.normal("in.weight", 1 / Math.sqrt(width), settings.inner(), width);
        parameters.constant("in.bias", 0, settings.inner());
        parameters.normal("out.weight", .5 / Math.sqrt(settings.inner()), width, settings.inner());
        parameters.constant("out.bias", 0, width);
    }

    /** The logarithm of {@code COMMON / (COMMON + the share of texts with the feature)}. */
    private static float[] weights(TextFeatures features, List<String> texts) {
        int[] counts = new int[features.buckets()];
        for (String text : texts) {
            Arrays.stream(features.of(text)).distinct().forEach(feature -> counts[feature]++);
        }
        float[] weights = new float[counts.length];
        for (int i = 0; i < weights.length; i++) {
            double share = counts[i] / (double) Math.max(1, texts.size());
            weights[i] = (float) Math.log(COMMON / (COMMON + share));
        }
        return weights;
    }

    @Override
    public String name() {
        return "text encoder";
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
    public Texts read(List<String> texts) {
        int[][] features = texts.stream().map(settings.features()::of).toArray(int[][]::new);
        return (places, random) -> encoded(features, places, random);
    }

    private NDArray encoded(int[][] features, int[] texts, SplittableRandom random) {
        int places = 1;
        for (int text : texts) {
            places = Math.max(places, features[text].length);
        }
        long[] all = new long[texts.length * places];
        for (int row = 0; row < texts.length; row++) {
            int[] own = features[texts[row]];
            for (int i = 0; i < own.length; i++) {
                boolean kept = random.nextDouble() >= settings.drop();
                all[row * places + i] = kept ? own[i] : 0;
            }
        }
        return forward(all, texts.length, places);
    }

    /**
     * @param features [rows, places], filled up with 0
     * @return [rows, width], each of length one
     */
    NDArray forward(long[] features, int rows, int places) {
        float[] hidden = new float[features.length];
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] = features[i] == 0 ? HIDDEN : 0;
        }
        NDArray numbers = torch.longs(features, rows, places);
        NDArray shares =
                rows(numbers, parameters.get("weights"))
                        .add(torch.floats(hidden, rows, places, 1))
                        .softmax(1);
        NDArray mean = rows(numbers, parameters.get("features")).mul(shares).sum(new int[] {1});
        NDArray normed =
                LayerNorm.layerNorm(
                                mean,
                                new Shape(settings.width()),
                                parameters.get("norm.scale"),
                                parameters.get("norm.shift"),
                                EPSILON)
                        .singletonOrThrow();
        NDArray dense = linear("out", Activation.gelu(linear("in", normed)));
        return normed.add(dense).normalize(2, 1);
    }

    private static NDArray rows(NDArray numbers, NDArray table) {
        return table.getNDArrayInternal()
                .embedding(numbers, table, SparseFormat.DENSE)
                .singletonOrThrow();
    }

    private NDArray linear(String name, NDArray value) {
        return Linear.linear(
                        value, parameters.get(name + ".weight"), parameters.get(name + ".bias"))
                .singletonOrThrow();
    }

    @Override
    public TextEncoder encoder(OnnxSession session) {
        return new PooledTextEncoder(session::run, settings.features(), settings.width());
    }

    /** See {@link PooledTextEncoder}. */
    @Override
    public GraphBuilder graph() {
        int width = settings.width();
        int buckets = settings.features().buckets();
        GraphBuilder graph = new GraphBuilder("text");
        Dimension batch = Dimension.named("batch");
        String features =
                graph.input("features", TensorType.INT64, batch, Dimension.named("places"));
        String absent = graph.node("Equal", List.of(features, graph.longs(new long[] {0}, 1)));
        String weights = graph.node("Gather", List.of(floats(graph, "weights", buckets), features));
        String shown =
                graph.node(
                        "Where", List.of(absent, graph.floats(new float[] {HIDDEN}, 1), weights));
        String shares = graph.node("Softmax", List.of(shown), Attribute.of("axis", 1));
        String axis = graph.longs(new long[] {2}, 1);
        String mean =
                graph.node(
                        "ReduceSum",
                        List.of(
                                graph.node(
                                        "Mul",
                                        List.of(
                                                graph.node(
                                                        "Gather",
                                                        List.of(
                                                                floats(
                                                                        graph,
                                                                        "features",
                                                                        buckets,
                                                                        width),
                                                                features)),
                                                graph.node("Unsqueeze", List.of(shares, axis)))),
                                graph.longs(new long[] {1}, 1)),
                        Attribute.of("keepdims", 0));
        Layers layers = new Layers(graph);
        String normed =
                layers.norm(
                        mean,
                        parameters.values("norm.scale"),
                        parameters.values("norm.shift"),
                        EPSILON);
        String inner = layers.gelu(dense(layers, "in", normed));
        String sum = graph.node("Add", List.of(normed, dense(layers, "out", inner)));
        graph.node("", "Identity", List.of(layers.direction(sum)), List.of("embedding"));
        graph.output("embedding", TensorType.FP32, batch, Dimension.of(width));
        return graph;
    }

    private String floats(GraphBuilder graph, String name, long... shape) {
        return graph.floats(parameters.values(name), shape);
    }

    private String dense(Layers layers, String name, String value) {
        return layers.dense(
                value, parameters.values(name + ".weight"), parameters.values(name + ".bias"));
    }
}
