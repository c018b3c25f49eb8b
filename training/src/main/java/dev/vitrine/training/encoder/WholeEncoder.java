package dev.vitrine.training.encoder;

import ai.djl.ndarray.NDArray;
import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.retrieval.encoder.DenseLayer;
import dev.vitrine.retrieval.encoder.EncoderConfig;
import dev.vitrine.retrieval.encoder.EncoderGraph;
import dev.vitrine.retrieval.encoder.EncoderPorts;
import dev.vitrine.retrieval.encoder.EncoderTensors;
import dev.vitrine.retrieval.encoder.Pooling;
import dev.vitrine.retrieval.encoder.TextTokenizer;
import dev.vitrine.retrieval.encoder.TextTokenizer.Rows;
import dev.vitrine.retrieval.encoder.TextTokenizer.Tokens;
import dev.vitrine.retrieval.encoder.TransformerTextEncoder;
import dev.vitrine.retrieval.text.TextEncoder;
import dev.vitrine.training.network.DropMask;
import dev.vitrine.training.network.Parameters;
import dev.vitrine.training.network.Torch;
import dev.vitrine.training.text.TextNetwork;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** An encoder of which every weight is fitted. */
final class WholeEncoder implements TextNetwork {
    private static final String DENSE = "dense";

    private final EncoderConfig config;
    private final TextTokenizer tokenizer;
    private final Pooling pooling;
    private final Optional<DenseLayer> dense;
    private final Parameters parameters;
    private final DropMask drop;
    private final BertNetwork network;

    /**
     * @param dense what stands on top of it already, which is fitted too
     */
    WholeEncoder(
            Torch torch,
            EncoderConfig config,
            EncoderTensors.Weights weights,
            TextTokenizer tokenizer,
            Pooling pooling,
            Optional<DenseLayer> dense,
            long seed) {
        this.config = config;
        this.tokenizer = tokenizer;
        this.pooling = pooling;
        this.dense = dense;
        this.parameters = new Parameters(torch, seed);
        this.drop = new DropMask(torch, seed);
        this.network = new BertNetwork(torch, config, weights, parameters, drop);
        if (dense.isPresent()) {
            DenseLayer layer = dense.get();
            parameters.put(DENSE + ".weight", layer.weight(), layer.to(), layer.from());
            parameters.put(DENSE + ".bias", layer.bias(), layer.to());
        }
    }

    @Override
    public String name() {
        return "text encoder";
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
        Tokens[] all = texts.stream().map(tokenizer::encode).toArray(Tokens[]::new);
        return (places, random) ->
                vectors(Arrays.stream(places).mapToObj(place -> all[place]).toList(), true);
    }

    /** What the network says of texts, as the graph should: [texts, width]. */
    NDArray vectors(List<Tokens> texts, boolean training) {
        Rows rows = Rows.of(texts, config.padding());
        NDArray value = network.pooled(network.tokens(rows, false, training), rows, pooling);
        if (dense.isPresent()) {
            value = dense.get().ofDirection() ? value.normalize(2, 1) : value;
            value = network.linear(DENSE, value);
            value = dense.get().tanh() ? value.tanh() : value;
        }
        return value.normalize(2, 1);
    }

    /** The layer on top as it is now. */
    Optional<DenseLayer> dense() {
        return dense.map(layer ->
                new DenseLayer(
                        parameters.values(DENSE + ".weight"),
                        parameters.values(DENSE + ".bias"),
                        layer.tanh(),
                        layer.ofDirection()));
    }

    @Override
    public GraphBuilder graph() {
        return EncoderGraph.vectors(config, parameters::values, pooling, dense());
    }

    @Override
    public TextEncoder encoder(OnnxSession session) {
        return new TransformerTextEncoder(
                session::run,
                tokenizer,
                EncoderPorts.of(session.signature()),
                config.padding(),
                pooling,
                Optional.empty());
    }
}
