package dev.vitrine.deployment.experiment;

import dev.vitrine.kernel.error.VitrineException;

/**
 * One logged choice of one policy, and what another policy and a model say of it.
 *
 * @param unit whom it concerned: those of one visitor are drawn together by the bootstrap
 * @param reward that came, such as 1 for a click
 * @param propensity chance with which the logging policy chose what it chose, above 0
 * @param target chance with which the policy in question chooses the same
 * @param predicted reward of what was chosen, by a model; 0 without one
 * @param expected reward of the policy in question, by the model: predictions of all choices, each
 *     with its chance; 0 without one
 */
public record Decision(
        long unit,
        double reward,
        double propensity,
        double target,
        double predicted,
        double expected) {
    /**
     * @throws VitrineException MEASUREMENT_INVALID
     */
    public Decision {
        Require.measured(
                propensity > 0 && propensity <= 1,
                "propensity",
                "what was chosen with the chance "
                        + propensity
                        + " says nothing of another policy");
        Require.measured(
                target >= 0 && target <= 1,
                "target",
                "a policy that chooses with the chance " + target);
        Require.measured(
                Double.isFinite(reward) && Double.isFinite(predicted) && Double.isFinite(expected),
                "reward",
                "the rewards " + reward + ", " + predicted + " and " + expected);
    }

    double weight() {
        return target / propensity;
    }
}
