package dev.vitrine.retrieval.encoder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Encoders of a true layout with seeded random weights and a tokenizer of WordPiece that knows the
 * words it is given, for tests and measurements.
 */
public final class RandomEncoder {
    private static final double DEVIATION = .02;
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final List<String> MARKS = List.of("[CLS]", "[PAD]", "[SEP]", "[UNK]");

    private RandomEncoder() {}

    /** What there is in a tokenizer that knows some words: marks, letters, parts and the words. */
    public static List<String> vocabulary(List<String> words) {
        Set<String> all = new LinkedHashSet<>(MARKS);
        for (int i = 0; i < ALPHABET.length(); i++) {
            all.add(ALPHABET.substring(i, i + 1));
            all.add("##" + ALPHABET.charAt(i));
        }
        all.addAll(words);
        return new ArrayList<>(all);
    }

    /** A small shape. */
    public static EncoderConfig config(EncoderConfig.Kind kind, int vocabulary) {
        return new EncoderConfig(
                kind,
                vocabulary,
                32,
                2,
                4,
                64,
                50,
                kind == EncoderConfig.Kind.DISTILBERT ? 0 : kind.countsFromPadding() ? 1 : 2,
                kind.countsFromPadding() ? 1e-5f : 1e-12f,
                EncoderConfig.Activation.GELU,
                1,
                .1,
                .1);
    }

    /** Writes {@code config.json}, {@code tokenizer.json} and {@code model.safetensors}. */
    public static void write(Path folder, EncoderConfig config, List<String> words, long seed)
            throws IOException {
        Files.createDirectories(folder);
        Files.write(
                folder.resolve(EncoderDirectory.CONFIG),
                JsonFiles.JSON.writeValueAsBytes(json(config)));
        Files.writeString(folder.resolve(EncoderDirectory.TOKENIZER), tokenizer(words));
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Safetensors.Values> tensors = new HashMap<>();
        for (EncoderTensors.Named each : EncoderTensors.encoder(config)) {
            tensors.put(each.file(), values(each, random));
        }
        Safetensors.write(folder.resolve(EncoderDirectory.SAFETENSORS), tensors);
    }

    private static Safetensors.Values values(EncoderTensors.Named named, SplittableRandom random) {
        int size = 1;
        for (long dimension : named.shape()) {
            size = Math.toIntExact(size * dimension);
        }
        float middle = named.name().endsWith(".scale") ? 1 : 0;
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = middle + (float) (DEVIATION * random.nextGaussian());
        }
        return new Safetensors.Values(values, named.shape());
    }

    private static ObjectNode json(EncoderConfig config) {
        ObjectNode json = JsonFiles.JSON.createObjectNode();
        boolean distilled = config.kind() == EncoderConfig.Kind.DISTILBERT;
        json.put("model_type", config.kind().type());
        json.put("vocab_size", config.vocabulary());
        json.put(distilled ? "dim" : "hidden_size", config.width());
        json.put(distilled ? "n_layers" : "num_hidden_layers", config.layers());
        json.put(distilled ? "n_heads" : "num_attention_heads", config.heads());
        json.put(distilled ? "hidden_dim" : "intermediate_size", config.inner());
        json.put("max_position_embeddings", config.places());
        if (!distilled) {
            json.put("type_vocab_size", config.types());
            json.put("layer_norm_eps", config.epsilon());
        }
        json.put("pad_token_id", config.padding());
        return json;
    }

    private static String tokenizer(List<String> words) {
        List<String> vocabulary = vocabulary(words);
        ObjectNode json = JsonFiles.JSON.createObjectNode();
        json.put("version", "1.0").putNull("truncation").putNull("padding");
        ArrayNode added = json.putArray("added_tokens");
        for (String mark : MARKS) {
            ObjectNode one = added.addObject();
            one.put("id", vocabulary.indexOf(mark)).put("content", mark).put("special", true);
            for (String flag : new String[] {"single_word", "lstrip", "rstrip", "normalized"}) {
                one.put(flag, false);
            }
        }
        ObjectNode normalizer = json.putObject("normalizer").put("type", "BertNormalizer");
        normalizer.put("clean_text", true).put("handle_chinese_chars", true);
        normalizer.putNull("strip_accents").put("lowercase", true);
        json.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
        template(json.putObject("post_processor"), vocabulary);
        json.putObject("decoder").put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
        ObjectNode model = json.putObject("model").put("type", "WordPiece");
        model.put("unk_token", "[UNK]").put("continuing_subword_prefix", "##");
        model.put("max_input_chars_per_word", 100);
        ObjectNode ids = model.putObject("vocab");
        for (int id = 0; id < vocabulary.size(); id++) {
            ids.put(vocabulary.get(id), id);
        }
        return JsonFiles.JSON.writeValueAsString(json);
    }

    private static void template(ObjectNode json, List<String> vocabulary) {
        json.put("type", "TemplateProcessing");
        part(json.putArray("single"), "[CLS]", "A", "[SEP]");
        ArrayNode pair = json.putArray("pair");
        part(pair, "[CLS]", "A", "[SEP]");
        part(pair, "B", "[SEP]");
        ObjectNode special = json.putObject("special_tokens");
        for (String mark : new String[] {"[CLS]", "[SEP]"}) {
            ObjectNode one = special.putObject(mark).put("id", mark);
            one.putArray("ids").add(vocabulary.indexOf(mark));
            one.putArray("tokens").add(mark);
        }
    }

    /** Of the first text, or of the second where its sequence begins it. */
    private static void part(ArrayNode template, String... names) {
        int type = names[0].equals("B") ? 1 : 0;
        for (String name : names) {
            String kind = name.length() == 1 ? "Sequence" : "SpecialToken";
            template.addObject().putObject(kind).put("id", name).put("type_id", type);
        }
    }
}
