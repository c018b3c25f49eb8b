package dev.vitrine.deployment.rollout.judge;

/**
 * What one signal says, with its numbers.
 *
 * @param subject user group; empty for all
 * @param canary the candidate's value: a rate, a median in milliseconds, a number of products
 * @param baseline the same of the baseline
 * @param effect size of the difference: for latency the chance of being slower less one half, for
 *     rates their difference
 * @param pWorse small when the candidate is worse by more than is tolerated
 * @param limit at or below which {@code pWorse} fails it
 * @param pPlain two-sided, of no difference at all, by the test that is usual for the signal; for
 *     people, nothing is decided by it
 * @param required whether it has to pass
 * @param words a sentence
 */
public record Check(
        Signal signal,
        String subject,
        Decision decision,
        double canary,
        double baseline,
        double effect,
        double pWorse,
        double limit,
        double pPlain,
        boolean required,
        String words) {}
