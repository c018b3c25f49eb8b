package dev.vitrine.server.wiring;

import dev.vitrine.deployment.rollout.Leases;
import dev.vitrine.deployment.rollout.Rollout;
import dev.vitrine.deployment.rollout.Rollout.State;
import dev.vitrine.deployment.rollout.RolloutEvent;
import dev.vitrine.deployment.rollout.RolloutMachine;
import dev.vitrine.deployment.rollout.RolloutPlan;
import dev.vitrine.deployment.rollout.Slots;
import java.time.Instant;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Rollouts of release r2 over r1, in whichever state a test wants them. */
public final class KeptRollout {
    private static final JsonMapper JSON = new JsonMapper();

    private KeptRollout() {}

    /**
     * @param at when it was taken back, where it was
     */
    public static Rollout of(String id, State state, Instant at, String reason) {
        Rollout begun =
                new RolloutMachine(Leases.defaults())
                        .step(
                                Slots.of("shop", "r1"),
                                new RolloutEvent.Start(id, RolloutPlan.of("r2"), "ada"),
                                at)
                        .next()
                        .rollout()
                        .orElseThrow();
        ObjectNode kept = JSON.valueToTree(begun);
        kept.put("state", state.name()).put("reason", reason);
        if (state == State.ROLLING_BACK) {
            kept.put("ending", State.ROLLED_BACK.name());
        }
        kept.withArray("history")
                .addObject()
                .put("at", at.toString())
                .put("state", State.ROLLING_BACK.name())
                .put("stage", 0)
                .put("reason", reason);
        return JSON.treeToValue(kept, Rollout.class);
    }
}
