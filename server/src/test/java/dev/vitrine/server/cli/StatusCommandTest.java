package dev.vitrine.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.deployment.rollout.Rollout;
import dev.vitrine.deployment.rollout.Rollout.State;
import dev.vitrine.deployment.rollout.Routing;
import dev.vitrine.deployment.rollout.Slots;
import dev.vitrine.deployment.rollout.SlotsJson;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.registry.release.SlotRow;
import dev.vitrine.server.Home;
import dev.vitrine.server.wiring.KeptRollout;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code vitrine status} of a home with a rollout. */
class StatusCommandTest {
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    @TempDir private Path folder;
    private long version;

    private String status(State state) {
        Path home = folder.resolve("home");
        Rollout rollout = KeptRollout.of("ro1", state, NOW, "errors: 1.21 %\nof 5732 requests");
        try (Home opened = Home.open(home);
                ReleaseStore releases =
                        ReleaseStore.open(opened.registry(), InstantSource.fixed(NOW))) {
            String row =
                    SlotsJson.write(
                            new Slots("shop", version + 1, Routing.of("r1"), Optional.of(rollout)));
            assertThat(
                            releases.slots()
                                    .compareAndSet(
                                            "shop",
                                            version,
                                            new SlotRow(version + 1, row),
                                            Optional.empty(),
                                            Map.of("ro1", row)))
                    .isTrue();
            version++;
        }
        Ran ran = Ran.of("status", "--home", home.toString());
        assertThat(ran.code()).as(ran.err()).isZero();
        return ran.out();
    }

    @Test
    void theRolloutInMotionAndWhatWasTakenBackAreNamed() {
        assertThat(status(State.CANARY))
                .contains("rollout   ro1 of r2 over r1, begun by ada: canary, stage 1 of ")
                .contains("errors: 1.21 % of 5732 requests\n");
        assertThat(status(State.SETTLING)).contains("rollout   ro1 of r2");
        assertThat(status(State.ROLLED_BACK)).contains(": rolled-back; errors: 1.21 %");
        assertThat(status(State.PROMOTED)).doesNotContain("rollout ");
    }
}
