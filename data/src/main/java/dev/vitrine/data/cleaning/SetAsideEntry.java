package dev.vitrine.data.cleaning;

/**
 * One record that was set aside.
 *
 * @param rule name of the {@link Rule}
 * @param field the field at fault; empty when it is the record as a whole
 * @param reason one sentence for people
 * @param origin the file it came from, {@code request} or {@code log}
 * @param line line in the file, place in the request, or offset in the log
 * @param record the record as it came
 */
public record SetAsideEntry(
        String rule, String field, String reason, String origin, long line, String record) {}
