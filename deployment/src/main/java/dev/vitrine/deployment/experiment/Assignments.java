package dev.vitrine.deployment.experiment;

import dev.vitrine.deployment.DeploymentError;
import dev.vitrine.deployment.VisitorHash;
import dev.vitrine.kernel.error.VitrineException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Says for every visitor and experiment who is in which arm: a pure function of the visitor's
 * number, the same on every node.
 *
 * <p>Four independent draws decide ({@link VisitorHash}): whether a visitor is held out of
 * everything, the bucket in each layer, whether the exposure of an experiment reaches them, and the
 * arm. As exposure has a draw of its own, compared with a bound that only rises, a ramp adds
 * visitors and moves nobody who is in: from 1 % to 100 %, whoever is in an arm stays in that arm.
 * The same holds when an experiment gets more buckets, and when others come or go. It does not hold
 * when the held-out share rises; that is set once.
 *
 * <p>An arm's share is off by at most 2^-53 through the draw. In a million visitors it strays by
 * chance as a binomial count does, by .1 % at one half.
 */
public final class Assignments {
    private static final Placement HELD_OUT = new Placement.Out(Placement.Reason.HELD_OUT);
    private static final Placement OTHER = new Placement.Out(Placement.Reason.OTHER_BUCKETS);
    private static final Placement NOT_EXPOSED = new Placement.Out(Placement.Reason.NOT_EXPOSED);

    private final double heldOut;
    private final VisitorHash holdout;
    private final Map<String, Drawn> experiments = new HashMap<>();

    /**
     * @param heldOut share of visitors in no experiment, 0 to less than 1
     * @param holdoutSalt another one holds out others
     * @param layers with names of their own, and experiments whose names and salts are their own
     * @throws VitrineException EXPERIMENT_INVALID
     */
    public Assignments(double heldOut, String holdoutSalt, List<Layer> layers) {
        Require.valid(
                heldOut >= 0 && heldOut < 1,
                "heldOut",
                "held out are " + heldOut + " of the visitors, not from 0 to below 1");
        this.heldOut = heldOut;
        holdout = new VisitorHash(holdoutSalt, "holdout");
        Set<String> names = new HashSet<>();
        Set<String> salts = new HashSet<>();
        for (Layer layer : layers) {
            Require.valid(names.add(layer.name()), "layer", "two layers " + layer.name());
            VisitorHash buckets = new VisitorHash(layer.name(), "layer");
            for (Experiment experiment : layer.experiments()) {
                // The same draws twice would put the same visitors into both treatments.
                Require.valid(
                        salts.add(experiment.salt()),
                        "salt",
                        "two experiments have the salt " + experiment.salt());
                Require.valid(
                        experiments.put(experiment.name(), new Drawn(buckets, experiment)) == null,
                        "name",
                        "two experiments are called " + experiment.name());
            }
        }
    }

    /**
     * @param visitor the person's number in the event log
     * @throws VitrineException EXPERIMENT_NOT_FOUND
     */
    public Placement placement(String experiment, long visitor) {
        Drawn drawn = experiments.get(experiment);
        if (drawn == null) {
            throw new VitrineException(
                    DeploymentError.EXPERIMENT_NOT_FOUND,
                    "there is no experiment '" + experiment + "'");
        }
        return isHeldOut(visitor) ? HELD_OUT : drawn.placement(visitor);
    }

    /** Whether a visitor is kept out of all experiments, to compare with everybody else. */
    public boolean isHeldOut(long visitor) {
        return holdout.place(visitor) < heldOut;
    }

    /** An experiment with what its visitors are drawn by. */
    private static final class Drawn {
        private final VisitorHash buckets;
        private final VisitorHash exposure;
        private final VisitorHash arm;
        private final double from;
        private final double to;
        private final double exposed;

        /** Where each arm ends; the last is above every draw. */
        private final double[] ends;

        private final Placement[] arms;

        Drawn(VisitorHash buckets, Experiment experiment) {
            this.buckets = buckets;
            exposure = new VisitorHash(experiment.salt(), "exposure");
            arm = new VisitorHash(experiment.salt(), "arm");
            from = experiment.from() / (double) Experiment.BUCKETS;
            to = experiment.to() / (double) Experiment.BUCKETS;
            exposed = experiment.exposure();
            ends = new double[experiment.arms().size()];
            arms = new Placement[ends.length];
            double sum = 0;
            for (int i = 0; i < ends.length; i++) {
                sum += experiment.shares().get(i);
                ends[i] = i == ends.length - 1 ? 1 : sum;
                arms[i] = new Placement.In(experiment.arms().get(i), i);
            }
        }

        Placement placement(long visitor) {
            double bucket = buckets.place(visitor);
            if (bucket < from || bucket >= to) {
                return OTHER;
            }
            if (exposure.place(visitor) >= exposed) {
                return NOT_EXPOSED;
            }
            double drawn = arm.place(visitor);
            int index = 0;
            while (drawn >= ends[index]) {
                index++;
            }
            return arms[index];
        }
    }
}
