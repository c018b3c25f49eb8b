package dev.vitrine.training.sequence;

import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.graph.GraphBuilder.Attribute;
import dev.vitrine.inference.graph.Layers;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.training.network.Parameters;
import java.util.List;

/**
 * A {@link SequenceNetwork} as a part of an ONNX graph, and the graph of a {@code SequenceModel}
 * around it: {@code history} FP32 [visitors, length, width], the item vectors of each history from
 * its oldest, filled up behind; {@code last} INT64 [visitors], the place of its newest; to {@code
 * query} FP32 [visitors, width].
 */
final class QueryGraph {
    private final GraphBuilder graph;
    private final Layers layers;
    private final Parameters parameters;
    private final String history;

    /**
     * @param history name of the item vectors that the network reads: [visitors, length, width]
     */
    QueryGraph(GraphBuilder graph, Parameters parameters, String history) {
        this.graph = graph;
        this.layers = new Layers(graph);
        this.parameters = parameters;
        this.history = history;
    }

    /** The whole graph of a model of what comes next. */
    static GraphBuilder whole(
            SequenceNetwork network, SequenceSettings settings, Parameters parameters) {
        GraphBuilder graph = new GraphBuilder("next-item");
        Dimension visitors = Dimension.named("batch");
        Dimension width = Dimension.of(settings.width());
        String history =
                graph.input("history", TensorType.FP32, visitors, Dimension.named("length"), width);
        String last = graph.input("last", TensorType.INT64, visitors);
        QueryGraph parts = new QueryGraph(graph, parameters, history);
        String rows = parts.at(network.places(parts), last);
        if (settings.scale() == 0) {
            graph.node("", "Identity", List.of(rows), List.of("query"));
        } else {
            String direction = parts.layers.direction(rows);
            String scale = graph.floats(new float[] {(float) settings.scale()}, 1);
            graph.node("", "Mul", List.of(direction, scale), List.of("query"));
        }
        graph.output("query", TensorType.FP32, visitors, width);
        return graph;
    }

    GraphBuilder graph() {
        return graph;
    }

    String history() {
        return history;
    }

    String floats(String name, long... shape) {
        return graph.floats(parameters.values(name), shape);
    }

    String linear(String name, String value) {
        return layers.dense(
                value, parameters.values(name + ".weight"), parameters.values(name + ".bias"));
    }

    Layers layers() {
        return layers;
    }

    /**
     * The row of each visitor at a place.
     *
     * @param value [visitors, length, width]
     * @param place [visitors]
     */
    String at(String value, String place) {
        String at = graph.node("Unsqueeze", List.of(place, graph.longs(new long[] {1}, 1)));
        return graph.node("GatherND", List.of(value, at), Attribute.of("batch_dims", 1));
    }
}
