package dev.vitrine.data.intake;

/** One record of an input: read, or set aside with the reason. */
public sealed interface Parsed<T> {
    Origin origin();

    /** A record that was read. */
    record Good<T>(Origin origin, T value) implements Parsed<T> {}

    /**
     * A record that could not be read.
     *
     * @param missing true when a required field is absent, false when something is malformed
     * @param field the field at fault; empty when it is the record as a whole
     * @param raw the record as text, so that it can be read and replayed
     */
    record Bad<T>(Origin origin, boolean missing, String field, String reason, String raw)
            implements Parsed<T> {}
}
