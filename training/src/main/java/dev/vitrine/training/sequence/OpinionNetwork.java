package dev.vitrine.training.sequence;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.graph.GraphBuilder.Attribute;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.retrieval.sequence.OpinionModel;
import dev.vitrine.retrieval.sequence.OpinionQuestions;
import dev.vitrine.training.network.DropMask;
import dev.vitrine.training.network.Parameters;
import dev.vitrine.training.network.Torch;
import java.util.List;

/**
 * What somebody will think of an item. A {@link SequenceNetwork} reads the vectors of a history;
 * what it says at the newest event stands beside the asked item's vector and the product of both,
 * and two dense layers make one number of the three. To that comes a number that each item has of
 * its own, which is all that is said of an empty history.
 */
final class OpinionNetwork {
    private static final String ITEMS = "items";
    private static final String OWN = "own";
    private static final String TAGS = "tags";
    private static final String INNER = "head.in";
    private static final String OUT = "head.out";

    private final Torch torch;
    private final OpinionSettings settings;
    private final Parameters parameters;
    private final DropMask drop;
    private final SequenceNetwork network;
    private final int[] vectorOf;
    private final int vectors;
    private final int tagKinds;

    /**
     * @param occurrences of each item in what is fitted to
     */
    OpinionNetwork(
            Torch torch,
            OpinionSettings settings,
            Parameters parameters,
            DropMask drop,
            int[] occurrences,
            int tagKinds) {
        this.torch = torch;
        this.settings = settings;
        this.parameters = parameters;
        this.drop = drop;
        this.tagKinds = tagKinds;
        this.vectorOf = new int[occurrences.length];
        int next = 1;
        for (int item = 0; item < vectorOf.length; item++) {
            vectorOf[item] = occurrences[item] < settings.leastSeen() ? 0 : next++;
        }
        this.vectors = next;
        int width = settings.history().width();
        double deviation = 1 / Math.sqrt(width);
        parameters.table(ITEMS, deviation, vectors, width);
        parameters.table(OWN, 0, vectors, 1);
        if (tagKinds > 0) {
            parameters.normal(TAGS, deviation, tagKinds, width);
        }
        this.network = SequenceNetwork.of(torch, settings.history(), parameters, drop);
        parameters.normal(
                INNER + ".weight", Math.sqrt(2.0 / (3 * width)), settings.inner(), 3L * width);
        parameters.constant(INNER + ".bias", 0, settings.inner());
        int last = settings.inner() + width;
        parameters.normal(OUT + ".weight", .1 / Math.sqrt(last), 1, last);
        parameters.constant(OUT + ".bias", 0, 1);
    }

    /**
     * @param known 1 for each question whose history is looked at, else 0
     * @return [questions]
     */
    NDArray forward(OpinionQuestions.Side side, float[] known, boolean training) {
        int rows = side.size();
        int width = settings.history().width();
        NDArray events =
                parameters.rows(ITEMS, vectors(side.history())).reshape(rows, side.length(), width);
        if (tagKinds > 0) {
            NDArray kinds = torch.longs(side.tags(), rows, side.length());
            events = events.add(SequenceNetwork.rows(kinds, parameters.get(TAGS)));
        }
        NDArray all = network.forward(events, rows, side.length(), training);
        long[] places = new long[rows];
        for (int row = 0; row < rows; row++) {
            places[row] = (long) row * side.length() + Math.max(0, side.last()[row]);
        }
        NDArray state = SequenceNetwork.rows(torch.longs(places, rows), all);
        long[] asked = vectors(side.asked());
        NDArray item = parameters.rows(ITEMS, asked);
        NDArray product = state.mul(item);
        NDArray inner =
                Activation.relu(
                        linear(INNER, NDArrays.concat(new NDList(state, item, product), 1)));
        inner = training ? drop.apply(inner, settings.history().dropout()) : inner;
        NDArray told = linear(OUT, NDArrays.concat(new NDList(inner, product), 1)).reshape(rows);
        return told.mul(torch.floats(known, rows)).add(parameters.rows(OWN, asked).reshape(rows));
    }

