package dev.vitrine.retrieval.encoder;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON of strangers: of bounded size, and nothing in it twice. */
final class JsonFiles {
    static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private static final int LONGEST = 1 << 20;

    private JsonFiles() {}

    /**
     * Reads an object of at most 1 MiB.
     *
     * @throws VitrineException MODEL_INVALID for what is none
     */
    static JsonNode object(Path file) {
        return object(bytes(file, LONGEST), String.valueOf(file.getFileName()));
    }

    static JsonNode object(byte[] json, String name) {
        try {
            JsonNode node = JSON.readTree(json);
            if (node.isObject()) {
                return node;
            }
        } catch (JacksonException e) {
            throw new VitrineException(
                    RetrievalError.MODEL_INVALID,
                    name + " is no JSON: " + e.getOriginalMessage(),
                    e);
        }
        throw new VitrineException(
                RetrievalError.MODEL_INVALID, name + " holds no JSON object, as it should");
    }

    /** The bytes of a file that may have so many. */
    static byte[] bytes(Path file, int longest) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(longest);
            if (in.read() >= 0) {
                throw new VitrineException(
                        RetrievalError.MODEL_INVALID,
                        file.getFileName()
                                + " has "
                                + Files.size(file)
                                + " bytes; at most "
                                + longest
                                + " are read");
            }
            return bytes;
        } catch (IOException e) {
            throw new VitrineException(
                    RetrievalError.STORE_FAILED, "cannot read " + file + ": " + e, e);
        }
    }
}
