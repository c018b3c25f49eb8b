package dev.vitrine.kernel.statistics;

/** Counts of successes in independent trials of the same chance, exactly. */
public final class Binomial {
    private Binomial() {}

    /** The chance of at most so many successes. */
    public static double cdf(long successes, long trials, double chance) {
        check(trials, chance);
        if (successes < 0) {
            return 0;
        }
        return successes >= trials
                ? 1
                : SpecialFunctions.beta(trials - successes, successes + 1.0, 1 - chance);
    }

    /** The chance of at least so many successes. */
    public static double atLeast(long successes, long trials, double chance) {
        check(trials, chance);
        if (successes <= 0) {
            return 1;
        }
        return successes > trials
                ? 0
                : SpecialFunctions.beta(successes, trials - successes + 1.0, chance);
    }

    /**
     * The sign test: how likely a split of wins as uneven as this one, or more, is when either side
     * wins with chance one half. Ties are left out before.
     *
     * @return the p value, two-sided, exact
     */
    public static double signTest(long wins, long losses) {
        if (wins < 0 || losses < 0) {
            throw new IllegalArgumentException(wins + " wins and " + losses + " losses");
        }
        return Math.min(1, 2 * cdf(Math.min(wins, losses), wins + losses, .5));
    }

    private static void check(long trials, double chance) {
        if (trials < 0 || !(chance >= 0 && chance <= 1)) {
            throw new IllegalArgumentException(trials + " trials of chance " + chance);
        }
    }
}
