package dev.vitrine.data.intake;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import org.jspecify.annotations.Nullable;

/**
 * Columns that become free attributes: one by name, or all that start with a prefix, which is cut
 * off.
 *
 * @param name what the attribute is called; default the column's name without the prefix
 * @param type what it holds; default text
 * @param separator between several values in one column
 */
public record AttributeConfig(
        @Nullable String column,
        @Nullable String prefix,
        @Nullable String name,
        Type type,
        String separator) {
    /** What an attribute holds. */
    public enum Type {
        @JsonProperty("text")
        TEXT,
        @JsonProperty("number")
        NUMBER,
        @JsonProperty("flag")
        FLAG
    }

    @JsonCreator
    public AttributeConfig(
            @JsonProperty("column") @Nullable String column,
            @JsonProperty("prefix") @Nullable String prefix,
            @JsonProperty("name") @Nullable String name,
            @JsonProperty("type") @Nullable Type type,
            @JsonProperty("separator") @Nullable String separator) {
        if ((column == null) == (prefix == null)) {
            throw new VitrineException(
                    DataError.MAPPING_INVALID,
                    "an attribute comes from one column or from all with a prefix; found "
                            + (column == null ? "neither" : "both"));
        }
        if (prefix != null && name != null) {
            throw new VitrineException(
                    DataError.MAPPING_INVALID,
                    "columns with the prefix '" + prefix + "' cannot all be called " + name);
        }
        this.column = column;
        this.prefix = prefix;
        this.name = name;
        this.type = type == null ? Type.TEXT : type;
        this.separator = separator == null ? "" : separator;
    }
}
