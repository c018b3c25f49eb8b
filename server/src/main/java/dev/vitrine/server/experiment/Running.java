package dev.vitrine.server.experiment;

import dev.vitrine.deployment.VisitorHash;
import dev.vitrine.deployment.experiment.Experiment;
import java.util.Set;

/**
 * An experiment that answers visitors.
 *
 * @param numbers visitors as this experiment's marks and counts know them
 */
record Running(
        Kept kept, Experiment drawn, Set<String> configs, VisitorHash numbers, Visitors visitors) {
    static Running of(Kept kept, Visitors visitors) {
        return new Running(
                kept,
                kept.plan().drawn(kept.salt(), kept.from(), kept.to()),
                Set.copyOf(kept.plan().servingConfigs()),
                new VisitorHash(kept.salt(), "visitor"),
                visitors);
    }

    String id() {
        return kept.id();
    }

    /** The chance with which an arm is drawn. */
    double share(int arm) {
        return drawn.shares().get(arm);
    }
}
