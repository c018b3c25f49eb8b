package dev.vitrine.training.sequence;

import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.graph.GraphBuilder.Attribute;
import dev.vitrine.training.network.Parameters;
import java.util.List;

/** A fitted {@link Transformer} as a part of an ONNX graph; see {@link QueryGraph}. */
final class TransformerGraph {
    private static final float EPSILON = 1e-6f;

    private final QueryGraph parts;
    private final GraphBuilder graph;
    private final SequenceSettings settings;
    private final Parameters parameters;

    TransformerGraph(QueryGraph parts, SequenceSettings settings, Parameters parameters) {
        this.parts = parts;
        this.graph = parts.graph();
        this.settings = settings;
        this.parameters = parameters;
    }

    String build() {
        int width = settings.width();
        String count = parts.layers().count(parts.history(), 1);
        String zero = graph.longs(new long[] {0}, 1);
        String places =
                graph.node(
                        "Slice",
                        List.of(
                                parts.floats("places", settings.longest(), width),
                                zero,
                                count,
                                zero));
        String value = graph.node("Add", List.of(parts.history(), places));
        for (int layer = 0; layer < settings.layers(); layer++) {
            String of = "layer" + layer + ".";
            String attended = attention(of, normed(of + "attention.norm", value), count);
            value = graph.node("Add", List.of(value, attended));
            String normed = normed(of + "dense.norm", value);
            String inner = parts.linear(of + "dense.in", normed);
            String dense = parts.linear(of + "dense.out", parts.layers().gelu(inner));
            value = graph.node("Add", List.of(value, dense));
        }
        String out = normed("norm", value);
        String own =
                graph.node(
                        "Mul",
                        List.of(
                                out,
                                graph.floats(new float[] {(float) (1 / Math.sqrt(width))}, 1)));
        String read =
                graph.node("Mul", List.of(read(out, count), parts.floats("read.share", width)));
        return graph.node("Add", List.of(own, read));
    }

    private String read(String out, String count) {
        int width = settings.width();
        String split = graph.longs(new long[] {0, 0, 2, width}, 4);
        String apart =
                graph.node(
                        "Transpose",
                        List.of(
                                graph.node(
                                        "Reshape", List.of(parts.linear("read.in", out), split))),
                        Attribute.of("perm", 2, 0, 1, 3));
        String keys =
                graph.node("Transpose", List.of(part(apart, 1)), Attribute.of("perm", 0, 2, 1));
        String weights = weights(part(apart, 0), keys, width, shown("read", 1, count));
        return graph.node("MatMul", List.of(weights, parts.history()));
    }

    private String attention(String of, String value, String count) {
        int width = settings.width();
        int heads = settings.heads();
        int each = width / heads;
        String all = parts.linear(of + "attention.in", value);
        String split = graph.longs(new long[] {0, 0, 3, heads, each}, 5);
        String apart =
                graph.node(
                        "Transpose",
                        List.of(graph.node("Reshape", List.of(all, split))),
                        Attribute.of("perm", 2, 0, 3, 1, 4));
        String keys =
                graph.node("Transpose", List.of(part(apart, 1)), Attribute.of("perm", 0, 1, 3, 2));
        String weights = weights(part(apart, 0), keys, each, shown(of + "attention", heads, count));
        String mixed =
                graph.node(
                        "Reshape",
                        List.of(
                                graph.node(
                                        "Transpose",
                                        List.of(
                                                graph.node(
                                                        "MatMul",
                                                        List.of(weights, part(apart, 2)))),
                                        Attribute.of("perm", 0, 2, 1, 3)),
                                graph.longs(new long[] {0, 0, width}, 3)));
        return parts.linear(of + "attention.out", mixed);
    }

    private String part(String apart, long number) {
        return graph.node(
                "Gather",
                List.of(apart, graph.longs(new long[] {number})),
                Attribute.of("axis", 0));
    }

    /**
     * How much each place attends to each.
     *
     * @param each components of a query
     * @param added to the scores
     */
    private String weights(String queries, String keys, int each, String added) {
        String scores =
                graph.node(
                        "Mul",
                        List.of(
                                graph.node("MatMul", List.of(queries, keys)),
                                graph.floats(new float[] {(float) (1 / Math.sqrt(each))}, 1)));
        return graph.node(
                "Softmax",
                List.of(graph.node("Add", List.of(scores, added))),
                Attribute.of("axis", -1));
    }

    /** What is added to the scores, [heads, place, earlier place], for a history of some length. */
    private String shown(String of, int heads, String count) {
        int longest = settings.longest();
        return graph.node(
                "Slice",
                List.of(
                        graph.floats(near(of, heads), heads, longest, longest),
                        graph.longs(new long[] {0, 0}, 2),
                        graph.node("Concat", List.of(count, count), Attribute.of("axis", 0)),
                        graph.longs(new long[] {1, 2}, 2)));
    }

    private float[] near(String of, int heads) {
        int longest = settings.longest();
        float[] learned = parameters.values(of + ".distance");
        long[] distances = Transformer.distances(longest);
        float[] causal = Transformer.causal(longest);
        float[] near = new float[heads * longest * longest];
        for (int head = 0; head < heads; head++) {
            for (int i = 0; i < distances.length; i++) {
                near[head * distances.length + i] =
                        learned[(int) distances[i] * heads + head] + causal[i];
            }
        }
        return near;
    }

    private String normed(String name, String value) {
        return parts.layers()
                .norm(
                        value,
                        parameters.values(name + ".scale"),
                        parameters.values(name + ".shift"),
                        EPSILON);
    }
}
