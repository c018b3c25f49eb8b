package dev.vitrine.data.intake;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Files that hold events.
 *
 * @param files names or globs relative to the data directory
 * @param format null when it shall be seen from the content
 * @param events whose events the records are, when {@code fields} is absent; default vitrine
 * @param encoding character set of CSV; default UTF-8
 * @param sequence read when {@code format} is sequence
 */
public record EventInput(
        List<String> files,
        @Nullable FileFormat format,
        EventFormat events,
        String encoding,
        CsvConfig csv,
        @Nullable EventFields fields,
        List<AttributeConfig> attributes,
        SequenceConfig sequence) {
    @JsonCreator
    public EventInput(
            @JsonProperty("files") @Nullable List<String> files,
            @JsonProperty("format") @Nullable FileFormat format,
            @JsonProperty("events") @Nullable EventFormat events,
            @JsonProperty("encoding") @Nullable String encoding,
            @JsonProperty("csv") @Nullable CsvConfig csv,
            @JsonProperty("fields") @Nullable EventFields fields,
            @JsonProperty("attributes") @Nullable List<AttributeConfig> attributes,
            @JsonProperty("sequence") @Nullable SequenceConfig sequence) {
        this.files = ShopConfig.some("files", files);
        this.format = format;
        this.events = events == null ? EventFormat.VITRINE : events;
        this.encoding = ShopConfig.encoding(encoding);
        this.csv = csv == null ? CsvConfig.DEFAULTS : csv;
        this.fields = fields;
        this.attributes = attributes == null ? List.of() : List.copyOf(attributes);
        this.sequence = sequence == null ? SequenceConfig.DEFAULTS : sequence;
        if (fields != null && events != null) {
            throw VitrineException.field(
                    DataError.MAPPING_INVALID,
                    "events",
                    "events of a known format need no fields; give one of the two");
        }
        if (fields != null) {
            need(fields.eventType(), "eventType");
            need(fields.eventTime(), "eventTime");
            if (fields.userId() == null) {
                need(fields.visitorId(), "visitorId or userId");
            }
        }
    }

    private static void need(@Nullable FieldConfig field, String name) {
        if (field == null) {
            throw VitrineException.field(
                    DataError.MAPPING_INVALID, "fields", "events need a column for " + name);
        }
    }
}
