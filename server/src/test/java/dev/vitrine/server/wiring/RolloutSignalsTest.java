package dev.vitrine.server.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.deployment.rollout.Rollout;
import dev.vitrine.deployment.rollout.Rollout.State;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What people on call are told of rollouts. */
class RolloutSignalsTest {
    private static final Instant BEGAN = Instant.parse("2026-06-01T12:00:00Z");
    private static final Duration LATER = Duration.ofSeconds(2);

    private final Deque<Rollout> rollouts = new ArrayDeque<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Instant now = BEGAN;
    private boolean lost;

    private RolloutSignals signals() {
        RolloutSignals signals =
                new RolloutSignals(
                        () -> {
                            if (lost) {
                                throw new VitrineException(ServerError.INTERNAL, "no registry");
                            }
                            return Optional.ofNullable(rollouts.peekFirst());
                        },
                        limit -> rollouts.stream().limit(limit).toList(),
                        () -> now);
        signals.meters(meters);
        return signals;
    }

    private void is(String id, State state) {
        now = now.plus(LATER);
        rollouts.removeIf(each -> each.id().equals(id));
        rollouts.addFirst(KeptRollout.of(id, state, now, "errors: 1.21 % of 5732 requests"));
    }

    private double value(String name, String tag, String value) {
        Meter meter = meters.get(name).tag(tag, value).meter();
        return meter.measure().iterator().next().getValue();
    }

    @Test
    void whatWasTakenBackIsToldUntilAnotherRolloutBegins() {
        RolloutSignals signals = signals();
        assertThat(signals.alerts()).isEmpty();
        is("ro1", State.CANARY);
        assertThat(signals.alerts()).isEmpty();
        is("ro1", State.ROLLING_BACK);
        assertThat(signals.alerts()).hasSize(1);
        is("ro1", State.ROLLED_BACK);
        assertThat(signals.alerts())
                .singleElement()
                .satisfies(alert -> {
                    assertThat(alert.name()).isEqualTo("rollout-taken-back");
                    assertThat(alert.severity()).isEqualTo("warning");
                    assertThat(alert.since()).isEqualTo(now.toEpochMilli());
                    assertThat(alert.message())
                            .contains("r2", "ro1", "r1 answers", "errors: 1.21 % of 5732 requests");
                });
        is("ro2", State.LOADING);
        assertThat(signals.alerts()).isEmpty();
    }

    @Test
    void anAlertEndsByItselfAndAnAbortMakesNone() {
        is("ro1", State.FAILED);
        RolloutSignals signals = signals();
        assertThat(signals.alerts()).hasSize(1);
        now = now.plus(RolloutSignals.TOLD);
        assertThat(signals.alerts()).isEmpty();
        is("ro2", State.ABORTED);
        assertThat(signals.alerts()).isEmpty();
    }

    @Test
    void theStateIsAGaugeAndEndsAreCounted() {
        is("before", State.ROLLED_BACK);
        RolloutSignals signals = signals();
        assertThat(value("vitrine.rollouts.ended", "outcome", "rolled-back")).isZero();
        is("ro1", State.CANARY);
        assertThat(value("vitrine.rollout.state", "state", "canary")).isOne();
        assertThat(value("vitrine.rollout.state", "state", "ramp")).isZero();
        is("ro1", State.ROLLED_BACK);
        is("ro2", State.PROMOTED);
        assertThat(value("vitrine.rollout.state", "state", "canary")).isZero();
        assertThat(value("vitrine.rollouts.ended", "outcome", "rolled-back")).isOne();
        assertThat(value("vitrine.rollouts.ended", "outcome", "promoted")).isOne();
        assertThat(value("vitrine.rollouts.ended", "outcome", "failed")).isZero();
        assertThat(signals.alerts()).isEmpty();
    }

    @Test
    void withoutTheRegistryWhatWasSeenLastIsTold() {
        is("ro1", State.ROLLED_BACK);
        RolloutSignals signals = signals();
        lost = true;
        now = now.plus(LATER);
        assertThat(signals.alerts()).hasSize(1);
    }
}
