package dev.vitrine.data.intake;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a CSV file is written.
 *
 * @param delimiter between fields, one character; default a comma
 * @param quote around fields that contain the others, one character; default the double quote
 * @param header whether the first line names the columns; default true
 * @param columns names of the columns of a file without header; default {@code c1}, {@code c2} ...
 */
public record CsvConfig(char delimiter, char quote, boolean header, List<String> columns) {
    public static final CsvConfig DEFAULTS = new CsvConfig(",", "\"", true, List.of());

    @JsonCreator
    public CsvConfig(
            @JsonProperty("delimiter") @Nullable String delimiter,
            @JsonProperty("quote") @Nullable String quote,
            @JsonProperty("header") @Nullable Boolean header,
            @JsonProperty("columns") @Nullable List<String> columns) {
        this(
                one("delimiter", delimiter, ','),
                one("quote", quote, '"'),
                header == null || header,
                columns == null ? List.of() : List.copyOf(columns));
    }

    private static char one(String key, @Nullable String value, char otherwise) {
        if (value == null) {
            return otherwise;
        }
        if (value.length() != 1) {
            throw new VitrineException(
                    DataError.MAPPING_INVALID, key + " is one character, found '" + value + "'");
        }
        return value.charAt(0);
    }
}
