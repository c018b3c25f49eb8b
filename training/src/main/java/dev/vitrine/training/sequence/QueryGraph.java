package dev.vitrine.training.sequence;

import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.graph.GraphBuilder.Attribute;
import dev.vitrine.inference.graph.Layers;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.training.network.Parameters;
import java.util.List;

/**
 * What the ONNX graphs of sequence models share: {@code history} FP32 [visitors, length, width],
 * the item vectors of each history from its oldest, filled up behind; {@code last} INT64
 * [visitors], the place of its newest; to {@code query} FP32 [visitors, width].
 */
final class QueryGraph {
    private final GraphBuilder graph = new GraphBuilder("next-item");
    private final Layers layers = new Layers(graph);
    private final SequenceSettings settings;
    private final Parameters parameters;
    private final String history;
    private final String last;

    QueryGraph(SequenceSettings settings, Parameters parameters) {
        this.settings = settings;
        this.parameters = parameters;
        Dimension visitors = Dimension.named("batch");
        history =
                graph.input(
                        "history",
                        TensorType.FP32,
                        visitors,
                        Dimension.named("length"),
                        Dimension.of(settings.width()));
        last = graph.input("last", TensorType.INT64, visitors);
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
     * The row of each visitor's newest item, made as long as the loss made it.
     *
     * @param value [visitors, length, width]
     */
    GraphBuilder answered(String value) {
        String at = graph.node("Unsqueeze", List.of(last, graph.longs(new long[] {1}, 1)));
        String rows = graph.node("GatherND", List.of(value, at), Attribute.of("batch_dims", 1));
        if (settings.scale() == 0) {
            graph.node("", "Identity", List.of(rows), List.of("query"));
        } else {
            String direction = layers.direction(rows);
            String scale = graph.floats(new float[] {(float) settings.scale()}, 1);
            graph.node("", "Mul", List.of(direction, scale), List.of("query"));
        }
        graph.output(
                "query", TensorType.FP32, Dimension.named("batch"), Dimension.of(settings.width()));
        return graph;
    }
}
