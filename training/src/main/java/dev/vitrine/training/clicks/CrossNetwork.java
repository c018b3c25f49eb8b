package dev.vitrine.training.clicks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.graph.GraphBuilder.Attribute;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.retrieval.ranking.ClickModel;
import dev.vitrine.training.network.DropMask;
import dev.vitrine.training.network.Parameters;
import dev.vitrine.training.network.Torch;
import java.util.ArrayList;
import java.util.List;

/**
 * DCN-V2 with weights of low rank (Wang et al. 2021): cross layers, {@code next = first * (U (V
 * value) + bias) + value}, each of which multiplies what is there once more with what came in;
 * beside them two dense layers; one number from both at the end.
 */
final class CrossNetwork {
    private static final String VECTORS = "vectors";

    private final Torch torch;
    private final ClickInputs inputs;
    private final ClickSettings settings;
    private final Parameters parameters;
    private final DropMask drop;
    private final int width;
    private final int rank;

    /**
     * @param logOdds of the rows as they are drawn, where the fit begins
     */
    CrossNetwork(
            Torch torch,
            ClickInputs inputs,
            ClickSettings settings,
            Parameters parameters,
            DropMask drop,
            double logOdds) {
        this.torch = torch;
        this.inputs = inputs;
        this.settings = settings;
        this.parameters = parameters;
        this.drop = drop;
        this.width = inputs.width() + inputs.fields() * settings.width();
        this.rank = Math.min(settings.rank(), width);
        if (inputs.fields() > 0) {
            parameters.normal(VECTORS, .05, inputs.vectors(), settings.width());
        }
        for (int layer = 0; layer < settings.crosses(); layer++) {
            parameters.normal("cross" + layer + ".down.weight", 1 / Math.sqrt(width), rank, width);
            parameters.normal("cross" + layer + ".up.weight", .5 / Math.sqrt(rank), width, rank);
            parameters.constant("cross" + layer + ".up.bias", 0, width);
        }
        if (settings.inner() > 0) {
            dense("dense0", width, settings.inner());
            dense("dense1", settings.inner(), settings.inner());
        }
        int last = width + settings.inner();
        parameters.normal("out.weight", .1 / Math.sqrt(last), 1, last);
        parameters.constant("out.bias", (float) logOdds, 1);
    }

    private void dense(String name, int from, int to) {
        parameters.normal(name + ".weight", Math.sqrt(2.0 / from), to, from);
        parameters.constant(name + ".bias", 0, to);
    }

    /**
     * @return log odds among the rows as they are drawn: [rows]
     */
    NDArray forward(ClickRows rows, int[] picked, boolean training) {
        NDArray first = inputs(rows, picked);
        NDArray value = first;
        for (int layer = 0; layer < settings.crosses(); layer++) {
            String of = "cross" + layer + ".";
            NDArray down = value.matMul(parameters.get(of + "down.weight").transpose());
            value = first.mul(linear(of + "up", down)).add(value);
        }
        NDList both = new NDList(value);
        if (settings.inner() > 0) {
            NDArray dense = first;
            for (int layer = 0; layer < 2; layer++) {
                dense = Activation.relu(linear("dense" + layer, dense));
                dense = training ? drop.apply(dense, settings.dropout()) : dense;
            }
            both.add(dense);
        }
        return linear("out", concat(both)).reshape(picked.length);
    }

    private NDArray inputs(ClickRows rows, int[] picked) {
        NDList parts = new NDList();
        if (inputs.width() > 0) {
            float[] numbers = new float[picked.length * inputs.width()];
            for (int i = 0; i < picked.length; i++) {
                inputs.fill(rows, picked[i], numbers, i * inputs.width());
            }
            parts.add(torch.floats(numbers, picked.length, inputs.width()));
        }
        if (inputs.fields() > 0) {
            long[] vectors = new long[picked.length * inputs.fields()];
            for (int i = 0; i < picked.length; i++) {
                inputs.vectors(rows, picked[i], vectors, i * inputs.fields());
            }
            NDArray table = parameters.get(VECTORS);
            parts.add(
                    table.getNDArrayInternal()
                            .embedding(
                                    torch.longs(vectors, picked.length, inputs.fields()),
                                    table,
                                    SparseFormat.DENSE)
                            .singletonOrThrow()
                            .reshape(picked.length, inputs.fields() * (long) settings.width()));
        }
        return concat(parts);
    }

