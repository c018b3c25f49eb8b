package dev.vitrine.retrieval.encoder;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Looks through a {@code tokenizer.json} before native code sees it, which ends the whole process
 * on some files that are not as they should be: character maps whose places lead out of them, a
 * filling up to no length, a step of truncation longer than the text. What a file says of
 * truncation and filling up is left out, for that is the encoder's to say.
 */
final class TokenizerFile {
    /** The largest that are in use, of a quarter of a million tokens, have 17 MB. */
    static final int LONGEST = 48 << 20;

    private static final int DEEPEST = 64;
    private static final int LONGEST_PATTERN = 2_000;
    private static final Set<String> MODELS = Set.of("WordPiece", "BPE", "Unigram", "WordLevel");
    private static final JsonMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(DEEPEST)
                                                    .build())
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .build();

    private TokenizerFile() {}

    /**
     * Reads a file.
     *
     * @return its text, as native code may have it
     * @throws VitrineException MODEL_INVALID, saying what is wrong with it
     */
    static String read(Path file) {
        return checked(JsonFiles.bytes(file, LONGEST));
    }

    static String checked(byte[] json) {
        StringWriter out = new StringWriter(json.length + 16);
        try (JsonParser parser = JSON.createParser(json);
                JsonGenerator generator = JSON.createGenerator(out)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw invalid("it holds no JSON object");
            }
            top(parser, generator);
            if (parser.nextToken() != null) {
                throw invalid("something follows its object");
            }
        } catch (JacksonException e) {
            throw new VitrineException(
                    RetrievalError.MODEL_INVALID,
                    EncoderDirectory.TOKENIZER + " is no JSON: " + e.getOriginalMessage(),
                    e);
        }
        return out.toString();
    }

    private static void top(JsonParser parser, JsonGenerator out) {
        boolean model = false;
        out.writeStartObject();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            out.writeName(name);
            switch (name) {
                case "truncation", "padding" -> {
                    parser.skipChildren();
                    out.writeNull();
                }
                case "model" -> {
                    model = true;
                    model(parser, out);
                }
                default -> copy(parser, out, "");
            }
        }
        out.writeEndObject();
        if (!model) {
            throw invalid("it has no model");
        }
    }

    private static void model(JsonParser parser, JsonGenerator out) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw invalid("its model is no object");
        }
        String type = "";
        out.writeStartObject();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            out.writeName(name);
            if (name.equals("type") && parser.currentToken() == JsonToken.VALUE_STRING) {
                type = parser.getString();
            }
            copy(parser, out, name);
        }
        out.writeEndObject();
        if (!MODELS.contains(type)) {
            throw invalid(
                    "its model is of the type '"
                            + (type.length() > 50 ? type.substring(0, 50) : type)
                            + "', expected one of "
                            + MODELS.stream().sorted().toList());
        }
    }

    /** Copies a value, with all in it. */
    private static void copy(JsonParser parser, JsonGenerator out, String name) {
        switch (parser.currentToken()) {
            case START_OBJECT -> {
                out.writeStartObject();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String inner = parser.currentName();
                    parser.nextToken();
                    out.writeName(inner);
                    copy(parser, out, inner);
                }
                out.writeEndObject();
            }
            case START_ARRAY -> {
                out.writeStartArray();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    copy(parser, out, name);
                }
                out.writeEndArray();
            }
            default -> {
                value(parser, name);
                out.copyCurrentEvent(parser);
            }
        }
    }

    private static void value(JsonParser parser, String name) {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            return;
        }
        if (name.equals("precompiled_charsmap")) {
            CharacterMap.check(parser.getString());
        } else if (name.equals("Regex") && parser.getString().length() > LONGEST_PATTERN) {
            throw invalid(
                    "a pattern has "
                            + parser.getString().length()
                            + " characters, at most "
                            + LONGEST_PATTERN
                            + " are taken");
        }
    }

    static VitrineException invalid(String why) {
        return new VitrineException(
                RetrievalError.MODEL_INVALID,
                EncoderDirectory.TOKENIZER + " cannot be used: " + why);
    }
}
