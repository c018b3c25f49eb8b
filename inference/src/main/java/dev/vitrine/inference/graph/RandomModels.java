package dev.vitrine.inference.graph;

import dev.vitrine.inference.graph.GraphBuilder.Attribute;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.TensorType;
import java.util.List;
import java.util.Random;

/** Models of true shapes with seeded random weights, for measurements and tests. */
public final class RandomModels {
    private static final int VOCABULARY = 8_192;
    private static final int HEADS = 12;
    private static final int LONGEST = 512;

    private RandomModels() {}

    /**
     * A ranker: {@code features} [candidates, width] FP32 to {@code scores} [candidates, 1] FP32,
     * through hidden layers with ReLU.
     */
    public static GraphBuilder ranker(int width, int[] hidden, long seed) {
        Random random = new Random(seed);
        GraphBuilder graph = new GraphBuilder("ranker");
        Dimension candidates = Dimension.named("candidates");
        String value = graph.input("features", TensorType.FP32, candidates, Dimension.of(width));
        int from = width;
        for (int to : hidden) {
            value = graph.node("Relu", List.of(dense(graph, value, from, to, random)));
            from = to;
        }
        String last = dense(graph, value, from, 1, random);
        graph.node("", "Identity", List.of(last), List.of("scores"));
        graph.output("scores", TensorType.FP32, candidates, Dimension.of(1));
        return graph;
    }

    private static String dense(GraphBuilder graph, String value, int from, int to, Random random) {
        return graph.node(
                "Gemm",
                List.of(
                        value,
                        graph.floats(weights(from * to, from, random), from, to),
                        graph.floats(weights(to, from, random), to)));
    }

    /**
     * A Transformer encoder: {@code input_ids} and {@code attention_mask} [batch, tokens] INT64 to
     * {@code embedding} [batch, width] FP32, the mean over the tokens of the mask.
     *
     * @param width divisible by 12, the number of heads
     */
    public static GraphBuilder encoder(int layers, int width, long seed) {
        Random random = new Random(seed);
        GraphBuilder graph = new GraphBuilder("encoder");
        Dimension batch = Dimension.named("batch");
        Dimension tokens = Dimension.named("tokens");
        String ids = graph.input("input_ids", TensorType.INT64, batch, tokens);
        String mask = graph.input("attention_mask", TensorType.INT64, batch, tokens);
        String words =
                graph.node(
                        "Gather",
                        List.of(
                                graph.floats(
                                        weights(VOCABULARY * width, 1, random), VOCABULARY, width),
                                ids));
        String one = graph.longs(new long[] {1}, 1);
        String count =
                graph.node(
                        "Slice",
                        List.of(
                                graph.node("Shape", List.of(ids)),
                                one,
                                graph.longs(new long[] {2}, 1)));
        String places =
                graph.node(
                        "Slice",
                        List.of(
                                graph.floats(weights(LONGEST * width, 1, random), LONGEST, width),
                                graph.longs(new long[] {0}, 1),
                                count,
                                graph.longs(new long[] {0}, 1)));
        String value = norm(graph, graph.node("Add", List.of(words, places)), width);
        String present =
                graph.node("Cast", List.of(mask), Attribute.of("to", TensorType.FP32.onnx()));
        String hidden =
                graph.node(
                        "Mul",
                        List.of(
                                graph.node(
                                        "Sub",
                                        List.of(
                                                graph.node(
                                                        "Unsqueeze",
                                                        List.of(
                                                                present,
                                                                graph.longs(new long[] {1, 2}, 2))),
                                                graph.floats(new float[] {1}, 1))),
                                graph.floats(new float[] {10_000}, 1)));
        for (int layer = 0; layer < layers; layer++) {
            value = layer(graph, value, hidden, width, random);
        }
        pool(graph, value, present);
        graph.output("embedding", TensorType.FP32, batch, Dimension.of(width));
        return graph;
    }