    private static NDArray concat(NDList parts) {
        return parts.size() == 1 ? parts.singletonOrThrow() : NDArrays.concat(parts, 1);
    }

    private NDArray linear(String name, NDArray value) {
        return Linear.linear(
                        value, parameters.get(name + ".weight"), parameters.get(name + ".bias"))
                .singletonOrThrow();
    }

    /** As it serves, see {@link ClickModel}; scores are corrected for how rows were drawn. */
    GraphBuilder graph(int numbers) {
        GraphBuilder graph = new GraphBuilder("clicks");
        Dimension batch = Dimension.named("batch");
        String values =
                numbers > 0
                        ? graph.input(
                                ClickModel.VALUES, TensorType.FP32, batch, Dimension.of(numbers))
                        : "";
        String codes =
                inputs.fields() > 0
                        ? graph.input(
                                ClickModel.CODES,
                                TensorType.INT64,
                                batch,
                                Dimension.of(inputs.fields()))
                        : "";
        add(graph, values, codes, ClickModel.SCORE);
        graph.output(ClickModel.SCORE, TensorType.FP32, batch, Dimension.of(1));
        return graph;
    }

    /**
     * Adds the network to a graph.
     *
     * @param values name of the numbers of rows, empty without any
     * @param codes name of their categories, empty without any
     * @param score what the corrected log odds are to be called
     */
    void add(GraphBuilder graph, String values, String codes, String score) {
        List<String> parts = new ArrayList<>();
        if (!values.isEmpty()) {
            parts.add(inputs.inputs(graph, values));
        }
        if (!codes.isEmpty()) {
            String table =
                    graph.floats(parameters.values(VECTORS), inputs.vectors(), settings.width());
            String vectors = graph.node("Gather", List.of(table, inputs.vectors(graph, codes)));
            long each = inputs.fields() * (long) settings.width();
            parts.add(
                    graph.node("Reshape", List.of(vectors, graph.longs(new long[] {-1, each}, 2))));
        }
        String first =
                parts.size() == 1
                        ? parts.getFirst()
                        : graph.node("Concat", parts, Attribute.of("axis", 1));
        String value = first;
        for (int layer = 0; layer < settings.crosses(); layer++) {
            String of = "cross" + layer + ".";
            String down =
                    graph.node(
                            "Gemm",
                            List.of(value, floats(graph, of + "down.weight", rank, width)),
                            Attribute.of("transB", 1));
            String up = gemm(graph, of + "up", down, rank, width);
            value = graph.node("Add", List.of(graph.node("Mul", List.of(first, up)), value));
        }
        int inner = settings.inner();
        String both = value;
        if (inner > 0) {
            String dense = graph.node("Relu", List.of(gemm(graph, "dense0", first, width, inner)));
            dense = graph.node("Relu", List.of(gemm(graph, "dense1", dense, inner, inner)));
            both = graph.node("Concat", List.of(value, dense), Attribute.of("axis", 1));
        }
        String out = gemm(graph, "out", both, width + inner, 1);
        String correction = graph.floats(new float[] {(float) settings.correction()}, 1);
        graph.node("", "Add", List.of(out, correction), List.of(score));
    }

    private String floats(GraphBuilder graph, String name, long... shape) {
        return graph.floats(parameters.values(name), shape);
    }

    /** The weights stand as PyTorch has them, one row for each output. */
    private String gemm(GraphBuilder graph, String name, String value, int from, int to) {
        return graph.node(
                "Gemm",
                List.of(
                        value,
                        floats(graph, name + ".weight", to, from),
                        floats(graph, name + ".bias", to)),
                Attribute.of("transB", 1));
    }
}
