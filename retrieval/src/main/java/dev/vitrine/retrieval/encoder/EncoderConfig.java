package dev.vitrine.retrieval.encoder;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * The shape of a Transformer encoder of the BERT kind (Devlin et al. 2019), as its {@code
 * config.json} says it.
 *
 * @param vocabulary tokens that there are
 * @param width of the vectors of tokens
 * @param inner width of the dense layer between
 * @param places that have a vector of their own, see {@link #longest}
 * @param types of tokens: 2 where the first and the second of two texts are told apart
 * @param epsilon of all normalisations
 * @param padding the token that texts are filled up with
 * @param dropout of training, after embeddings and layers
 * @param attentionDropout of training, of the weights of attention
 */
public record EncoderConfig(
        Kind kind,
        int vocabulary,
        int width,
        int layers,
        int heads,
        int inner,
        int places,
        int types,
        float epsilon,
        Activation activation,
        int padding,
        double dropout,
        double attentionDropout) {
    private static final int MOST_LAYERS = 100;
    private static final int WIDEST = 1 << 14;
    private static final int MOST_PLACES = 1 << 15;
    private static final int MOST_TOKENS = 1 << 21;

    /** Architectures that are read, by the name that {@code model_type} has for them. */
    public enum Kind {
        BERT("bert"),
        DISTILBERT("distilbert"),
        ROBERTA("roberta"),
        XLM_ROBERTA("xlm-roberta"),
        CAMEMBERT("camembert");

        private final String type;

        Kind(String type) {
            this.type = type;
        }

        public String type() {
            return type;
        }

        /** Whether places are counted from behind the number of the filling token. */
        boolean countsFromPadding() {
            return this == ROBERTA || this == XLM_ROBERTA || this == CAMEMBERT;
        }

        static String all() {
            return Arrays.stream(values()).map(Kind::type).collect(Collectors.joining(", "));
        }
    }

    /** What follows the first dense layer of each block. */
    public enum Activation {
        GELU,
        RELU
    }

    public EncoderConfig {
        requireWithin("vocab_size", vocabulary, 2, MOST_TOKENS);
        requireWithin("hidden_size", width, 1, WIDEST);
        requireWithin("num_hidden_layers", layers, 1, MOST_LAYERS);
        requireWithin("num_attention_heads", heads, 1, width);
        requireWithin("intermediate_size", inner, 1, WIDEST * 4);
        requireWithin("max_position_embeddings", places, 4, MOST_PLACES);
        requireWithin("type_vocab_size", types, 0, 16);
        int most = kind.countsFromPadding() ? Math.min(vocabulary, places - 3) : vocabulary;
        requireWithin("pad_token_id", padding, 0, most - 1);
        if (width % heads != 0) {
            throw invalid(
                    "hidden_size "
                            + width
                            + " cannot be parted into "
                            + heads
                            + " attention heads");
        }
        if (!(epsilon > 0 && epsilon < .1)) {
            throw invalid("layer_norm_eps is " + epsilon);
        }
        if (!(dropout >= 0 && dropout < 1 && attentionDropout >= 0 && attentionDropout < 1)) {
            throw invalid("the dropout is " + dropout + ", that of attention " + attentionDropout);
        }
    }

    private static void requireWithin(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw invalid(key + " is " + value + ", expected " + least + " to " + most);
        }
    }

    /** The place of a text's first token. */
    public int firstPlace() {
        return kind.countsFromPadding() ? padding + 1 : 0;
    }

    /** Tokens that a text may have. */
    public int longest() {
        return places - firstPlace();
    }

    /**
     * Reads {@code config.json}.
     *
     * @throws VitrineException MODEL_INVALID for an architecture that is not read, and for sizes
     *     that cannot be
     */
    public static EncoderConfig read(Path file) {
        return of(JsonFiles.object(file));
    }

    static EncoderConfig of(JsonNode json) {
        String type = text(json, "model_type", "");
        for (Kind kind : Kind.values()) {
            if (kind.type.equals(type)) {
                return of(json, kind);
            }
        }
        throw invalid(
                "the architecture '"
                        + (type.length() > 100 ? type.substring(0, 100) : type)
                        + "' (model_type) is not read; read are "
                        + Kind.all());
    }

    private static EncoderConfig of(JsonNode json, Kind kind) {
        boolean distilled = kind == Kind.DISTILBERT;
        String places = text(json, "position_embedding_type", "absolute");
        if (!places.equals("absolute")) {
            throw invalid("position_embedding_type is '" + places + "', only absolute is read");
        }
        for (String other : new String[] {"is_decoder", "add_cross_attention"}) {
            if (json.path(other).asBoolean(false)) {
                throw invalid(other + " is true; only encoders are read");
            }
        }
        int padding = kind.countsFromPadding() ? 1 : 0;
        return new EncoderConfig(
                kind,
                number(json, "vocab_size", -1),
                number(json, distilled ? "dim" : "hidden_size", -1),
                number(json, distilled ? "n_layers" : "num_hidden_layers", -1),
                number(json, distilled ? "n_heads" : "num_attention_heads", -1),
                number(json, distilled ? "hidden_dim" : "intermediate_size", -1),
                number(json, "max_position_embeddings", 512),
                distilled ? 0 : number(json, "type_vocab_size", 2),
                (float) real(json, "layer_norm_eps", 1e-12),
                activation(text(json, distilled ? "activation" : "hidden_act", "gelu")),
                number(json, "pad_token_id", padding),
                real(json, distilled ? "dropout" : "hidden_dropout_prob", .1),
                real(json, distilled ? "attention_dropout" : "attention_probs_dropout_prob", .1));
    }

    private static Activation activation(String name) {
        return switch (name) {
            case "gelu" -> Activation.GELU;
            case "relu" -> Activation.RELU;
            default ->
                    throw invalid("the activation '" + name + "' is not read, but gelu and relu");
        };
    }

    private static String text(JsonNode json, String key, String absent) {
        JsonNode value = json.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return absent;
        }
        if (!value.isString()) {
            throw invalid(key + " is no text");
        }
        return value.stringValue();
    }

    private static int number(JsonNode json, String key, int absent) {
        JsonNode value = json.path(key);
        if (value.isMissingNode() || value.isNull()) {
            if (absent < 0) {
                throw invalid(key + " is missing");
            }
            return absent;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw invalid(key + " is no whole number");
        }
        return value.intValue();
    }

    private static double real(JsonNode json, String key, double absent) {
        JsonNode value = json.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return absent;
        }
        if (!value.isNumber()) {
            throw invalid(key + " is no number");
        }
        return value.doubleValue();
    }

    /** As part of an identity: two encoders of the same shape have the same. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s of %d layers, %d wide, %d tokens",
                kind.type,
                layers,
                width,
                vocabulary);
    }

    private static VitrineException invalid(String why) {
        return new VitrineException(RetrievalError.MODEL_INVALID, "config.json: " + why);
    }
}
