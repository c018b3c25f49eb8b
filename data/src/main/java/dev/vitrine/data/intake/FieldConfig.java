package dev.vitrine.data.intake;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where one of our fields comes from. In YAML either the name of a column, or an object with these
 * keys.
 *
 * @param column name of the column; in JSON a path with dots
 * @param constant a value for all rows, instead of a column
 * @param values translates values; one that is not listed is an error. {@code "*"} stands for all
 *     others, {@code ""} for an empty or absent one
 * @param unit of an amount: {@code units} (the default), {@code cents} or {@code micros}
 * @param decimal what stands before the fraction, {@code .} by default
 * @param time form of a time: {@code iso} (the default: RFC 3339, or without a zone), {@code
 *     epoch-seconds}, {@code epoch-millis}, {@code epoch-micros}, or a pattern of
 *     java.time.format.DateTimeFormatter such as {@code dd.MM.yyyy HH:mm}
 * @param zone of times that do not name theirs, such as {@code Europe/Berlin}; default UTC
 * @param separator between several values in one column
 * @param levels between the levels of a category path; default {@code >}
 */
public record FieldConfig(
        @Nullable String column,
        @Nullable String constant,
        Map<String, String> values,
        String unit,
        String decimal,
        String time,
        String zone,
        String separator,
        String levels) {
    @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
    public FieldConfig(
            @JsonProperty("column") @Nullable String column,
            @JsonProperty("constant") @Nullable String constant,
            @JsonProperty("values") @Nullable Map<String, String> values,
            @JsonProperty("unit") @Nullable String unit,
            @JsonProperty("decimal") @Nullable String decimal,
            @JsonProperty("time") @Nullable String time,
            @JsonProperty("zone") @Nullable String zone,
            @JsonProperty("separator") @Nullable String separator,
            @JsonProperty("levels") @Nullable String levels) {
        if ((column == null) == (constant == null)) {
            throw new VitrineException(
                    DataError.MAPPING_INVALID,
                    "a field comes from a column or is a constant; found "
                            + (column == null ? "neither" : "both"));
        }
        this.column = column;
        this.constant = constant;
        this.values = values == null ? Map.of() : Map.copyOf(values);
        this.unit = unit == null ? "units" : unit;
        this.decimal = decimal == null ? "." : decimal;
        this.time = time == null ? "iso" : time;
        this.zone = zone == null ? "UTC" : zone;
        this.separator = separator == null ? "" : separator;
        this.levels = levels == null ? ">" : levels;
    }

    /** The short form: a column as it is. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static FieldConfig of(String column) {
        return new FieldConfig(column, null, null, null, null, null, null, null, null);
    }
}
