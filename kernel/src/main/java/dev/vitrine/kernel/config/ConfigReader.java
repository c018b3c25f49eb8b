package dev.vitrine.kernel.config;

import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Reads YAML (and so JSON) into immutable records. An unknown key is an error that names the file,
 * the line and the nearest valid key. Durations are ISO 8601 ({@code PT5S}), sizes as in {@link
 * DataSize}; words to choose from may be in either case.
 */
public final class ConfigReader {
    private static final YAMLMapper YAML =
            YAMLMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .disable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                    .build();

    private ConfigReader() {}

    /** Reads a file; errors name it. */
    public static <T> T read(Path file, Class<T> type) {
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new VitrineException(
                    ConfigError.CONFIG_NOT_FOUND,
                    "there is no configuration file " + file.toAbsolutePath().normalize(),
                    e);
        } catch (IOException e) {
            throw new VitrineException(
                    ConfigError.CONFIG_NOT_FOUND,
                    "cannot read the configuration file " + file + ": " + e.getMessage(),
                    e);
        }
        return parse(text, file.toString(), type);
    }

    /** Reads a text; {@code origin} is what errors call it. */
    public static <T> T parse(String text, String origin, Class<T> type) {
        try {
            T value = YAML.readValue(text, type);
            if (value == null) {
                throw new VitrineException(ConfigError.CONFIG_INVALID, origin + " is empty");
            }
            return value;
        } catch (UnrecognizedPropertyException e) {
            throw unknownKey(e, origin, text);
        } catch (JacksonException e) {
            if (e.getCause() instanceof VitrineException cause) {
                throw new VitrineException(
                        cause.code(),
                        place(origin, e, cause, text) + path(e) + ": " + cause.getMessage(),
                        path(e).strip(),
                        e);
            }
            throw new VitrineException(
                    ConfigError.CONFIG_INVALID,
                    place(origin, e) + path(e) + ": " + Complaint.about(e),
                    path(e).strip(),
                    e);
        }
    }

    private static VitrineException unknownKey(
            UnrecognizedPropertyException e, String origin, String text) {
        Collection<Object> known = e.getKnownPropertyIds();
        String key = e.getPropertyName();
        String nearest =
                known.stream()
                        .map(String::valueOf)
                        .min(Comparator.comparingInt(k -> distance(k, key)))
                        .map(k -> "; the nearest valid key is '" + k + "'")
                        .orElse("");
        String all = known.stream().map(String::valueOf).sorted().collect(Collectors.joining(", "));
        return new VitrineException(
                ConfigError.CONFIG_UNKNOWN_KEY,
                unknownPlace(origin, e, text)
                        + ": unknown key '"
                        + key
                        + "'"
                        + nearest
                        + " (valid: "
                        + all
                        + ")",
                key,
                e);
    }

    /**
     * The parser has moved on when it tells of some unknown keys; then the text is looked through.
     */
    private static String unknownPlace(
            String origin, UnrecognizedPropertyException e, String text) {
        String told = place(origin, e);
        if (!told.equals(origin)) {
            return told;
        }
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).replaceFirst("^[\\s{-]+", "");
            if (line.startsWith(e.getPropertyName() + ":")) {
                return origin + " line " + (i + 1);
            }
        }
        return origin;
    }

    /** A record checks its fields at its end; for the outermost that would be the last line. */
    private static String place(
            String origin, JacksonException e, VitrineException cause, String text) {
        Optional<String> field = cause.field();
        if (field.isPresent() && e.getPath().isEmpty()) {
            List<String> lines = text.lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).startsWith(field.get() + ":")) {
                    return origin + " line " + (i + 1);
                }
            }
        }
        return place(origin, e);
    }

    private static String place(String origin, JacksonException e) {
        int line = e.getLocation() == null ? -1 : e.getLocation().getLineNr();
        return line > 0 ? origin + " line " + line : origin;
    }

    private static String path(JacksonException e) {
        String path =
                e.getPath().stream()
                        .map(r ->
                                r.getPropertyName() == null
                                        ? "[" + r.getIndex() + "]"
                                        : r.getPropertyName())
                        .collect(Collectors.joining("."));
        return path.isEmpty() ? "" : " " + path;
    }

    /** Edits (insert, delete, replace) between two words, ignoring case. */
    static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substitution, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
