package dev.vitrine.server.experiment;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.vitrine.deployment.DeploymentError;
import dev.vitrine.deployment.experiment.Arm;
import dev.vitrine.deployment.experiment.SampleSize;
import dev.vitrine.kernel.config.ConfigReader;
import dev.vitrine.kernel.error.VitrineException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How many visitors an experiment would take.
 *
 * @param metric that decides
 * @param baseline the control's value of it
 * @param deviation over visitors; needed unless the metric is a share of the visitors
 * @param minimumEffect the smallest change that matters, of the baseline: .05 is 5 %
 * @param confidence of the interval
 * @param power the chance to see a change of that size
 * @param shares of the arms, in any unit, the control first
 * @param correlation of the metric with what is known of visitors from before
 * @param visitorsPerDay who come to the experiment; 0 where it is not known
 */
public record Estimate(
        Metric metric,
        double baseline,
        Optional<Double> deviation,
        double minimumEffect,
        double confidence,
        double power,
        List<Double> shares,
        double correlation,
        double visitorsPerDay) {
    private static final int LONGEST_TEXT = 10_000;

    /**
     * The visitors it takes.
     *
     * @param control of the control, looked at once at the end
     * @param treatment of each other arm, at least
     * @param total of all arms
     * @param withPeeking of all arms where somebody may look at any time, at most
     * @param days for {@code total}; absent where nothing is known of a day
     * @param daysWithPeeking for {@code withPeeking}
     */
    public record Size(
            long control,
            long treatment,
            long total,
            long withPeeking,
            Optional<Double> days,
            Optional<Double> daysWithPeeking,
            String words) {}

    public Estimate {
        shares = List.copyOf(shares);
        require(
                shares.size() >= 2 && shares.size() <= 20,
                "shares",
                "expected the shares of 2 to 20 arms");
        for (double share : shares) {
            new Arm("arm", share);
        }
        require(baseline > 0, "baseline", "baseline is " + baseline + ", expected above 0");
        require(
                metric.isShare() ? baseline < 1 : deviation.isPresent(),
                metric.isShare() ? "baseline" : "deviation",
                metric.isShare()
                        ? "a share of the visitors is below 1, found " + baseline
                        : metric.wire() + " takes its deviation over visitors");
        require(
                minimumEffect >= .0001 && minimumEffect <= 10,
                "minimumEffect",
                "minimumEffect is " + minimumEffect + ", expected .0001 to 10; .05 is 5 %");
        require(
                visitorsPerDay >= 0 && visitorsPerDay <= 1e12,
                "visitorsPerDay",
                "visitorsPerDay is " + visitorsPerDay);
    }

    @JsonCreator
    static Estimate of(
            @JsonProperty("metric") @Nullable Metric metric,
            @JsonProperty("baseline") @Nullable Double baseline,
            @JsonProperty("deviation") @Nullable Double deviation,
            @JsonProperty("minimumEffect") @Nullable Double minimumEffect,
            @JsonProperty("confidence") @Nullable Double confidence,
            @JsonProperty("power") @Nullable Double power,
            @JsonProperty("shares") @Nullable List<Double> shares,
            @JsonProperty("correlation") @Nullable Double correlation,
            @JsonProperty("visitorsPerDay") @Nullable Double visitorsPerDay) {
        return new Estimate(
                metric == null ? Metric.CLICKED : metric,
                baseline == null ? 0 : baseline,
                Optional.ofNullable(deviation),
                minimumEffect == null ? .05 : minimumEffect,
                confidence == null ? .95 : confidence,
                power == null ? .8 : power,
                shares == null ? List.of(1.0, 1.0) : shares,
                correlation == null ? 0 : correlation,
                visitorsPerDay == null ? 0 : visitorsPerDay);
    }

    /**
     * Reads a question from JSON or YAML.
     *
     * @throws VitrineException naming what is unknown, missing or out of bounds
     */
    public static Estimate parse(String text, String origin) {
        require(text.length() <= LONGEST_TEXT, origin, "at most " + LONGEST_TEXT + " characters");
        return ConfigReader.parse(text, origin, Estimate.class);
    }

    /** Works it out. */
    public Size size() {
        double all = shares.stream().mapToDouble(Double::doubleValue).sum();
        double lightest = shares.stream().skip(1).mapToDouble(Double::doubleValue).min().orElse(1);
        SampleSize.Goal goal =
                new SampleSize.Goal(
                        confidence,
                        power,
                        shares.size() - 1,
                        lightest / shares.getFirst(),
                        correlation);
        double difference = minimumEffect * baseline;
        SampleSize size =
                metric.isShare()
                        ? SampleSize.ofRates(baseline, difference, goal)
                        : SampleSize.ofMeans(deviation.orElse(0.0), difference, goal);
        double factor = all / shares.getFirst();
        long total = (long) Math.ceil(size.control() * factor);
        long often = (long) Math.ceil(size.controlWithPeeking() * factor);
        Optional<Double> days =
                visitorsPerDay > 0 ? Optional.of(total / visitorsPerDay) : Optional.empty();
        return new Size(
                size.control(),
                size.treatment(),
                total,
                often,
                days,
                days.map(once -> once * often / total),
                String.format(
                        Locale.ROOT,
                        "to see %s go from %.4g to %.4g with a chance of %.0f %%: %d visitors in"
                                + " all where it is looked at once, at the end, and at most %d"
                                + " where it may be looked at any time",
                        metric.wire(),
                        baseline,
                        baseline + difference,
                        power * 100,
                        total,
                        often));
    }

    private static void require(boolean holds, String field, String message) {
        if (!holds) {
            throw VitrineException.field(DeploymentError.EXPERIMENT_INVALID, field, message);
        }
    }
}
