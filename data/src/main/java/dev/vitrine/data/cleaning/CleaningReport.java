package dev.vitrine.data.cleaning;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What cleaning did: {@code in == kept + setAside()}.
 *
 * @param in events read
 * @param kept events that passed every rule
 * @param unknownDetails products inside kept events that the catalogue does not know, and which
 *     were left out
 * @param rules per rule name how many events it set aside, with samples; every rule is listed
 */
public record CleaningReport(
        long in, long kept, long unknownDetails, Map<String, RuleCount> rules) {
    /** How many reasons are kept for each rule. */
    public static final int SAMPLES = 10;

    public CleaningReport {
        // Keeps the order, which is that of the rules; Map.copyOf would shuffle it.
        rules = Collections.unmodifiableMap(new LinkedHashMap<>(rules));
    }

    /** What one rule did. */
    public record RuleCount(long count, List<String> samples) {
        public RuleCount {
            samples = List.copyOf(samples);
        }
    }

    /** Events that some rule set aside. */
    public long setAside() {
        return rules.values().stream().mapToLong(RuleCount::count).sum();
    }

    public long count(Rule rule) {
        RuleCount found = rules.get(rule.wire());
        return found == null ? 0 : found.count();
    }
}
