package dev.vitrine.training.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import dev.vitrine.retrieval.encoder.EncoderConfig;
import dev.vitrine.retrieval.encoder.EncoderGraph;
import dev.vitrine.retrieval.encoder.EncoderTensors;
import dev.vitrine.retrieval.encoder.EncoderTensors.Named;
import dev.vitrine.retrieval.encoder.Pooling;
import dev.vitrine.retrieval.encoder.TextTokenizer.Rows;
import dev.vitrine.training.network.DropMask;
import dev.vitrine.training.network.Parameters;
import dev.vitrine.training.network.Torch;

/**
 * A Transformer that sees a text from both ends (BERT, Devlin et al. 2019): vectors of tokens, of
 * their places and types, then blocks of attention and dense layers, each normalised after what
 * went round it is added. Computes what {@link EncoderGraph} does.
 */
final class BertNetwork {
    private final Torch torch;
    private final EncoderConfig config;
    private final Parameters parameters;
    private final DropMask drop;

    /** Takes its weights from where they are, by the names of {@link EncoderTensors}. */
    BertNetwork(
            Torch torch,
            EncoderConfig config,
            EncoderTensors.Weights weights,
            Parameters parameters,
            DropMask drop) {
        this.torch = torch;
        this.config = config;
        this.parameters = parameters;
        this.drop = drop;
        for (Named each : EncoderTensors.encoder(config)) {
            parameters.put(each.name(), weights.values(each.name()), each.shape());
        }
    }

    /**
     * The vectors of all tokens.
     *
     * @param typed whether the types of tokens are heeded, as for two texts
     * @return [texts, tokens, width]
     */
    NDArray tokens(Rows rows, boolean typed, boolean training) {
        int texts = rows.texts();
        int count = rows.tokens();
        int first = config.firstPlace();
        NDArray value =
                rows(torch.longs(rows.ids(), texts, count), "words")
                        .add(parameters.get("places").get(first + ":" + (first + count)));
        if (config.types() > 0) {
            long[] types = typed && config.types() > 1 ? rows.types() : new long[texts * count];
            value = value.add(rows(torch.longs(types, texts, count), "types"));
        }
        value = dropped(normed("norm", value), config.dropout(), training);
        NDArray hidden = torch.floats(hidden(rows), texts, 1, 1, count);
        for (int layer = 0; layer < config.layers(); layer++) {
            String of = "layer" + layer + ".";
            NDArray attended = attention(of, value, hidden, texts, count, training);
            value =
                    normed(
                            of + "attention.norm",
                            value.add(dropped(attended, config.dropout(), training)));
            NDArray inner = linear(of + "dense.in", value);
            NDArray active =
                    switch (config.activation()) {
                        case GELU -> Activation.gelu(inner);
                        case RELU -> Activation.relu(inner);
                    };
            NDArray dense = linear(of + "dense.out", active);
            value =
                    normed(
                            of + "dense.norm",
                            value.add(dropped(dense, config.dropout(), training)));
        }
        return value;
    }

    private NDArray attention(
            String of, NDArray value, NDArray hidden, int texts, int count, boolean training) {
        int heads = config.heads();
        int each = config.width() / heads;
        NDArray queries = parted(linear(of + "query", value), texts, count);
        NDArray keys = parted(linear(of + "key", value), texts, count);
        NDArray values = parted(linear(of + "value", value), texts, count);
        NDArray scores =
                queries.matMul(keys.transpose(0, 1, 3, 2))
                        .mul(torch.number(1 / Math.sqrt(each)))
                        .add(hidden);
        NDArray shares = dropped(scores.softmax(-1), config.attentionDropout(), training);
        NDArray mixed =
                shares.matMul(values).transpose(0, 2, 1, 3).reshape(texts, count, config.width());
        return linear(of + "out", mixed);
    }

    private NDArray parted(NDArray value, int texts, int count) {
        return value.reshape(texts, count, config.heads(), config.width() / config.heads())
                .transpose(0, 2, 1, 3);
    }

    private static float[] hidden(Rows rows) {
        float[] hidden = new float[rows.mask().length];
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] = rows.mask()[i] == 0 ? EncoderGraph.HIDDEN : 0;
        }
        return hidden;
    }

    /**
     * One vector for each text.
     *
     * @param tokens as {@link #tokens} gives them
     * @return [texts, width]
     */
    NDArray pooled(NDArray tokens, Rows rows, Pooling pooling) {
        return switch (pooling) {
            case FIRST -> tokens.get(":, 0");
            case MEAN -> {
                float[] shares = new float[rows.mask().length];
                for (int text = 0; text < rows.texts(); text++) {
                    int from = text * rows.tokens();
                    float count = 0;
                    for (int i = from; i < from + rows.tokens(); i++) {
                        count += rows.mask()[i];
                    }
                    for (int i = from; i < from + rows.tokens(); i++) {
                        shares[i] = rows.mask()[i] / Math.max(1, count);
                    }
                }
                NDArray each = torch.floats(shares, rows.texts(), rows.tokens(), 1);
                yield tokens.mul(each).sum(new int[] {1});
            }
        };
    }

    /** Rows of a table of the parameters. */
    private NDArray rows(NDArray numbers, String name) {
        NDArray table = parameters.get(name);
        return table.getNDArrayInternal()
                .embedding(numbers, table, SparseFormat.DENSE)
                .singletonOrThrow();
    }

    private NDArray dropped(NDArray value, double share, boolean training) {
        return training ? drop.apply(value, share) : value;
    }

    /** A dense layer of the parameters. */
    NDArray linear(String name, NDArray value) {
        return Linear.linear(
                        value, parameters.get(name + ".weight"), parameters.get(name + ".bias"))
                .singletonOrThrow();
    }

    private NDArray normed(String name, NDArray value) {
        return LayerNorm.layerNorm(
                        value,
                        new Shape(config.width()),
                        parameters.get(name + ".scale"),
                        parameters.get(name + ".shift"),
                        config.epsilon())
                .singletonOrThrow();
    }
}
