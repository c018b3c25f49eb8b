package dev.vitrine.deployment.experiment;

import dev.vitrine.kernel.error.VitrineException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * How a bandit deals out requests until it learns more: to each arm by the chance that it is the
 * best one (Thompson sampling; Thompson 1933, Chapelle and Li 2011), and never less than a bound.
 * As the shares are counted out first and arms are drawn from them, the propensity that goes to the
 * log is the chance with which the arm was drawn, and the log can be asked about other policies
 * later ({@link OffPolicy}). A bandit is for requests that stand alone: visitors do not stay in an
 * arm, and intervals of {@link Analysis} do not hold for what it deals out.
 *
 * @param shares of the arms, with the sum 1, each at least the bound
 */
public record Allocation(List<Double> shares) {
    private static final int MOST_DRAWS = 1_000_000;

    public Allocation {
        shares = List.copyOf(shares);
    }

    /**
     * @param successes of each arm so far, such as clicks
     * @param trials of each arm so far, at least its successes
     * @param least share of every arm; at most one over their number
     * @param draws of the arms' rates, from Beta(1 + successes, 1 + failures)
     * @param random seeded
     * @throws VitrineException EXPERIMENT_INVALID, or MEASUREMENT_INVALID for impossible counts
     */
    public static Allocation thompson(
            List<Long> successes,
            List<Long> trials,
            double least,
            int draws,
            RandomGenerator random) {
        int arms = trials.size();
        Require.measured(
                arms >= 1 && arms <= Experiment.MOST_ARMS && successes.size() == arms,
                "trials",
                successes.size() + " successes and " + arms + " trials");
        Require.between("least", least, 0, 1.0 / arms);
        Require.between("draws", draws, 1, MOST_DRAWS);
        for (int arm = 0; arm < arms; arm++) {
            Require.measured(
                    successes.get(arm) >= 0 && successes.get(arm) <= trials.get(arm),
                    "successes",
                    successes.get(arm) + " successes of " + trials.get(arm));
        }
        int[] best = new int[arms];
        for (int draw = 0; draw < draws; draw++) {
            int winner = 0;
            double highest = -1;
            for (int arm = 0; arm < arms; arm++) {
                double won = gamma(1.0 + successes.get(arm), random);
                double lost = gamma(1.0 + trials.get(arm) - successes.get(arm), random);
                double rate = won / (won + lost);
                if (rate > highest) {
                    highest = rate;
                    winner = arm;
                }
            }
            best[winner]++;
        }
        List<Double> shares = new ArrayList<>();
        for (int arm = 0; arm < arms; arm++) {
            shares.add(least + (1 - arms * least) * best[arm] / draws);
        }
        return new Allocation(shares);
    }

    /**
     * Draws an arm with the chance of its share, which is the propensity to log.
     *
     * @return index of the arm
     */
    public int draw(RandomGenerator random) {
        double at = random.nextDouble();
        int last = shares.size() - 1;
        for (int arm = 0; arm < last; arm++) {
            at -= shares.get(arm);
            if (at < 0) {
                return arm;
            }
        }
        return last;
    }

    /** A draw of the gamma distribution of a shape of at least 1 (Marsaglia and Tsang 2000). */
    private static double gamma(double shape, RandomGenerator random) {
        double d = shape - 1 / 3.0;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double normal = random.nextGaussian();
            double root = 1 + c * normal;
            if (root > 0) {
                double cube = root * root * root;
                double bound = normal * normal / 2 + d - d * cube + d * Math.log(cube);
                if (Math.log(1 - random.nextDouble()) < bound) {
                    return d * cube;
                }
            }
        }
    }
}
