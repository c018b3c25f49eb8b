package dev.vitrine.deployment.experiment;

import dev.vitrine.deployment.VisitorHash;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.statistics.Interval;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a policy would have earned per decision, from the log of another one.
 *
 * <p>Intervals come from a bootstrap in which each unit counts as often as a Poisson draw of mean 1
 * says that depends on seed, replicate and unit alone (Chamandy et al. 2012), so the same log gives
 * the same interval. The model is not fitted again: that of {@link Estimator#DIRECT} says nothing
 * of how wrong the model is, and is not to be relied on. All are too narrow where few decisions
 * have most of the weight: look at the effective number of decisions first.
 *
 * @param estimates of all estimators
 * @param effectiveDecisions as many decisions of the policy itself would tell about as much (Kish
 *     1965): the squared sum of the weights over the sum of their squares
 * @param largestWeight of one decision; the mean is about 1
 * @param meanWeight far from 1 when propensities are wrong, or the log lacks what the policy does
 * @param switched share of decisions beyond the weight at which {@link Estimator#SWITCH} trusts the
 *     model alone
 */
public record OffPolicy(
        Map<Estimator, Estimate> estimates,
        double effectiveDecisions,
        double largestWeight,
        double meanWeight,
        double switched) {
    private static final int MOST_REPLICATES = 10_000;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /** Poisson of mean 1: the chances of at most 0, 1, 2, ... */
    private static final double[] CUMULATIVE = cumulative();

    public OffPolicy {
        estimates = Map.copyOf(estimates);
    }

    /** Reward per decision, with an interval. */
    public record Estimate(double value, Interval interval) {}

    /**
     * @param confidence of the intervals
     * @param replicates of the bootstrap, 100 to {@value #MOST_REPLICATES}
     * @param switchAbove weight beyond which {@link Estimator#SWITCH} trusts the model alone
     * @param seed of the bootstrap
     */
    public record Settings(double confidence, int replicates, double switchAbove, long seed) {
        public static final Settings USUAL = new Settings(.95, 2_000, 10, 1);

        /**
         * @throws VitrineException EXPERIMENT_INVALID
         */
        public Settings {
            Require.within("confidence", confidence, 0, 1);
            Require.between("replicates", replicates, 100, MOST_REPLICATES);
            Require.between("switchAbove", switchAbove, 0, Double.MAX_VALUE);
        }
    }

    /**
     * @param log at least one decision; held in memory, as are the replicates
     * @throws VitrineException MEASUREMENT_INVALID when the log is empty
     */
    public static OffPolicy of(List<Decision> log, Settings settings) {
        Require.measured(!log.isEmpty(), "log", "an empty log says nothing");
        Sums whole = new Sums();
        double squares = 0;
        double largest = 0;
        long switched = 0;
        for (Decision decision : log) {
            whole.add(decision, 1, settings.switchAbove);
            squares += decision.weight() * decision.weight();
            largest = Math.max(largest, decision.weight());
            switched += decision.weight() > settings.switchAbove ? 1 : 0;
        }
        Map<Estimator, double[]> replicates = new EnumMap<>(Estimator.class);
        for (Estimator estimator : Estimator.values()) {
            replicates.put(estimator, new double[settings.replicates]);
        }
        for (int replicate = 0; replicate < settings.replicates; replicate++) {
            long seed = VisitorHash.mixed(settings.seed * GOLDEN + replicate);
            Sums sums = new Sums();
            for (Decision decision : log) {
                int times = times(VisitorHash.mixed(seed ^ VisitorHash.mixed(decision.unit())));
                if (times > 0) {
                    sums.add(decision, times, settings.switchAbove);
                }
            }
            int place = replicate;
            replicates.forEach((estimator, values) -> values[place] = sums.value(estimator));
        }
        Map<Estimator, Estimate> estimates = new EnumMap<>(Estimator.class);
        replicates.forEach((estimator, values) ->
                estimates.put(
                        estimator,
                        new Estimate(whole.value(estimator), middle(values, settings.confidence))));
        return new OffPolicy(
                estimates,
                squares == 0 ? 0 : whole.weight * whole.weight / squares,
                largest,
                whole.weight / whole.count,
                switched / (double) log.size());
    }

    /** Of one estimator, which there always is. */
    public Estimate of(Estimator estimator) {
        Estimate estimate = estimates.get(estimator);
        if (estimate == null) {
            throw new IllegalStateException("no estimate by " + estimator);
        }
        return estimate;
    }

    /** Where the middle of the replicates lies, of those that have a value. */
    private static Interval middle(double[] values, double confidence) {
        double[] sorted = Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
        if (sorted.length == 0) {
            return Interval.UNBOUNDED;
        }
        int out = (int) (sorted.length * (1 - confidence) / 2);
        return new Interval(sorted[out], sorted[sorted.length - 1 - out]);
    }

    private static double[] cumulative() {
        double[] cumulative = new double[12];
        double chance = Math.exp(-1);
        double sum = 0;
        for (int k = 0; k < cumulative.length; k++) {
            sum += chance;
            cumulative[k] = sum;
            chance /= k + 1;
        }
        return cumulative;
    }

    private static int times(long bits) {
        double uniform = (bits >>> 11) * 0x1p-53;
        int times = 0;
        while (times < CUMULATIVE.length && uniform >= CUMULATIVE[times]) {
            times++;
        }
        return times;
    }

    /** Sums over decisions, from which every estimate is made. */
    private static final class Sums {
        private double count;
        private double reward;
        private double weight;
        private double weighted;
        private double expected;
        private double errors;
        private double switchedErrors;

        void add(Decision decision, int times, double switchAbove) {
            double w = times * decision.weight();
            double error = w * (decision.reward() - decision.predicted());
            count += times;
            reward += times * decision.reward();
            weight += w;
            weighted += w * decision.reward();
            expected += times * decision.expected();
            errors += error;
            switchedErrors += decision.weight() <= switchAbove ? error : 0;
        }

        double value(Estimator estimator) {
            return switch (estimator) {
                case LOGGED -> reward / count;
                case IPS -> weighted / count;
                case SNIPS -> weighted / weight;
                case DIRECT -> expected / count;
                case DOUBLY_ROBUST -> (expected + errors) / count;
                case SWITCH -> (expected + switchedErrors) / count;
            };
        }
    }
}
