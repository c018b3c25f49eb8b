package dev.vitrine.server.http;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which of several answers is better for shoppers. */
public interface ExperimentsPort {
    /** All, the newest first. */
    List<ExperimentView> list();

    /**
     * One, with results.
     *
     * @throws dev.vitrine.kernel.error.VitrineException NOT_FOUND
     */
    ExperimentView get(String id);

    /**
     * Makes one, which answers nobody yet.
     *
     * @param plan as JSON
     * @throws dev.vitrine.kernel.error.VitrineException INVALID_ARGUMENT or CONFLICT
     */
    ExperimentView create(String plan, String who);

    /** Has its arms answer visitors from now on. */
    ExperimentView start(String id, String who);

    /** All are answered as without it again; its results stay. */
    ExperimentView stop(String id, String who, String why);

    /** Forgets one that does not run. */
    void delete(String id, String who);

    /**
     * How many visitors an experiment would take.
     *
     * @param question as JSON
     */
    EstimateView estimate(String question);

    /**
     * An experiment.
     *
     * @param kind arms or interleaving
     * @param traffic share of the visitors that it has
     * @param state draft, running or stopped
     * @param createdAt epoch milliseconds, as the other times; 0 for what has not happened
     * @param reason for which it was stopped
     * @param problem why a running one answers and counts nobody, or a stopped one has no results;
     *     empty where all is well
     */
    record ExperimentView(
            String id,
            String description,
            String kind,
            List<String> servingConfigs,
            double traffic,
            List<ArmView> arms,
            List<String> metrics,
            String primaryMetric,
            double minimumEffect,
            long plannedVisitors,
            double confidence,
            String state,
            String who,
            long createdAt,
            long startedAt,
            long stoppedAt,
            String reason,
            String problem,
            Optional<ResultsView> results) {}

    /**
     * One way to answer.
     *
     * @param share of the experiment's visitors; the sum is 1
     * @param differs from answers without an experiment, by name
     */
    record ArmView(String name, double share, Map<String, String> differs) {}

    /**
     * What was seen so far.
     *
     * @param verdict higher, lower, not-shown, early or mismatch, of the primary metric
     * @param words the same in words
     * @param warnings the gravest first
     * @param arms visitors and answers of each
     * @param sampleRatio whether arms have the visitors that they should have
     * @param impressionRatio the same of visitors of whom the storefront told an impression
     * @param metrics of each, all arms; empty for an interleaving
     * @param preference of an interleaving
     * @param neededVisitors in all arms, for the smallest effect that matters; 0 while unknown
     * @param missingVisitors of those
     * @param daysLeft at the rate of visitors so far; absent while unknown
     */
    record ResultsView(
            String verdict,
            String words,
            List<String> warnings,
            List<CountView> arms,
            RatioView sampleRatio,
            Optional<RatioView> impressionRatio,
            List<MetricView> metrics,
            Optional<PreferenceView> preference,
            long neededVisitors,
            long missingVisitors,
            @Nullable Double daysLeft) {}

    /**
     * Who was answered by an arm.
     *
     * @param impressions visitors of whom the storefront told an impression
     */
    record CountView(String arm, long visitors, double answers, long impressions) {}

    /**
     * Whether visitors are shared out as they should be.
     *
     * @param p how unlikely it is that they ever were so uneven
     */
    record RatioView(List<Long> visitors, double p, boolean mismatch) {}

    /**
     * A metric in all arms.
     *
     * @param explained share of its variance that the time before took away
     */
    record MetricView(
            String metric,
            List<ValueView> arms,
            List<ComparisonView> comparisons,
            double explained) {}

    /**
     * What a metric is in one arm.
     *
     * @param low of the interval of a single look; absent while nothing is known, as {@code high}
     */
    record ValueView(
            String arm,
            long visitors,
            @Nullable Double value,
            @Nullable Double low,
            @Nullable Double high) {}

    /**
     * A treatment beside the control; what cannot be said yet is absent.
     *
     * @param difference with the ends of its interval that is valid at every look
     * @param lift the same in units of the control
     * @param p valid at every look
     */
    record ComparisonView(
            String arm,
            String verdict,
            String words,
            @Nullable Double difference,
            @Nullable Double differenceLow,
            @Nullable Double differenceHigh,
            @Nullable Double lift,
            @Nullable Double liftLow,
            @Nullable Double liftHigh,
            double p) {}

    /**
     * Which of two interleaved rankings clicks prefer.
     *
     * @param second share of the visitors with a preference who prefer the second
     * @param low of its interval, of a single look
     * @param p valid at every look
     */
    record PreferenceView(
            long forFirst,
            long forSecond,
            long ties,
            double second,
            double low,
            double high,
            double p) {}

    /**
     * How many visitors it takes.
     *
     * @param control visitors of the control, where it is looked at once, at the end
     * @param treatment of each other arm
     * @param total of all arms
     * @param totalWithPeeking of all arms, at most, where it may be looked at any time
     */
    record EstimateView(
            long control,
            long treatment,
            long total,
            long totalWithPeeking,
            Optional<Double> days,
            Optional<Double> daysWithPeeking,
            String words) {}
}
