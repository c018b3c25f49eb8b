package dev.vitrine.benchmarks.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A few hundred seeds of the simulation; {@code vitrine benchmark release-simulation} has ten
 * thousand, and replays one with {@code first=SEED seeds=1}.
 */
class ReleaseWorldTest {
    private static final int SEEDS = 300;
    private static final int UNTIL_CAUGHT = 3_000;

    @Test
    void whatIsPromisedHolds() {
        long switches = 0;
        long rollbacks = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            ReleaseWorld.Outcome outcome = ReleaseWorld.run(seed, Broken.NOT);
            assertThat(outcome.violations())
                    .as(
                            "replay by: vitrine benchmark release-simulation first="
                                    + seed
                                    + " seeds=1")
                    .isEmpty();
            switches += outcome.decisions();
            rollbacks += outcome.rollbacks();
        }
        assertThat(switches).as("something happens").isGreaterThan(SEEDS / 2);
        assertThat(rollbacks).as("some are taken back").isPositive();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOT")
    void everyBrokenVersionIsCaught(Broken broken) {
        for (long seed = 1; seed <= UNTIL_CAUGHT; seed++) {
            if (!ReleaseWorld.run(seed, broken).violations().isEmpty()) {
                return;
            }
        }
        throw new AssertionError(broken + " is not caught by " + UNTIL_CAUGHT + " seeds");
    }

    @Test
    void aSeedSaysAllOfIt() {
        assertThat(ReleaseWorld.run(17, Broken.NOT)).isEqualTo(ReleaseWorld.run(17, Broken.NOT));
    }
}
