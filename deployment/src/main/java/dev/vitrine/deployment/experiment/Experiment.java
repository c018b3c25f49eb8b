package dev.vitrine.deployment.experiment;

import dev.vitrine.deployment.DeploymentError;
import dev.vitrine.kernel.error.VitrineException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Arms, and the visitors who are spread over them.
 *
 * @param name of the experiment
 * @param salt from which arms are drawn; a new one deals all visitors anew. The name, unless an
 *     experiment is repeated
 * @param arms the control first; at least two, at most {@value #MOST_ARMS}
 * @param from first of the layer's {@value #BUCKETS} buckets of visitors that may be in it
 * @param to first bucket behind those
 * @param exposure share of the visitors of its buckets who are in, 0 to 1; raised step by step
 */
public record Experiment(
        String name, String salt, List<Arm> arms, int from, int to, double exposure) {
    /** Parts of a layer's visitors that experiments divide among themselves. */
    public static final int BUCKETS = 10_000;

    public static final int MOST_ARMS = 20;

    private static final int LONGEST_SALT = 200;

    /**
     * @throws VitrineException EXPERIMENT_INVALID naming the field that is out of its bounds
     */
    public Experiment {
        arms = List.copyOf(arms);
        Require.name("name", name);
        Require.valid(
                !salt.isEmpty() && salt.length() <= LONGEST_SALT,
                "salt",
                "a salt has from 1 to " + LONGEST_SALT + " characters, not " + salt.length());
        Require.valid(
                arms.size() >= 2 && arms.size() <= MOST_ARMS,
                "arms",
                "an experiment has from 2 to " + MOST_ARMS + " arms, not " + arms.size());
        Set<String> names = new HashSet<>();
        for (Arm arm : arms) {
            Require.valid(names.add(arm.name()), "arms", "two arms are called " + arm.name());
        }
        Require.valid(
                from >= 0 && from < to && to <= BUCKETS,
                "from",
                "buckets from " + from + " to " + to + " are not a part of 0 to " + BUCKETS);
        Require.between("exposure", exposure, 0, 1);
    }

    /** Of all visitors of a layer, half in each of two arms. */
    public static Experiment ofTwo(String name, String control, String treatment) {
        return new Experiment(
                name, name, List.of(new Arm(control, 1), new Arm(treatment, 1)), 0, BUCKETS, 1);
    }

    /** With another share of visitors; see {@link #requireKeeps}. */
    public Experiment withExposure(double share) {
        return new Experiment(name, salt, arms, from, to, share);
    }

    /** The share of the visitors who are in that each arm should have; the sum is 1. */
    public List<Double> shares() {
        double all = arms.stream().mapToDouble(Arm::weight).sum();
        return arms.stream().map(arm -> arm.weight() / all).toList();
    }

    /**
     * A change that every visitor who is in already sits through: more exposure, more buckets.
     *
     * @throws VitrineException EXPERIMENT_CONFLICT when a change to this would put somebody out, or
     *     into another arm
     */
    public void requireKeeps(Experiment before) {
        boolean keeps =
                name.equals(before.name)
                        && salt.equals(before.salt)
                        && arms.equals(before.arms)
                        && from <= before.from
                        && to >= before.to
                        && exposure >= before.exposure;
        if (!keeps) {
            throw new VitrineException(
                    DeploymentError.EXPERIMENT_CONFLICT,
                    "the experiment "
                            + before.name
                            + " has visitors: its exposure may rise from "
                            + before.exposure
                            + " and its buckets reach beyond "
                            + before.from
                            + " to "
                            + before.to
                            + ", but for other arms, weights or fewer visitors it takes a new one");
        }
    }
}
