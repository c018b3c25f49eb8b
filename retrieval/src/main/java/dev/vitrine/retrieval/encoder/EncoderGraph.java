package dev.vitrine.retrieval.encoder;

import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.graph.GraphBuilder.Attribute;
import dev.vitrine.inference.graph.Layers;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.retrieval.encoder.EncoderTensors.Weights;
import java.util.List;
import java.util.Optional;

/**
 * An encoder as an ONNX graph: {@code input_ids} and {@code attention_mask} INT64 [batch, tokens]
 * to {@code embedding} FP32 [batch, width], of length one; or with a head, and {@code
 * token_type_ids} where the architecture tells two texts apart, to {@code probability} FP32
 * [batch].
 */
public final class EncoderGraph {
    /** Added to what the mask hides, before the softmax. */
    public static final float HIDDEN = -1e9f;

    private final EncoderConfig config;
    private final Weights weights;
    private final GraphBuilder graph;
    private final Layers layers;
    private final String ids;
    private final String present;

    private EncoderGraph(EncoderConfig config, Weights weights, String name) {
        this.config = config;
        this.weights = weights;
        this.graph = new GraphBuilder(name);
        this.layers = new Layers(graph);
        this.ids = input("input_ids");
        this.present =
                graph.node(
                        "Cast",
                        List.of(input("attention_mask")),
                        Attribute.of("to", TensorType.FP32.onnx()));
    }

    private String input(String name) {
        return graph.input(
                name, TensorType.INT64, Dimension.named("batch"), Dimension.named("tokens"));
    }

    /** The graph that turns texts into vectors. */
    public static GraphBuilder vectors(
            EncoderConfig config, Weights weights, Pooling pooling, Optional<DenseLayer> dense) {
        EncoderGraph made = new EncoderGraph(config, weights, "encoder");
        String value = made.pooled(made.tokens(made.firstType()), pooling);
        int width = config.width();
        if (dense.isPresent()) {
            DenseLayer layer = dense.get();
            value = layer.ofDirection() ? made.layers.direction(value) : value;
            value = made.layers.dense(value, layer.weight(), layer.bias());
            value = layer.tanh() ? made.graph.node("Tanh", List.of(value)) : value;
            width = layer.to();
        }
        made.graph.node(
                "", "Identity", List.of(made.layers.direction(value)), List.of("embedding"));
        made.graph.output(
                "embedding", TensorType.FP32, Dimension.named("batch"), Dimension.of(width));
        return made.graph;
    }

    /** The graph that says how probable it is of two texts that the one goes with the other. */
    public static GraphBuilder likelihood(EncoderConfig config, Weights weights) {
        EncoderGraph made = new EncoderGraph(config, weights, "likelihood");
        GraphBuilder graph = made.graph;
        String first = made.first(made.tokens(made.givenType()));
        String inner = made.dense("head.in", first);
        String active = graph.node(headActivation(config), List.of(inner));
        String score = made.dense("head.out", active);
        String squeezed = graph.node("Squeeze", List.of(score, graph.longs(new long[] {1}, 1)));
        graph.node("", "Sigmoid", List.of(squeezed), List.of("probability"));
        graph.output("probability", TensorType.FP32, Dimension.named("batch"));
        return graph;
    }

    private static String headActivation(EncoderConfig config) {
        return config.kind() == EncoderConfig.Kind.DISTILBERT ? "Relu" : "Tanh";
    }

    private String firstType() {
        return config.types() == 0
                ? ""
                : graph.floats(
                        java.util.Arrays.copyOf(weights.values("types"), config.width()),
                        config.width());
    }

    private String givenType() {
        return config.types() < 2
                ? firstType()
                : graph.node(
                        "Gather",
                        List.of(
                                floats("types", config.types(), config.width()),
                                input("token_type_ids")));
    }

