package dev.vitrine.server.http;

import java.util.List;
import java.util.Map;

/** What deserves attention, and how good the models were found to be. */
public interface WatchPort {
    /** What is wrong now, worst first, a bounded number. */
    List<AlertView> alerts();

    /** Evaluations, newest first. */
    Page<EvaluationView> evaluations(PageRequest page);

    /**
     * @param severity critical, warning or info
     */
    record AlertView(String name, String severity, long since, String message) {}

    /**
     * One evaluation of several models on one data set.
     *
     * @param protocol how, such as {@code full-ranking leave-last-out}
     * @param results figures by model name, then by figure name
     */
    record EvaluationView(
            String id,
            long at,
            String dataset,
            String protocol,
            Map<String, Map<String, Double>> results) {}
}
