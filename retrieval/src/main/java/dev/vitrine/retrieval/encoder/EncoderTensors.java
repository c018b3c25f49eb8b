package dev.vitrine.retrieval.encoder;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The weights of an encoder by our names, which are the same for all architectures, and by those
 * that their files have.
 */
public final class EncoderTensors {
    private EncoderTensors() {}

    /**
     * One of the weights.
     *
     * @param name ours
     * @param file the name in a file, without the prefix of the architecture
     */
    public record Named(String name, String file, long... shape) {}

    /** What networks and graphs are made of, by our names. */
    @FunctionalInterface
    public interface Weights {
        float[] values(String name);
    }

    /** All weights between tokens and their vectors. */
    public static List<Named> encoder(EncoderConfig config) {
        boolean distilled = config.kind() == EncoderConfig.Kind.DISTILBERT;
        List<Named> all = new ArrayList<>();
        int width = config.width();
        all.add(
                new Named(
                        "words", "embeddings.word_embeddings.weight", config.vocabulary(), width));
        all.add(
                new Named(
                        "places", "embeddings.position_embeddings.weight", config.places(), width));
        if (config.types() > 0) {
            all.add(
                    new Named(
                            "types",
                            "embeddings.token_type_embeddings.weight",
                            config.types(),
                            width));
        }
        norm(all, "norm", "embeddings.LayerNorm", width);
        for (int layer = 0; layer < config.layers(); layer++) {
            String of = "layer" + layer + ".";
            String file =
                    distilled ? "transformer.layer." + layer + "." : "encoder.layer." + layer + ".";
            String own = distilled ? "attention." : "attention.self.";
            dense(all, of + "query", file + own + (distilled ? "q_lin" : "query"), width, width);
            dense(all, of + "key", file + own + (distilled ? "k_lin" : "key"), width, width);
            dense(all, of + "value", file + own + (distilled ? "v_lin" : "value"), width, width);
            String out = distilled ? "attention.out_lin" : "attention.output.dense";
            dense(all, of + "out", file + out, width, width);
            String attended = distilled ? "sa_layer_norm" : "attention.output.LayerNorm";
            norm(all, of + "attention.norm", file + attended, width);
            String in = distilled ? "ffn.lin1" : "intermediate.dense";
            dense(all, of + "dense.in", file + in, width, config.inner());
            String back = distilled ? "ffn.lin2" : "output.dense";
            dense(all, of + "dense.out", file + back, config.inner(), width);
            norm(
                    all,
                    of + "dense.norm",
                    file + (distilled ? "output_layer_norm" : "output.LayerNorm"),
                    width);
        }
        return all;
    }

    /**
     * The weights of a head with one number for each text, as the architecture has it: a dense
     * layer over the first token's vector and one on top. Names are whole.
     */
    public static List<Named> head(EncoderConfig config) {
        List<Named> all = new ArrayList<>();
        int width = config.width();
        switch (config.kind()) {
            case BERT -> {
                dense(all, "head.in", "bert.pooler.dense", width, width);
                dense(all, "head.out", "classifier", width, 1);
            }
            case DISTILBERT -> {
                dense(all, "head.in", "pre_classifier", width, width);
                dense(all, "head.out", "classifier", width, 1);
            }
            case ROBERTA, XLM_ROBERTA, CAMEMBERT -> {
                dense(all, "head.in", "classifier.dense", width, width);
                dense(all, "head.out", "classifier.out_proj", width, 1);
            }
        }
        return all;
    }

    /** What names have before them in files of a model with a head. */
    public static String prefix(EncoderConfig config) {
        return switch (config.kind()) {
            case BERT -> "bert.";
            case DISTILBERT -> "distilbert.";
            case ROBERTA, XLM_ROBERTA, CAMEMBERT -> "roberta.";
        };
    }

    private static void dense(List<Named> all, String name, String file, int from, int to) {
        all.add(new Named(name + ".weight", file + ".weight", to, from));
        all.add(new Named(name + ".bias", file + ".bias", to));
    }

    private static void norm(List<Named> all, String name, String file, int width) {
        all.add(new Named(name + ".scale", file + ".weight", width));
        all.add(new Named(name + ".shift", file + ".bias", width));
    }

    /**
     * The name by which a file has a weight: with the prefix of its architecture or without, and of
     * normalisations also by the names that older files have.
     *
     * @throws VitrineException MODEL_INVALID when it has it by none
     */
    public static String nameIn(Safetensors file, EncoderConfig config, Named weight) {
        return find(file, config, weight)
                .orElseThrow(() ->
                        new VitrineException(
                                RetrievalError.MODEL_INVALID,
                                "the weights lack "
                                        + weight.file()
                                        + ", which an encoder of the kind "
                                        + config.kind().type()
                                        + " has; they begin with "
                                        + file.names().stream().limit(3).toList()));
    }

    /** As {@link #nameIn}, empty where the file does not have it. */
    public static Optional<String> find(Safetensors file, EncoderConfig config, Named weight) {
        String prefix = prefix(config);
        String plain = weight.file();
        plain = plain.startsWith(prefix) ? plain.substring(prefix.length()) : plain;
        for (String name : List.of(plain, prefix + plain)) {
            for (String each : List.of(name, older(name))) {
                if (file.names().contains(each)) {
                    return Optional.of(each);
                }
            }
        }
        return Optional.empty();
    }

    private static String older(String name) {
        return name.replace("LayerNorm.weight", "LayerNorm.gamma")
                .replace("LayerNorm.bias", "LayerNorm.beta");
    }

    /**
     * The weights of an encoder, and of its head, as a file has them, each read when it is asked
     * for.
     */
    public static Weights in(Safetensors file, EncoderConfig config) {
        Map<String, Named> known = new HashMap<>();
        encoder(config).forEach(weight -> known.put(weight.name(), weight));
        head(config).forEach(weight -> known.put(weight.name(), weight));
        return name -> {
            Named weight = known.get(name);
            if (weight == null) {
                throw new IllegalArgumentException("no weight is called " + name);
            }
            return file.floats(nameIn(file, config, weight), weight.shape());
        };
    }
}
