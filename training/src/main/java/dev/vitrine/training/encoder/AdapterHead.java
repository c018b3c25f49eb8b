package dev.vitrine.training.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.core.Linear;
import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.graph.Layers;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.retrieval.encoder.DenseLayer;
import dev.vitrine.retrieval.text.TextEncoder;
import dev.vitrine.training.network.DropMask;
import dev.vitrine.training.network.Parameters;
import dev.vitrine.training.network.Torch;
import dev.vitrine.training.text.TextNetwork;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A dense layer over the vectors of an encoder that stays as it is. It begins as the identity, or
 * as the layer that the encoder had, so that a fit can only begin where the encoder was. Each text
 * is encoded once.
 */
final class AdapterHead implements TextNetwork {
    private static final String WEIGHT = "weight";
    private static final String BIAS = "bias";

    private final Torch torch;
    private final TextEncoder frozen;
    private final DenseLayer first;
    private final Parameters parameters;
    private final DropMask drop;

    /**
     * @param frozen its vectors are one long, as the layer wants them
     */
    AdapterHead(Torch torch, TextEncoder frozen, DenseLayer first, long seed) {
        if (!first.ofDirection() || first.from() != frozen.width()) {
            throw new IllegalArgumentException(
                    "a layer over vectors of " + first.from() + " numbers, not one long");
        }
        this.torch = torch;
        this.frozen = frozen;
        this.first = first;
        this.parameters = new Parameters(torch, seed);
        this.drop = new DropMask(torch, seed);
        parameters.put(WEIGHT, first.weight(), first.to(), first.from());
        parameters.put(BIAS, first.bias(), first.to());
    }

    @Override
    public String name() {
        return "adapter";
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
        float[] vectors = frozen.encode(texts);
        int width = frozen.width();
        return (places, random) -> {
            float[] chosen = new float[places.length * width];
            for (int row = 0; row < places.length; row++) {
                System.arraycopy(vectors, places[row] * width, chosen, row * width, width);
            }
            return forward(torch.floats(chosen, places.length, width));
        };
    }

    private NDArray forward(NDArray vectors) {
        NDArray value =
                Linear.linear(vectors, parameters.get(WEIGHT), parameters.get(BIAS))
                        .singletonOrThrow();
        return (first.tanh() ? value.tanh() : value).normalize(2, 1);
    }

    /** As it is now. */
    DenseLayer layer() {
        return new DenseLayer(
                parameters.values(WEIGHT), parameters.values(BIAS), first.tanh(), true);
    }

    /** {@code vectors} FP32 [batch, width] to {@code embedding} FP32 [batch, width]. */
    @Override
    public GraphBuilder graph() {
        GraphBuilder graph = new GraphBuilder("adapter");
        Layers layers = new Layers(graph);
        Dimension batch = Dimension.named("batch");
        String vectors = graph.input("vectors", TensorType.FP32, batch, Dimension.of(first.from()));
        String value = layers.dense(vectors, parameters.values(WEIGHT), parameters.values(BIAS));
        value = first.tanh() ? graph.node("Tanh", List.of(value)) : value;
        graph.node("", "Identity", List.of(layers.direction(value)), List.of("embedding"));
        graph.output("embedding", TensorType.FP32, batch, Dimension.of(first.to()));
        return graph;
    }

    @Override
    public TextEncoder encoder(OnnxSession session) {
        return new TextEncoder() {
            @Override
            public int width() {
                return first.to();
            }

            @Override
            public float[] encode(List<String> texts) {
                long[] shape = {texts.size(), first.from()};
                Tensor vectors = Tensor.of(shape, frozen.encode(texts));
                return Objects.requireNonNull(
                                session.run(Map.of("vectors", vectors)).get("embedding"))
                        .floats();
            }
        };
    }
}
