package dev.vitrine.inference.graph;

import dev.vitrine.inference.graph.GraphBuilder.Attribute;
import java.util.List;

/**
 * The layers that networks are made of, as operators. Weights come as PyTorch has them: of a dense
 * layer one row for each output.
 */
public final class Layers {
    private static final float SHORTEST = 1e-12f;

    private final GraphBuilder graph;

    public Layers(GraphBuilder graph) {
        this.graph = graph;
    }

    /**
     * A dense layer over the last dimension.
     *
     * @param weight [to, from]
     * @param bias [to]
     */
    public String dense(String value, float[] weight, float[] bias) {
        int to = bias.length;
        return graph.node(
                "Add",
                List.of(
                        graph.node(
                                "MatMul",
                                List.of(
                                        value,
                                        graph.floats(turned(weight, to), weight.length / to, to))),
                        graph.floats(bias, to)));
    }

    /** Rows become columns. */
    private static float[] turned(float[] values, int rows) {
        int columns = values.length / rows;
        float[] turned = new float[values.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                turned[column * rows + row] = values[row * columns + column];
            }
        }
        return turned;
    }

    /** Layer normalisation over the last dimension. */
    public String norm(String value, float[] scale, float[] shift, float epsilon) {
        return graph.node(
                "LayerNormalization",
                List.of(
                        value,
                        graph.floats(scale, scale.length),
                        graph.floats(shift, shift.length)),
                Attribute.of("axis", -1),
                Attribute.of("epsilon", epsilon));
    }

    /** The exact Gaussian error linear unit, by the error function. */
    public String gelu(String value) {
        String erf =
                graph.node(
                        "Erf",
                        List.of(
                                graph.node(
                                        "Mul",
                                        List.of(
                                                value,
                                                graph.floats(
                                                        new float[] {(float) Math.sqrt(.5)}, 1)))));
        String half = graph.node("Mul", List.of(value, graph.floats(new float[] {.5f}, 1)));
        return graph.node(
                "Mul",
                List.of(half, graph.node("Add", List.of(erf, graph.floats(new float[] {1}, 1)))));
    }

    /** The number of elements along a dimension, as a vector of one. */
    public String count(String value, int dimension) {
        return graph.node(
                "Slice",
                List.of(
                        graph.node("Shape", List.of(value)),
                        graph.longs(new long[] {dimension}, 1),
                        graph.longs(new long[] {dimension + 1}, 1)));
    }

    /** Vectors along the last dimension by their length; what has none stays as it is. */
    public String direction(String value) {
        String length =
                graph.node(
                        "ReduceL2",
                        List.of(value),
                        Attribute.of("axes", new long[] {-1}),
                        Attribute.of("keepdims", 1));
        String least = graph.floats(new float[] {SHORTEST}, 1);
        return graph.node("Div", List.of(value, graph.node("Max", List.of(length, least))));
    }
}
