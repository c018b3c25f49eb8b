package dev.vitrine.server.experiment;

import java.util.List;
import java.util.SplittableRandom;

/** A visitor's part in an experiment, for one request. */
public final class Part {
    private final Running running;
    private final int arm;
    private final long visitor;
    private final Visitors.Past past;
    private final long now;

    Part(Running running, int arm, long visitor, Visitors.Past past, long now) {
        this.running = running;
        this.arm = arm;
        this.visitor = visitor;
        this.past = past;
        this.now = now;
    }

    /** Whether both arms answer, in one list. */
    public boolean isInterleaved() {
        return running.kept().plan().kind() == ExperimentPlan.Kind.INTERLEAVING;
    }

    /** How this visitor is answered. */
    public ArmPlan arm() {
        return running.kept().plan().arms().get(arm);
    }

    /** All arms, the control first. */
    public List<ArmPlan> arms() {
        return running.kept().plan().arms();
    }

    /** What the attribution token names, beside the arm of a rollout, if any. */
    public String marked(String other) {
        String own = new Mark(running.id(), isInterleaved() ? Mark.BOTH : arm, visitor).text();
        return other.isEmpty() ? own : other + " " + own;
    }

    /** What the attribution token says of how the answer was drawn: the arm's share, to log. */
    public String policy() {
        return "drawn:" + running.share(arm);
    }

    /** Tosses for an interleaved list, the same for all its pages. */
    public SplittableRandom tosses(String servingConfig) {
        return new SplittableRandom(visitor ^ servingConfig.hashCode() * 0x9E3779B97F4A7C15L);
    }

    /** The answer was given: the visitor is in, and what they do from now on counts. */
    public void answered() {
        running.visitors()
                .answered(visitor, arm, (int) ((now - running.kept().startedAt()) / 1000), past);
    }
}
