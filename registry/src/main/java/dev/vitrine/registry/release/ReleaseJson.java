package dev.vitrine.registry.release;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The stored form of manifests. Fields come in the order of the records and keys of maps in their
 * own order, so that equal manifests have equal text. Fields that an older or newer version wrote
 * and this one does not know are passed over; the hash is of the stored text.
 */
final class ReleaseJson {
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private ReleaseJson() {}

    static String write(Object manifest) {
        return JSON.writeValueAsString(manifest);
    }

    /**
     * @throws VitrineException RELEASE_CORRUPT when the text does not hold a {@code type}
     */
    static <T> T read(String json, Class<T> type, String origin) {
        try {
            return JSON.readValue(json, type);
        } catch (JacksonException e) {
            throw new VitrineException(
                    RegistryError.RELEASE_CORRUPT,
                    "the manifest of " + origin + " cannot be read: " + e.getOriginalMessage(),
                    e);
        }
    }

    static Release release(String json, ReleaseManifest manifest) {
        String hash = sha256(json);
        String id = STAMP.format(manifest.createdAt()) + "-" + hash.substring(0, 12);
        return new Release(id, hash, manifest);
    }

    static String sha256(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