    private long[] vectors(long[] items) {
        long[] vectors = new long[items.length];
        for (int i = 0; i < items.length; i++) {
            vectors[i] = vectorOf[(int) items[i]];
        }
        return vectors;
    }

    private NDArray linear(String name, NDArray value) {
        return Linear.linear(
                        value, parameters.get(name + ".weight"), parameters.get(name + ".bias"))
                .singletonOrThrow();
    }

    /**
     * As it serves, see {@link OpinionModel}.
     *
     * @param shift what is added to what {@link #forward} gives, after
     * @param scale it is multiplied by that
     */
    GraphBuilder graph(double shift, double scale) {
        GraphBuilder graph = new GraphBuilder("opinion");
        Dimension batch = Dimension.named("batch");
        Dimension length = Dimension.named("length");
        int width = settings.history().width();
        String history = graph.input(OpinionModel.HISTORY, TensorType.INT64, batch, length);
        String table = graph.floats(parameters.values(ITEMS), vectors, width);
        String numbers = graph.longs(vectors(every(vectorOf.length)), vectorOf.length);
        String events = gather(graph, table, gather(graph, numbers, history));
        if (tagKinds > 0) {
            String tags = graph.input(OpinionModel.TAGS, TensorType.INT64, batch, length);
            String kinds = graph.floats(parameters.values(TAGS), tagKinds, width);
            events = graph.node("Add", List.of(events, gather(graph, kinds, tags)));
        }
        String last = graph.input(OpinionModel.LAST, TensorType.INT64, batch);
        String item = graph.input(OpinionModel.ITEM, TensorType.INT64, batch);
        QueryGraph parts = new QueryGraph(graph, parameters, events);
        String none = graph.longs(new long[] {0}, 1);
        String place = graph.node("Max", List.of(last, none));
        String state = parts.at(network.places(parts), place);
        String number = gather(graph, numbers, item);
        String asked = gather(graph, table, number);
        String product = graph.node("Mul", List.of(state, asked));
        String joined =
                graph.node("Concat", List.of(state, asked, product), Attribute.of("axis", 1));
        String inner = graph.node("Relu", List.of(parts.linear(INNER, joined)));
        String both = graph.node("Concat", List.of(inner, product), Attribute.of("axis", 1));
        String told = single(graph, parts.linear(OUT, both));
        String known =
                graph.node(
                        "Cast",
                        List.of(graph.node("GreaterOrEqual", List.of(last, none))),
                        Attribute.of("to", TensorType.FP32.onnx()));
        String own = single(graph, gather(graph, parts.floats(OWN, vectors, 1), number));
        String score = graph.node("Add", List.of(graph.node("Mul", List.of(told, known)), own));
        answer(graph, score, shift, scale);
        graph.output(settings.head().output(), TensorType.FP32, batch);
        return graph;
    }

    private void answer(GraphBuilder graph, String score, double shift, double scale) {
        String scaled =
                graph.node("Mul", List.of(score, graph.floats(new float[] {(float) scale}, 1)));
        List<String> sum = List.of(scaled, graph.floats(new float[] {(float) shift}, 1));
        List<String> answer = List.of(settings.head().output());
        switch (settings.head()) {
            case LINEAR -> graph.node("", "Add", sum, answer);
            case SIGMOID -> graph.node("", "Sigmoid", List.of(graph.node("Add", sum)), answer);
        }
    }

    private static long[] every(int count) {
        long[] every = new long[count];
        java.util.Arrays.setAll(every, i -> i);
        return every;
    }

    private static String gather(GraphBuilder graph, String from, String numbers) {
        return graph.node("Gather", List.of(from, numbers));
    }

    /** Of [batch, 1] the [batch]. */
    private static String single(GraphBuilder graph, String value) {
        return graph.node("Squeeze", List.of(value, graph.longs(new long[] {1}, 1)));
    }
}
