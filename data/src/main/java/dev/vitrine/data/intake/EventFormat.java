package dev.vitrine.data.intake;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.vitrine.data.DataError;
import dev.vitrine.data.event.Event;
import java.util.List;

/** Whose events are read. */
public enum EventFormat {
    /** The public API's. */
    @JsonProperty("vitrine")
    VITRINE,
    /** User events of Google's Vertex AI Search for commerce (Retail API). */
    @JsonProperty("google")
    GOOGLE,
    /** Interactions of Amazon Personalize: the data set's columns, or PutEvents requests. */
    @JsonProperty("personalize")
    PERSONALIZE,
    /** Google Analytics 4 e-commerce: BigQuery export, or Measurement Protocol payloads. */
    @JsonProperty("ga4")
    GA4,
    /** OpenSearch User Behavior Insights: queries and events. */
    @JsonProperty("ubi")
    UBI;

    /**
     * Reads one JSON object, which may hold several events, or none that matter to a shop.
     *
     * @throws dev.vitrine.kernel.error.VitrineException EVENT_INVALID or FIELD_MISSING, naming the
     *     field
     */
    public List<Event> read(byte[] bytes, int from, int length) {
        if (this == VITRINE) {
            return List.of(EventJson.read(bytes, from, length));
        }
        return read(new Fields(JsonValues.object(bytes, from, length, DataError.EVENT_INVALID)));
    }

    /** Reads one record whose fields are named as in the format. */
    List<Event> read(Fields record) {
        return switch (this) {
            case VITRINE -> List.of(EventJson.read(JsonValues.bytes(record.values())));
            case GOOGLE -> GoogleEvents.read(record);
            case PERSONALIZE -> PersonalizeEvents.read(record);
            case GA4 -> Ga4Events.read(record);
            case UBI -> UbiEvents.read(record);
        };
    }
}
