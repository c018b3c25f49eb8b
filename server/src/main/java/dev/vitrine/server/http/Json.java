package dev.vitrine.server.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/** How this server writes JSON: by hand where many ask, from records where few do. */
final class Json {
    static final int MAX_DEPTH = 32;

    static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxStringLength(1_000_000)
                                    .maxNameLength(1_000)
                                    .maxNumberLength(400)
                                    .build())
                    .build();

    private static final JsonMapper RECORDS =
            JsonMapper.builder()
                    .changeDefaultPropertyInclusion(inclusion ->
                            inclusion.withValueInclusion(JsonInclude.Include.NON_ABSENT))
                    .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
                    .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                    .build();

    private Json() {}

    /** Writes the body of an answer. */
    interface Body {
        void write(JsonGenerator json);
    }

    /** An answer written by hand. */
    static Reply reply(int status, Body body) {
        JsonBuffer buffer = new JsonBuffer();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), buffer)) {
            body.write(json);
        }
        return new Reply.Whole(status, Reply.JSON, buffer.array(), buffer.size(), Map.of());
    }

    /** Reads back what this server wrote. */
    static JsonNode tree(byte[] bytes, int length) {
        return RECORDS.readTree(bytes, 0, length);
    }

    /** As {@link #reply(int, Object)} of something new, which is at a path. */
    static Reply created(String path, Object value) {
        byte[] bytes = RECORDS.writeValueAsBytes(value);
        return new Reply.Whole(201, Reply.JSON, bytes, bytes.length, Map.of(Reply.LOCATION, path));
    }

    /** An answer made of a record's components; what is absent is left out. */
    static Reply reply(int status, Object value) {
        return Reply.bytes(status, Reply.JSON, RECORDS.writeValueAsBytes(value));
    }
}
