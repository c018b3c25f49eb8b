package dev.vitrine.server.http;

import java.util.List;
import java.util.Map;
import java.util.Optional;

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
     * @param judgement what was looked at more closely; empty where that was not kept
     * @param leftOut by model name, why there is none in what was released
     * @param curves loss and validation of each epoch by the name of a network, also of one that
     *     was left out, such as {@code 4.581:0.0312 3.5:0.0402}
     */
    record EvaluationView(
            String id,
            long at,
            String dataset,
            String protocol,
            Map<String, Map<String, Double>> results,
            Optional<JudgementView> judgement,
            Map<String, String> leftOut,
            Map<String, String> curves) {}

    /**
     * What was looked at more closely than by means over all questions.
     *
     * @param whole the name of the model that makes the final order
     * @param questions that were asked
     * @param intervals of 95 % around figures, by model name, then by figure name
     * @param live the release that was live beside it
     */
    record JudgementView(
            String whole,
            int questions,
            Map<String, Map<String, IntervalView>> intervals,
            List<SliceView> slices,
            ComparisonView live) {}

    /** From {@code low} to {@code high}. */
    record IntervalView(double low, double high) {}

    /**
     * Some of the questions.
     *
     * @param name such as {@code shortHistory}
     * @param what is in it, in words
     * @param results figures by model name, then by figure name
     * @param intervals around them
     */
    record SliceView(
            String name,
            String what,
            int questions,
            Map<String, Map<String, Double>> results,
            Map<String, Map<String, IntervalView>> intervals) {}

    /**
     * A release beside the one that was live before it.
     *
     * @param release that was live; empty where none was
     * @param reason why there is no comparison; empty where there is one
     */
    record ComparisonView(String release, String reason, Optional<PairedView> paired) {}

    /**
     * Means over the same questions and their difference.
     *
     * @param ours of the models that the training judged
     * @param theirs of the release that was live
     * @param interval of 95 % around the difference
     * @param after all questions are asked later, epoch milliseconds: where the behaviour ends that
     *     the live release was fitted to
     * @param fitted where that ends which the training judged its models by
     */
    record PairedView(
            String figure,
            int questions,
            double ours,
            double theirs,
            double difference,
            IntervalView interval,
            long after,
            long fitted) {}
}
