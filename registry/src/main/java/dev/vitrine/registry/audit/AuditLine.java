package dev.vitrine.registry.audit;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * An entry as a line of JSON that ends with its hash. The hash is of the bytes before it, so that a
 * reader needs no rule of how JSON is to be written to check it.
 */
final class AuditLine {
    static final String NO_HASH = "0".repeat(64);
    static final int MAX_TEXT = 1_000;
    static final int MAX_EVIDENCE = 64;

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();
    private static final String BEFORE_HASH = ",\"hash\":\"";
    private static final int HASH_TAIL = BEFORE_HASH.length() + NO_HASH.length() + 2;

    private AuditLine() {}

    /** What a line says, before it is an entry. */
    record Stored(
            long sequence,
            String at,
            String who,
            String action,
            String subject,
            Map<String, String> evidence,
            String previous,
            String hash) {}

    /** Texts longer than {@value #MAX_TEXT} characters are cut, and so is evidence. */
    static AuditEntry entry(
            long sequence,
            Instant at,
            String who,
            String action,
            String subject,
            Map<String, String> evidence,
            String previous) {
        Map<String, String> bounded = new TreeMap<>();
        evidence.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .limit(MAX_EVIDENCE)
                .forEach(e -> bounded.put(cut(e.getKey()), cut(e.getValue())));
        AuditEntry open =
                new AuditEntry(
                        sequence, at, cut(who), cut(action), cut(subject), bounded, previous, "");
        return new AuditEntry(
                sequence,
                at,
                open.who(),
                open.action(),
                open.subject(),
                open.evidence(),
                previous,
                sha256(head(open)));
    }

    /** The line of an entry, without its end. */
    static String write(AuditEntry entry) {
        return head(entry) + BEFORE_HASH + entry.hash() + "\"}";
    }

    /**
     * @throws VitrineException AUDIT_BROKEN when the line is no entry or is not what was written
     */
    static AuditEntry read(String line) {
        if (line.length() < HASH_TAIL
                || !line.startsWith(BEFORE_HASH, line.length() - HASH_TAIL)
                || !line.endsWith("\"}")) {
            throw broken("is no entry", null);
        }
        int tail = line.length() - HASH_TAIL;
        String hash = line.substring(tail + BEFORE_HASH.length(), line.length() - 2);
        if (!sha256(line.substring(0, tail)).equals(hash)) {
            throw broken("was changed after it was written", null);
        }
        try {
            Stored stored = JSON.readValue(line, Stored.class);
            return new AuditEntry(
                    stored.sequence(),
                    Instant.parse(stored.at()),
                    stored.who(),
                    stored.action(),
                    stored.subject(),
                    stored.evidence(),
                    stored.previous(),
                    stored.hash());
        } catch (JacksonException | java.time.DateTimeException | NullPointerException e) {
            throw broken("is no entry", e);
        }
    }

    private static String head(AuditEntry entry) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("sequence", entry.sequence());
        fields.put("at", entry.at().toString());
        fields.put("who", entry.who());
        fields.put("action", entry.action());
        fields.put("subject", entry.subject());
        fields.put("evidence", entry.evidence());
        fields.put("previous", entry.previous());
        String json = JSON.writeValueAsString(fields);
        return json.substring(0, json.length() - 1);
    }

    private static String cut(String text) {
        if (text.length() <= MAX_TEXT) {
            return text;
        }
        int end =
                Character.isHighSurrogate(text.charAt(MAX_TEXT - 2)) ? MAX_TEXT - 2 : MAX_TEXT - 1;
        return text.substring(0, end) + "…";
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    static VitrineException broken(String problem, @org.jspecify.annotations.Nullable Exception e) {
        return e == null
                ? new VitrineException(RegistryError.AUDIT_BROKEN, problem)
                : new VitrineException(RegistryError.AUDIT_BROKEN, problem, e);
    }
}
