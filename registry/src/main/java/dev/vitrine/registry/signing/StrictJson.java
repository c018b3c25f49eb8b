package dev.vitrine.registry.signing;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON of which two readers can't think differently: no key twice, nothing after the end, valid
 * UTF-8, and bounded. Whatever is wrong is SIGNATURE_INVALID, naming the place.
 */
final class StrictJson {
    /** Statements are flat; nothing in them is deeper. */
    private static final int DEPTH = 12;

    private static final JsonMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(DEPTH)
                                                    .maxStringLength(SignatureBundle.MAX_BYTES)
                                                    .maxNameLength(1_000)
                                                    .build())
                                    .build())
                    .build();

    private StrictJson() {}

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static String write(ObjectNode node) {
        return JSON.writeValueAsString(node);
    }

    /** Reads one object. */
    static Fields read(byte[] bytes, String what) {
        if (bytes.length > SignatureBundle.MAX_BYTES) {
            throw invalid(
                    what
                            + " has "
                            + bytes.length
                            + " bytes, more than "
                            + SignatureBundle.MAX_BYTES
                            + " are not read");
        }
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return new Fields(JSON.readTree(text), what);
        } catch (CharacterCodingException e) {
            throw new VitrineException(RegistryError.SIGNATURE_INVALID, what + " is not UTF-8", e);
        } catch (JacksonException e) {
            throw new VitrineException(
                    RegistryError.SIGNATURE_INVALID,
                    what + " is not JSON: " + e.getOriginalMessage(),
                    e);
        }
    }

    static VitrineException invalid(String message) {
        return new VitrineException(RegistryError.SIGNATURE_INVALID, message);
    }

    /** An object of which each field is asked for by its name and kind. */
    static final class Fields {
        private final JsonNode node;
        private final String where;

        Fields(JsonNode node, String where) {
            if (!node.isObject()) {
                throw invalid(where + " is not a JSON object");
            }
            this.node = node;
            this.where = where;
        }

        /** Refuses every field but these. */
        Fields only(Set<String> names) {
            for (String name : node.propertyNames()) {
                if (!names.contains(name)) {
                    throw invalid(where + " has the unknown field '" + name + "'");
                }
            }
            return this;
        }

        /** A field that may be left out or null. */
        Optional<JsonNode> find(String name) {
            JsonNode found = node.get(name);
            return found == null || found.isNull() ? Optional.empty() : Optional.of(found);
        }

        Optional<String> findText(String name) {
            return find(name)
                    .map(found -> {
                        if (!found.isString()) {
                            throw invalid(where + "." + name + " is not a text");
                        }
                        return found.stringValue();
                    });
        }

        String text(String name) {
            return findText(name).orElseThrow(() -> missing(name));
        }

        /** A text that must have one value. */
        void require(String name, String expected) {
            String found = text(name);
            if (!found.equals(expected)) {
                throw invalid(
                        where + "." + name + " is '" + found + "', expected '" + expected + "'");
            }
        }

        /** Base64 with its padding, in the one form that writes these bytes. */
        byte[] bytes(String name) {
            String text = text(name);
            try {
                byte[] bytes = Base64.getDecoder().decode(text);
                if (Base64.getEncoder().encodeToString(bytes).equals(text)) {
                    return bytes;
                }
            } catch (IllegalArgumentException e) {
                throw new VitrineException(
                        RegistryError.SIGNATURE_INVALID, where + "." + name + " is not base64", e);
            }
            throw invalid(where + "." + name + " is not canonical base64");
        }

        Fields fields(String name) {
            return new Fields(find(name).orElseThrow(() -> missing(name)), where + "." + name);
        }

        /** A list of at most {@code most}. */
        JsonNode list(String name, int most) {
            JsonNode found = find(name).orElseThrow(() -> missing(name));
            if (!found.isArray()) {
                throw invalid(where + "." + name + " is not a list");
            }
            if (found.size() > most) {
                throw invalid(
                        where + "." + name + " has " + found.size() + " entries, most are " + most);
            }
            return found;
        }

        private VitrineException missing(String name) {
            return invalid(where + " has no " + name);
        }
    }
}
