package dev.vitrine.data.intake;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Files that hold products.
 *
 * @param files names or globs relative to the data directory
 * @param format null when it shall be seen from the content
 * @param encoding character set of CSV; default UTF-8
 * @param fields null when the records are products of the public API already
 * @param otherAttributes whether columns that no field and no attribute names become attributes
 *     too; default false
 */
public record ProductInput(
        List<String> files,
        @Nullable FileFormat format,
        String encoding,
        CsvConfig csv,
        @Nullable ProductFields fields,
        List<AttributeConfig> attributes,
        boolean otherAttributes) {
    @JsonCreator
    public ProductInput(
            @JsonProperty("files") @Nullable List<String> files,
            @JsonProperty("format") @Nullable FileFormat format,
            @JsonProperty("encoding") @Nullable String encoding,
            @JsonProperty("csv") @Nullable CsvConfig csv,
            @JsonProperty("fields") @Nullable ProductFields fields,
            @JsonProperty("attributes") @Nullable List<AttributeConfig> attributes,
            @JsonProperty("otherAttributes") @Nullable Boolean otherAttributes) {
        this(
                ShopConfig.some("files", files),
                format,
                ShopConfig.encoding(encoding),
                csv == null ? CsvConfig.DEFAULTS : csv,
                fields,
                attributes == null ? List.of() : List.copyOf(attributes),
                otherAttributes != null && otherAttributes);
        if (fields != null && fields.id() == null) {
            throw VitrineException.field(
                    DataError.MAPPING_INVALID, "fields", "a product needs a column for its id");
        }
        if (format == FileFormat.SEQUENCE) {
            throw VitrineException.field(
                    DataError.MAPPING_INVALID, "format", "sequences hold events, not products");
        }
    }
}
