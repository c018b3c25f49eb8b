package dev.vitrine.data.intake;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How the records of a file are laid out. */
public enum FileFormat {
    /** RFC 4180 and its relatives. */
    @JsonProperty("csv")
    CSV,
    /** One JSON object per line, or one array of objects; which one is seen from the content. */
    @JsonProperty("json")
    JSON,
    /**
     * One JSON object whose fields are the records: the name is column {@code $key}, the value
     * column {@code $value}.
     */
    @JsonProperty("json-map")
    JSON_MAP,
    @JsonProperty("parquet")
    PARQUET,
    /** One person or session per line: items in the order they were met. */
    @JsonProperty("sequence")
    SEQUENCE
}