    /**
     * @param types what is added for the type of each token; empty for nothing
     * @return [batch, tokens, width]
     */
    private String tokens(String types) {
        int width = config.width();
        String words =
                graph.node("Gather", List.of(floats("words", config.vocabulary(), width), ids));
        String count = layers.count(ids, 1);
        String first = graph.longs(new long[] {config.firstPlace()}, 1);
        String places =
                graph.node(
                        "Slice",
                        List.of(
                                floats("places", config.places(), width),
                                first,
                                graph.node("Add", List.of(count, first)),
                                graph.longs(new long[] {0}, 1)));
        String value = graph.node("Add", List.of(words, places));
        if (!types.isEmpty()) {
            value = graph.node("Add", List.of(value, types));
        }
        value = normed("norm", value);
        String absent = graph.node("Sub", List.of(graph.floats(new float[] {1}, 1), present));
        String hidden =
                graph.node(
                        "Mul",
                        List.of(
                                graph.node(
                                        "Unsqueeze",
                                        List.of(absent, graph.longs(new long[] {1, 2}, 2))),
                                graph.floats(new float[] {HIDDEN}, 1)));
        for (int layer = 0; layer < config.layers(); layer++) {
            String of = "layer" + layer + ".";
            String attended = graph.node("Add", List.of(value, attention(of, value, hidden)));
            value = normed(of + "attention.norm", attended);
            String inner = dense(of + "dense.in", value);
            String active =
                    switch (config.activation()) {
                        case GELU -> layers.gelu(inner);
                        case RELU -> graph.node("Relu", List.of(inner));
                    };
            String dense = dense(of + "dense.out", active);
            value = normed(of + "dense.norm", graph.node("Add", List.of(value, dense)));
        }
        return value;
    }

    private String attention(String of, String value, String hidden) {
        int each = config.width() / config.heads();
        String queries = heads(dense(of + "query", value), 0, 2, 1, 3);
        String keys = heads(dense(of + "key", value), 0, 2, 3, 1);
        String values = heads(dense(of + "value", value), 0, 2, 1, 3);
        String scores =
                graph.node(
                        "Mul",
                        List.of(
                                graph.node("MatMul", List.of(queries, keys)),
                                graph.floats(new float[] {(float) (1 / Math.sqrt(each))}, 1)));
        String shares =
                graph.node(
                        "Softmax",
                        List.of(graph.node("Add", List.of(scores, hidden))),
                        Attribute.of("axis", -1));
        String mixed =
                graph.node(
                        "Transpose",
                        List.of(graph.node("MatMul", List.of(shares, values))),
                        Attribute.of("perm", 0, 2, 1, 3));
        String joined =
                graph.node(
                        "Reshape",
                        List.of(mixed, graph.longs(new long[] {0, 0, config.width()}, 3)));
        return dense(of + "out", joined);
    }

    private String heads(String value, long... order) {
        long[] parted = {0, 0, config.heads(), config.width() / config.heads()};
        return graph.node(
                "Transpose",
                List.of(graph.node("Reshape", List.of(value, graph.longs(parted, 4)))),
                Attribute.of("perm", order));
    }

    private String pooled(String value, Pooling pooling) {
        return switch (pooling) {
            case FIRST -> first(value);
            case MEAN -> {
                String each =
                        graph.node("Unsqueeze", List.of(present, graph.longs(new long[] {2}, 1)));
                String axis = graph.longs(new long[] {1}, 1);
                String sum =
                        graph.node(
                                "ReduceSum",
                                List.of(graph.node("Mul", List.of(value, each)), axis),
                                Attribute.of("keepdims", 0));
                String count =
                        graph.node("ReduceSum", List.of(each, axis), Attribute.of("keepdims", 0));
                String least = graph.floats(new float[] {1e-9f}, 1);
                yield graph.node("Div", List.of(sum, graph.node("Max", List.of(count, least))));
            }
        };
    }

    /** The vector of the first token: [batch, width]. */
    private String first(String value) {
        return graph.node(
                "Gather", List.of(value, graph.longs(new long[] {0})), Attribute.of("axis", 1));
    }

    private String dense(String name, String value) {
        return layers.dense(
                value, weights.values(name + ".weight"), weights.values(name + ".bias"));
    }

    private String normed(String name, String value) {
        return layers.norm(
                value,
                weights.values(name + ".scale"),
                weights.values(name + ".shift"),
                config.epsilon());
    }

    private String floats(String name, long... shape) {
        return graph.floats(weights.values(name), shape);
    }
}
