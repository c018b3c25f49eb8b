package dev.vitrine.server.rollout;

import dev.vitrine.deployment.rollout.Rollout;
import dev.vitrine.deployment.rollout.RolloutController.Snapshot;
import dev.vitrine.deployment.rollout.RolloutEvent;
import dev.vitrine.deployment.rollout.RolloutMachine;
import dev.vitrine.deployment.rollout.RolloutStep;
import dev.vitrine.deployment.rollout.Slots;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import java.util.Optional;
import java.util.function.Supplier;

/** Writes steps into the row, and keeps in the audit log who did what of those that are written. */
final class Steps {
    static final int TRIES = 20;

    private final SlotBoard board;
    private final RolloutMachine machine;
    private final Trail trail;
    private final Supplier<VitrineException> nothing;
    private final Runnable written;

    /**
     * @param nothing what whoever commands is told where nothing was live yet
     * @param written is run after each write
     */
    Steps(
            SlotBoard board,
            RolloutMachine machine,
            Trail trail,
            Supplier<VitrineException> nothing,
            Runnable written) {
        this.board = board;
        this.machine = machine;
        this.trail = trail;
        this.nothing = nothing;
        this.written = written;
    }

    /**
     * Does what somebody wants, whoever else writes at the same time.
     *
     * @param reason for a switch that it makes at once
     * @throws VitrineException as the machine refuses it, or RELEASE_CONFLICT where others kept
     *     writing
     */
    Rollout command(RolloutEvent.Command command, String reason) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Snapshot read = board.snapshot().orElseThrow(nothing);
            RolloutStep step = machine.step(read.slots(), command, read.now());
            if (apply(read.slots(), step, command.who(), reason)) {
                return step.next().rollout().orElseThrow();
            }
        }
        throw new VitrineException(
                ServerError.RELEASE_CONFLICT, "others change the same rollout; repeat");
    }

    /** Writes a step that nobody asked for now; false where it lost. */
    boolean apply(Slots before, RolloutStep step) {
        Optional<Rollout> rollout = step.next().rollout();
        return apply(
                before,
                step,
                rollout.map(Rollout::who).orElse(ReleaseNode.ITSELF),
                rollout.map(r -> r.aim().map(Rollout.Aim::why).orElse(r.reason())).orElse(""));
    }

    private boolean apply(Slots before, RolloutStep step, String who, String reason) {
        if (step.next().version() == before.version()) {
            return true;
        }
        if (!board.write(before, step, who, reason)) {
            return false;
        }
        trail.keep(before.rollout(), step, who, reason);
        written.run();
        return true;
    }
}