    private static void pool(GraphBuilder graph, String value, String present) {
        String weight = graph.node("Unsqueeze", List.of(present, graph.longs(new long[] {2}, 1)));
        String axis = graph.longs(new long[] {1}, 1);
        String sum =
                graph.node(
                        "ReduceSum",
                        List.of(graph.node("Mul", List.of(value, weight)), axis),
                        Attribute.of("keepdims", 0));
        String total = graph.node("ReduceSum", List.of(weight, axis), Attribute.of("keepdims", 0));
        graph.node(
                "",
                "Div",
                List.of(sum, graph.node("Max", List.of(total, graph.floats(new float[] {1}, 1)))),
                List.of("embedding"));
    }

    private static String layer(
            GraphBuilder graph, String value, String hidden, int width, Random random) {
        String split = graph.longs(new long[] {0, 0, HEADS, width / HEADS}, 4);
        String queries =
                heads(graph, project(graph, value, width, width, random), split, 0, 2, 1, 3);
        String keys = heads(graph, project(graph, value, width, width, random), split, 0, 2, 3, 1);
        String values =
                heads(graph, project(graph, value, width, width, random), split, 0, 2, 1, 3);
        String scores =
                graph.node(
                        "Add",
                        List.of(
                                graph.node(
                                        "Div",
                                        List.of(
                                                graph.node("MatMul", List.of(queries, keys)),
                                                graph.floats(
                                                        new float[] {
                                                            (float)
                                                                    Math.sqrt(
                                                                            width / (double) HEADS)
                                                        },
                                                        1))),
                                hidden));
        String weights = graph.node("Softmax", List.of(scores), Attribute.of("axis", -1));
        String mixed =
                graph.node(
                        "Reshape",
                        List.of(
                                graph.node(
                                        "Transpose",
                                        List.of(graph.node("MatMul", List.of(weights, values))),
                                        Attribute.of("perm", 0, 2, 1, 3)),
                                graph.longs(new long[] {0, 0, width}, 3)));
        String attended =
                norm(
                        graph,
                        graph.node(
                                "Add", List.of(value, project(graph, mixed, width, width, random))),
                        width);
        String inner = gelu(graph, project(graph, attended, width, 4 * width, random));
        return norm(
                graph,
                graph.node(
                        "Add", List.of(attended, project(graph, inner, 4 * width, width, random))),
                width);
    }

    private static String heads(GraphBuilder graph, String value, String split, long... order) {
        return graph.node(
                "Transpose",
                List.of(graph.node("Reshape", List.of(value, split))),
                Attribute.of("perm", order));
    }

    private static String project(
            GraphBuilder graph, String value, int from, int to, Random random) {
        return graph.node(
                "Add",
                List.of(
                        graph.node(
                                "MatMul",
                                List.of(
                                        value,
                                        graph.floats(weights(from * to, from, random), from, to))),
                        graph.floats(weights(to, from, random), to)));
    }

    private static String gelu(GraphBuilder graph, String value) {
        String erf =
                graph.node(
                        "Erf",
                        List.of(
                                graph.node(
                                        "Div",
                                        List.of(
                                                value,
                                                graph.floats(
                                                        new float[] {(float) Math.sqrt(2)}, 1)))));
        String half = graph.node("Mul", List.of(value, graph.floats(new float[] {.5f}, 1)));
        return graph.node(
                "Mul",
                List.of(half, graph.node("Add", List.of(erf, graph.floats(new float[] {1}, 1)))));
    }

    private static String norm(GraphBuilder graph, String value, int width) {
        float[] ones = new float[width];
        java.util.Arrays.fill(ones, 1f);
        return graph.node(
                "LayerNormalization",
                List.of(value, graph.floats(ones, width), graph.floats(new float[width], width)),
                Attribute.of("axis", -1));
    }

    /** Normal numbers with a variance of one over the inputs. */
    private static float[] weights(int count, int inputs, Random random) {
        float[] weights = new float[count];
        float scale = (float) (1 / Math.sqrt(inputs));
        for (int i = 0; i < count; i++) {
            weights[i] = scale * (float) random.nextGaussian();
        }
        return weights;
    }
}
