package dev.vitrine.training.encoder;

import dev.vitrine.inference.graph.ModelSplitter;
import dev.vitrine.retrieval.encoder.DenseLayer;
import dev.vitrine.retrieval.encoder.EncoderConfig;
import dev.vitrine.retrieval.encoder.EncoderDirectory;
import dev.vitrine.retrieval.encoder.EncoderTensors;
import dev.vitrine.retrieval.encoder.LoadedEncoder;
import dev.vitrine.retrieval.encoder.Pooling;
import dev.vitrine.retrieval.encoder.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a fitted encoder as it was read: a directory in the layout of Hugging Face, which
 * transformers and sentence-transformers load, with the ONNX graph beside the weights.
 */
final class EncoderFiles {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String MODULE = "sentence_transformers.models.";

    /** What goes along as it is. */
    private static final List<String> KEPT =
            List.of(
                    EncoderDirectory.TOKENIZER,
                    "tokenizer_config.json",
                    "special_tokens_map.json",
                    "vocab.txt",
                    "vocab.json",
                    "merges.txt",
                    "sentencepiece.bpe.model");

    private final EncoderDirectory from;
    private final Path to;
    private final int tokens;

    /**
     * @param to a folder that is there
     * @param tokens of a text that were read
     */
    EncoderFiles(EncoderDirectory from, Path to, int tokens) {
        this.from = from;
        this.to = to;
        this.tokens = tokens;
    }

    /** Writes an encoder of which every weight was fitted. */
    void whole(EncoderTensors.Weights weights, Optional<DenseLayer> dense) throws IOException {
        EncoderConfig config = from.config().orElseThrow();
        Safetensors.write(
                to.resolve(EncoderDirectory.SAFETENSORS),
                tensors(EncoderTensors.encoder(config), weights, ""));
        configured(architecture(config, "Model"), false);
        modules(dense);
        kept();
        graph();
    }

    /** Writes an encoder with a head. */
    void likelihood(EncoderTensors.Weights weights) throws IOException {
        EncoderConfig config = from.config().orElseThrow();
        Map<String, Safetensors.Values> all =
                tensors(EncoderTensors.encoder(config), weights, EncoderTensors.prefix(config));
        all.putAll(tensors(EncoderTensors.head(config), weights, ""));
        Safetensors.write(to.resolve(EncoderDirectory.SAFETENSORS), all);
        configured(architecture(config, "ForSequenceClassification"), true);
        length();
        kept();
        graph();
    }

    /** Writes an encoder that stayed as it was, with an adapter. */
    void adapted(DenseLayer adapter) throws IOException {
        if (from.safetensors().isPresent()) {
            Files.copy(
                    from.safetensors().get(),
                    to.resolve(EncoderDirectory.SAFETENSORS),
                    StandardCopyOption.REPLACE_EXISTING);
        } else {
            ModelSplitter.split(from.onnx().orElseThrow(), to);
        }
        Path config = from.folder().resolve(EncoderDirectory.CONFIG);
        if (Files.exists(config)) {
            Files.copy(
                    config,
                    to.resolve(EncoderDirectory.CONFIG),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        modules(Optional.of(adapter));
        kept();
        if (from.safetensors().isPresent()) {
            graph();
        }
    }

    private static Map<String, Safetensors.Values> tensors(
            List<EncoderTensors.Named> named, EncoderTensors.Weights weights, String prefix) {
        Map<String, Safetensors.Values> all = new HashMap<>();
        for (EncoderTensors.Named each : named) {
            all.put(
                    prefix + each.file(),
                    new Safetensors.Values(weights.values(each.name()), each.shape()));
        }
        return all;
    }

    private static String architecture(EncoderConfig config, String ending) {
        return switch (config.kind()) {
                    case BERT -> "Bert";
                    case DISTILBERT -> "DistilBert";
                    case ROBERTA -> "Roberta";
                    case XLM_ROBERTA -> "XLMRoberta";
                    case CAMEMBERT -> "Camembert";
                }
                + ending;
    }

    /** The configuration as it came, but for what is another now. */
    private void configured(String architecture, boolean oneLabel) throws IOException {
        JsonNode read =
                JSON.readTree(Files.readAllBytes(from.folder().resolve(EncoderDirectory.CONFIG)));
        ObjectNode config = (ObjectNode) read;
        config.putArray("architectures").add(architecture);
        config.remove("torch_dtype");
        config.put("dtype", "float32");
        for (String label : new String[] {"id2label", "label2id", "num_labels", "problem_type"}) {
            config.remove(label);
        }
        if (oneLabel) {
            config.putObject("id2label").put("0", "LIKED");
            config.putObject("label2id").put("LIKED", 0);
            config.put("problem_type", "multi_label_classification");
        }
        write(to.resolve(EncoderDirectory.CONFIG), config);
    }

    private void modules(Optional<DenseLayer> dense) throws IOException {
        List<String> kinds = new ArrayList<>(List.of("Transformer", "Pooling"));
        if (dense.isPresent()) {
            if (dense.get().ofDirection()) {
                kinds.add("Normalize");
            }
            kinds.add("Dense");
        }
        kinds.add("Normalize");
        ArrayNode modules = JSON.createArrayNode();
        for (int place = 0; place < kinds.size(); place++) {
            String kind = kinds.get(place);
            String path = place == 0 ? "" : place + "_" + kind;
            ObjectNode module = modules.addObject();
            module.put("idx", place).put("name", Integer.toString(place)).put("path", path);
            module.put("type", MODULE + kind);
            Path folder = to.resolve(path);
            Files.createDirectories(folder);
            switch (kind) {
                case "Pooling" -> pooling(folder);
                case "Dense" -> dense.orElseThrow().write(folder);
                default -> {}
            }
        }
        write(to.resolve(EncoderDirectory.MODULES), modules);
        length();
    }

    private void pooling(Path folder) throws IOException {
        ObjectNode pooling = JSON.createObjectNode();
        from.config().ifPresent(config -> pooling.put("word_embedding_dimension", config.width()));
        pooling.put("pooling_mode_cls_token", from.pooling() == Pooling.FIRST);
        pooling.put("pooling_mode_mean_tokens", from.pooling() == Pooling.MEAN);
        write(folder.resolve(EncoderDirectory.CONFIG), pooling);
    }

    private void length() throws IOException {
        ObjectNode length = JSON.createObjectNode();
        write(
                to.resolve(EncoderDirectory.LENGTH),
                length.put("max_seq_length", tokens).put("do_lower_case", false));
    }

    private void kept() throws IOException {
        for (String name : KEPT) {
            Path file = from.folder().resolve(name);
            if (Files.isRegularFile(file)) {
                Files.copy(file, to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** From the files that were just written, so that they are known to be read again. */
    private void graph() {
        LoadedEncoder.writeGraph(EncoderDirectory.read(to), to.resolve(EncoderDirectory.ONNX));
    }

    private static void write(Path file, JsonNode json) throws IOException {
        Files.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
    }
}
