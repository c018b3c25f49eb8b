package dev.vitrine.server.http;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was imported, cleaned, set aside and split. */
public interface DataPort {
    DataSummary summary();

    /** The newest imports first, at most 100. */
    List<ImportView> imports();

    CleaningView cleaning();

    /**
     * Records that a rule set aside.
     *
     * @param rule the name of the rule; empty for all rules
     */
    Page<SetAsideRecord> setAside(String rule, PageRequest page);

    /** Starts reading again what was set aside, as after a fix. */
    JobView replay(String rule);

    /** The data set of the newest training; empty before the first. */
    Optional<DatasetView> dataset();

    /** How much there is. Times are epoch milliseconds, 0 when there are no events. */
    record DataSummary(
            long products, long events, long people, long firstEventAt, long lastEventAt) {}

    /** One import of a file or a stream. */
    record ImportView(
            String source,
            String kind,
            String state,
            long startedAt,
            long finishedAt,
            long read,
            long accepted,
            long rejected,
            String message) {}

    /**
     * The counts of every cleaning rule: records that imports set aside, events of requests that
     * were refused since the start, and events that the newest data set was made without.
     */
    record CleaningView(long read, long kept, List<RuleCount> rules) {}

    /**
     * One rule.
     *
     * @param effect what the rule does with a record: set-aside, repaired or flagged
     */
    record RuleCount(String rule, String description, String effect, long count) {}

    /**
     * One record that was set aside.
     *
     * @param record the record as it was read
     */
    record SetAsideRecord(
            String rule, String reason, String source, long line, long at, String record) {}

    /**
     * An immutable snapshot.
     *
     * @param split how it was split, such as {@code global-time}
     * @param interactions by part: train, validation, test
     */
    record DatasetView(
            String hash,
            long createdAt,
            long people,
            long items,
            String split,
            Map<String, Long> interactions,
            Map<String, Long> eventTypes) {}
}
