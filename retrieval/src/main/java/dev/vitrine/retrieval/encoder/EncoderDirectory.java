package dev.vitrine.retrieval.encoder;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * An encoder as it lies in a directory, in the layout of Hugging Face: {@code config.json}, {@code
 * tokenizer.json}, {@code model.safetensors} or {@code model.onnx}, and where sentence-transformers
 * wrote it, {@code modules.json} with what it names.
 *
 * @param config empty where the weights are ONNX, which needs none
 * @param safetensors weights that can be fine-tuned; used where there is ONNX too
 * @param padding the token that texts are filled up with
 * @param likelihood whether it has a head that says how probable something is of two texts
 * @param longest tokens of a text that are read, if no fewer are asked for
 */
public record EncoderDirectory(
        Path folder,
        Optional<EncoderConfig> config,
        Path tokenizer,
        Optional<Path> safetensors,
        Optional<Path> onnx,
        Pooling pooling,
        Optional<DenseLayer> dense,
        int padding,
        boolean likelihood,
        int longest) {
    public static final String CONFIG = "config.json";
    public static final String TOKENIZER = "tokenizer.json";
    public static final String SAFETENSORS = "model.safetensors";
    public static final String ONNX = "model.onnx";
    public static final String MODULES = "modules.json";
    public static final String LENGTH = "sentence_bert_config.json";

    private static final int USUAL_LENGTH = 512;
    private static final Pattern PATH = Pattern.compile("[A-Za-z0-9_-]{0,100}");

    /** What modules.json names beside the Transformer. */
    private record Modules(Pooling pooling, Optional<DenseLayer> dense) {}

    /** Whether a directory holds an encoder, or would if something were not missing. */
    public static boolean isOne(Path folder) {
        return Files.isDirectory(folder)
                && (Files.exists(folder.resolve(CONFIG))
                        || Files.exists(folder.resolve(TOKENIZER)));
    }

    /**
     * Looks at a directory.
     *
     * @throws VitrineException MODEL_INVALID, saying what is missing or not read
     */
    public static EncoderDirectory read(Path folder) {
        Optional<Path> safetensors = file(folder, SAFETENSORS);
        Optional<Path> onnx =
                file(folder, ONNX).or(() -> file(folder, "onnx" + java.io.File.separator + ONNX));
        if (safetensors.isEmpty() && onnx.isEmpty()) {
            throw invalid(
                    folder, "it has neither " + SAFETENSORS + " nor " + ONNX + advice(folder));
        }
        Path tokenizer =
                file(folder, TOKENIZER)
                        .orElseThrow(() ->
                                invalid(
                                        folder,
                                        "it has no "
                                                + TOKENIZER
                                                + "; the library that made the model writes one"
                                                + " for its fast tokenizers"));
        Optional<EncoderConfig> config =
                safetensors.isPresent()
                        ? Optional.of(
                                EncoderConfig.read(
                                        file(folder, CONFIG)
                                                .orElseThrow(() ->
                                                        invalid(folder, "it has no " + CONFIG))))
                        : Optional.empty();
        Modules modules = modules(folder);
        int longest = config.map(EncoderConfig::longest).orElse(Integer.MAX_VALUE);
        longest = Math.min(longest, stated(folder));
        if (longest < 4) {
            throw invalid(folder, "texts of " + longest + " tokens say nothing");
        }
        return new EncoderDirectory(
                folder,
                config,
                tokenizer,
                safetensors,
                onnx,
                modules.pooling,
                modules.dense,
                config.map(EncoderConfig::padding).orElseGet(() -> padding(folder)),
                hasHead(folder),
                longest);
    }

    /** Hidden by the mask; where config.json does not say which it is, any will do. */
    private static int padding(Path folder) {
        return file(folder, CONFIG)
                .map(file -> JsonFiles.object(file).path("pad_token_id").asInt(0))
                .filter(id -> id >= 0)
                .orElse(0);
    }

    /** Whether config.json names a classifier with one label. */
    private static boolean hasHead(Path folder) {
        Optional<Path> file = file(folder, CONFIG);
        if (file.isEmpty()) {
            return false;
        }
        JsonNode json = JsonFiles.object(file.get());
        String architecture = json.path("architectures").path(0).asString("");
        return architecture.endsWith("ForSequenceClassification")
                && json.path("id2label").size() == 1;
    }

    /** The files that say what is done with what the weights give; none where no file says it. */
    public List<Path> moduleFiles() {
        Optional<Path> modules = file(folder, MODULES);
        List<Path> files = new ArrayList<>();
        modules.ifPresent(files::add);
        byte[] list =
                modules.map(file -> JsonFiles.bytes(file, 1 << 16)).orElse(new byte[] {'[', ']'});
        for (JsonNode module : JsonFiles.object(wrapped(list), MODULES).path("modules")) {
            String path = module.path("path").asString("");
            if (!path.isEmpty() && PATH.matcher(path).matches()) {
                file(folder.resolve(path), CONFIG).ifPresent(files::add);
                file(folder.resolve(path), SAFETENSORS).ifPresent(files::add);
            }
        }
        return files;
    }

    /** The encoder as it is below its adapter. */
    public EncoderDirectory withoutDense() {
        return new EncoderDirectory(
                folder,
                config,
                tokenizer,
                safetensors,
                onnx,
                pooling,
                Optional.empty(),
                padding,
                likelihood,
                longest);
    }

    private static String advice(Path folder) {
        if (file(folder, SAFETENSORS + ".index.json").isPresent()) {
            return "; weights in several files are not read";
        }
        if (file(folder, "pytorch_model.bin").isPresent()) {
            return "; pytorch_model.bin is a program and not read, save it as safetensors";
        }
        return "";
    }

    private static Optional<Path> file(Path folder, String name) {
        return Optional.of(folder.resolve(name)).filter(Files::isRegularFile);
    }

    /** The length that was trained with, where a file says it. */
    private static int stated(Path folder) {
        return file(folder, LENGTH)
                .map(file -> JsonFiles.object(file).path("max_seq_length").asInt(USUAL_LENGTH))
                .orElse(USUAL_LENGTH);
    }

    private static Modules modules(Path folder) {
        Optional<Path> file = file(folder, MODULES);
        if (file.isEmpty()) {
            return new Modules(Pooling.MEAN, Optional.empty());
        }
        byte[] list = JsonFiles.bytes(file.get(), 1 << 16);
        JsonNode json = JsonFiles.object(wrapped(list), MODULES).path("modules");
        Optional<Pooling> pooling = Optional.empty();
        Optional<DenseLayer> dense = Optional.empty();
        boolean normalized = false;
        for (JsonNode module : json) {
            String type = module.path("type").asString("");
            String path = module.path("path").asString("");
            if (!PATH.matcher(path).matches()) {
                throw invalid(folder, MODULES + " names a module in '" + path + "'");
            }
            switch (type.substring(type.lastIndexOf('.') + 1)) {
                case "Transformer" -> {
                    if (!path.isEmpty()) {
                        throw invalid(
                                folder, "its Transformer lies in " + path + "; name that folder");
                    }
                }
                case "Pooling" -> pooling = Optional.of(pooling(folder, folder.resolve(path)));
                case "Dense" -> {
                    if (dense.isPresent()) {
                        throw invalid(folder, MODULES + " names two dense layers; one is read");
                    }
                    dense = Optional.of(DenseLayer.read(folder.resolve(path), normalized));
                }
                case "Normalize" -> normalized = true;
                default -> throw invalid(folder, MODULES + " names the module '" + type + "'");
            }
        }
        return new Modules(
                pooling.orElseThrow(() -> invalid(folder, MODULES + " names no Pooling")), dense);
    }

    /** A list as an object, so that all files are read by one way. */
    private static byte[] wrapped(byte[] list) {
        byte[] before = "{\"modules\":".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        byte[] all = java.util.Arrays.copyOf(before, before.length + list.length + 1);
        System.arraycopy(list, 0, all, before.length, list.length);
        all[all.length - 1] = '}';
        return all;
    }

    private static Pooling pooling(Path folder, Path module) {
        JsonNode json = JsonFiles.object(module.resolve(CONFIG));
        boolean first = json.path("pooling_mode_cls_token").asBoolean(false);
        boolean mean = json.path("pooling_mode_mean_tokens").asBoolean(false);
        for (String other :
                new String[] {
                    "pooling_mode_max_tokens",
                    "pooling_mode_mean_sqrt_len_tokens",
                    "pooling_mode_weightedmean_tokens",
                    "pooling_mode_lasttoken"
                }) {
            if (json.path(other).asBoolean(false)) {
                throw invalid(folder, other + " is not read; the mean and the first token are");
            }
        }
        if (first == mean) {
            throw invalid(
                    folder, "its pooling takes " + (first ? "two kinds of" : "no") + " vectors");
        }
        return first ? Pooling.FIRST : Pooling.MEAN;
    }

    private static VitrineException invalid(Path folder, String why) {
        return new VitrineException(
                RetrievalError.MODEL_INVALID,
                "no encoder can be read from " + folder.getFileName() + ": " + why);
    }
}
