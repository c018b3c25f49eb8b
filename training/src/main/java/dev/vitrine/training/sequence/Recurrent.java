package dev.vitrine.training.sequence;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.core.Linear;
import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.graph.GraphBuilder.Attribute;
import dev.vitrine.training.network.DropMask;
import dev.vitrine.training.network.Parameters;
import dev.vitrine.training.network.Torch;
import java.util.List;

/**
 * Gated recurrent units over the items of a history and a dense layer on top (GRU4Rec, Hidasi et
 * al. 2016): the plain sequence model that others are held against.
 */
final class Recurrent implements SequenceNetwork {
    /** Gates of a unit: reset, update, new. */
    private static final int GATES = 3;

    /** Where ONNX has the gates that PyTorch has as reset, update, new. */
    private static final int[] ONNX_ORDER = {1, 0, 2};

    private final Torch torch;
    private final SequenceSettings settings;
    private final Parameters parameters;
    private final DropMask drop;

    Recurrent(Torch torch, SequenceSettings settings, Parameters parameters, DropMask drop) {
        this.torch = torch;
        this.settings = settings;
        this.parameters = parameters;
        this.drop = drop;
        int inner = settings.inner();
        double deviation = 1 / Math.sqrt(inner);
        for (int layer = 0; layer < settings.layers(); layer++) {
            String of = "layer" + layer + ".";
            int in = layer == 0 ? settings.width() : inner;
            parameters.normal(of + "in.weight", deviation, GATES * inner, in);
            parameters.normal(of + "state.weight", deviation, GATES * inner, inner);
            parameters.constant(of + "in.bias", 0, GATES * inner);
            parameters.constant(of + "state.bias", 0, GATES * inner);
        }
        parameters.normal("out.weight", deviation, settings.width(), inner);
        parameters.constant("out.bias", 0, settings.width());
    }

    @Override
    public NDArray forward(NDArray items, int rows, int length, boolean training) {
        NDArray value = training ? drop.apply(items, settings.inputDropout()) : items;
        for (int layer = 0; layer < settings.layers(); layer++) {
            String of = "layer" + layer + ".";
            NDArray state =
                    torch.floats(new float[rows * settings.inner()], 1, rows, settings.inner());
            NDList weights =
                    new NDList(
                            parameters.get(of + "in.weight"),
                            parameters.get(of + "state.weight"),
                            parameters.get(of + "in.bias"),
                            parameters.get(of + "state.bias"));
            value =
                    value.getNDArrayInternal()
                            .gru(value, state, weights, true, 1, 0, training, false, true)
                            .get(0);
            value = training ? drop.apply(value, settings.dropout()) : value;
        }
        return Linear.linear(value, parameters.get("out.weight"), parameters.get("out.bias"))
                .singletonOrThrow()
                .reshape((long) rows * length, settings.width());
    }

    @Override
    public String places(QueryGraph parts) {
        GraphBuilder graph = parts.graph();
        String value =
                graph.node("Transpose", List.of(parts.history()), Attribute.of("perm", 1, 0, 2));
        for (int layer = 0; layer < settings.layers(); layer++) {
            value = units(graph, "layer" + layer + ".", value, layer);
        }
        String turned = graph.node("Transpose", List.of(value), Attribute.of("perm", 1, 0, 2));
        return parts.linear("out", turned);
    }

    private String units(GraphBuilder graph, String of, String value, int layer) {
        int inner = settings.inner();
        int in = layer == 0 ? settings.width() : inner;
        float[] inBias = ordered(parameters.values(of + "in.bias"));
        float[] stateBias = ordered(parameters.values(of + "state.bias"));
        float[] biases = java.util.Arrays.copyOf(inBias, 2 * inBias.length);
        System.arraycopy(stateBias, 0, biases, inBias.length, stateBias.length);
        String states =
                graph.node(
                        "GRU",
                        List.of(
                                value,
                                graph.floats(
                                        ordered(parameters.values(of + "in.weight")),
                                        1,
                                        GATES * inner,
                                        in),
                                graph.floats(
                                        ordered(parameters.values(of + "state.weight")),
                                        1,
                                        GATES * inner,
                                        inner),
                                graph.floats(biases, 1, 2L * GATES * inner)),
                        Attribute.of("hidden_size", inner),
                        Attribute.of("linear_before_reset", 1));
        return graph.node("Squeeze", List.of(states, graph.longs(new long[] {1}, 1)));
    }

    /** The gates in the order of ONNX. */
    private static float[] ordered(float[] values) {
        int each = values.length / GATES;
        float[] ordered = new float[values.length];
        for (int gate = 0; gate < GATES; gate++) {
            System.arraycopy(values, gate * each, ordered, ONNX_ORDER[gate] * each, each);
        }
        return ordered;
    }
}
