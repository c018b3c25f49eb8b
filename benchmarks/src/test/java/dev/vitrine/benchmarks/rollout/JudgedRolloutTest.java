package dev.vitrine.benchmarks.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.deployment.rollout.Rollout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A rollout on simulated traffic, once of each kind; the benchmark has hundreds. */
class JudgedRolloutTest {
    @Test
    void theSameTwiceIsPromoted() {
        assertThat(JudgedRollout.run(11, Harm.NONE).state()).isEqualTo(Rollout.State.PROMOTED);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void harmIsRolledBackInTheCanary(Harm harm) {
        JudgedRollout.Outcome outcome = JudgedRollout.run(12, harm);
        assertThat(outcome.state()).as(outcome.toString()).isEqualTo(Rollout.State.ROLLED_BACK);
        assertThat(outcome.canary()).isTrue();
        assertThat(outcome.requests()).isLessThanOrEqualTo(100_000);
    }

    @Test
    void aSeedSaysAllOfIt() {
        assertThat(JudgedRollout.run(5, Harm.ERRORS)).isEqualTo(JudgedRollout.run(5, Harm.ERRORS));
    }
}
