package dev.vitrine.kernel.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.vitrine.kernel.error.VitrineException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes, written as {@code 64MiB}, {@code 1GiB} or {@code 512}. */
public record DataSize(long bytes) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,12})\\s*(|B|KiB|MiB|GiB|TiB)");

    public DataSize {
        if (bytes < 0) {
            throw new VitrineException(
                    ConfigError.CONFIG_INVALID, "a size must not be negative, found " + bytes);
        }
    }

    /**
     * @throws VitrineException when the text is not a whole number with one of the units B, KiB,
     *     MiB, GiB, TiB
     */
    @JsonCreator
    public static DataSize of(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new VitrineException(
                    ConfigError.CONFIG_INVALID,
                    "'"
                            + text
                            + "' is not a size; expected a whole number and B, KiB, MiB, GiB or"
                            + " TiB, as in 64MiB");
        }
        int shift =
                switch (matcher.group(2)) {
                    case "KiB" -> 10;
                    case "MiB" -> 20;
                    case "GiB" -> 30;
                    case "TiB" -> 40;
                    default -> 0;
                };
        return new DataSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << shift));
    }

    public static DataSize ofMebibytes(long mebibytes) {
        return new DataSize(mebibytes << 20);
    }

    @JsonValue
    @Override
    public String toString() {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        int unit = 0;
        long value = bytes;
        while (unit < 4 && value != 0 && value % 1024 == 0) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%d%s", value, units[unit]);
    }
}
