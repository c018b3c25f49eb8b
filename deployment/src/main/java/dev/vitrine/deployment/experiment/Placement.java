package dev.vitrine.deployment.experiment;

/** What a visitor is to an experiment. */
public sealed interface Placement {
    /**
     * In: answers come from this arm, and what the visitor does counts for it.
     *
     * @param index of the arm in its experiment; 0 is the control
     */
    record In(Arm arm, int index) implements Placement {}

    /** Out, in one of the ways of {@link Reason}: answers are as if there were no experiment. */
    record Out(Reason reason) implements Placement {}

    /** Why a visitor is not in an experiment. */
    enum Reason {
        /** In no experiment at all, to tell what all of them together brought. */
        HELD_OUT,
        /** In buckets that another experiment of the layer has, or none. */
        OTHER_BUCKETS,
        /** Not yet: the exposure is too small. */
        NOT_EXPOSED
    }
}
