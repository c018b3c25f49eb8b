package dev.vitrine.deployment.experiment;

import dev.vitrine.kernel.error.VitrineException;

/**
 * One of the answers that an experiment compares.
 *
 * @param name what answers and events are labelled with
 * @param weight visitors it gets, in any unit; those of all arms are put in relation
 */
public record Arm(String name, double weight) {
    static final double HEAVIEST = 1e6;

    /**
     * @throws VitrineException EXPERIMENT_INVALID for a bad name or weight
     */
    public Arm {
        Require.name("arms.name", name);
        Require.within("arms.weight", weight, 0, HEAVIEST + 1);
    }
}
