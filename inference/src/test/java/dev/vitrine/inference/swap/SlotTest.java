package dev.vitrine.inference.swap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.kernel.error.VitrineException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SlotTest {
    private final List<SlotEvent> events = new ArrayList<>();
    private final Slot<Value> slot = new Slot<>("live", Runnable::run, events::add);

    @Test
    void leasesWhatWasInstalled() {
        Value first = new Value();
        assertThat(slot.install(first)).isTrue();
        assertThat(slot.install(new Value())).isFalse();
        try (Lease<Value> lease = slot.lease()) {
            assertThat(lease.value()).isSameAs(first);
            assertThat(lease.generation()).isEqualTo(1);
            assertThat(slot.state()).isEqualTo(new SlotState("live", 1, 1, 0, 0));
        }
        assertThat(slot.state()).isEqualTo(new SlotState("live", 1, 0, 0, 0));
        assertThat(first.closed).isZero();
    }

    @Test
    void saysWhenNothingIsLive() {
        assertThat(slot.tryLease()).isEmpty();
        assertThatThrownBy(slot::lease)
                .hasMessageContaining("live")
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(InferenceError.NOTHING_LIVE));
    }

    @Test
    void closesTheOldValueWhenItsLastLeaseEnds() throws Exception {
        Value old = new Value();
        Value next = new Value();
        slot.install(old);
        Lease<Value> one = slot.lease();
        Lease<Value> two = slot.lease();
        assertThat(slot.swap(old, next)).isTrue();
        assertThat(slot.state()).isEqualTo(new SlotState("live", 2, 0, 1, 2));
        assertThat(slot.drain(Duration.ZERO)).isEqualTo(2);
        one.close();
        one.close();
        assertThat(old.closed).isZero();
        assertThat(slot.drain(Duration.ofMillis(1))).isEqualTo(1);
        two.close();
        assertThat(old.closed).isEqualTo(1);
        assertThat(slot.drain(Duration.ZERO)).isZero();
        try (Lease<Value> lease = slot.lease()) {
            assertThat(lease.value()).isSameAs(next);
        }
        assertThat(events)
                .containsExactly(
                        new SlotEvent.Live("live", 1),
                        new SlotEvent.Live("live", 2),
                        new SlotEvent.Draining("live", 1, 2),
                        new SlotEvent.Closed("live", 1, Optional.empty()));
    }

    @Test
    void swapsOnlyWhatWasExpected() {
        Value first = new Value();
        Value second = new Value();
        Value third = new Value();
        assertThat(slot.swap(first, second)).isFalse();
        slot.install(first);
        assertThat(slot.swap(second, third)).isFalse();
        assertThat(slot.swap(first, second)).isTrue();
        assertThat(slot.swap(first, third)).isFalse();
        assertThat(third.closed).isZero();
        assertThatThrownBy(() -> slot.swap(second, second))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void closingTheSlotDrainsTheCurrentValue() throws Exception {
        Value value = new Value();
        slot.install(value);
        Lease<Value> lease = slot.lease();
        slot.close();
        slot.close();
        assertThat(slot.tryLease()).isEmpty();
        assertThat(slot.install(new Value())).isFalse();
        assertThat(value.closed).isZero();
        lease.close();
        assertThat(value.closed).isEqualTo(1);
        assertThat(slot.drain(Duration.ZERO)).isZero();
    }

    @Test
    void tellsWhatClosingThrew() {
        Value broken =
                new Value() {
                    @Override
                    public void close() throws Exception {
                        throw new java.io.IOException("unmap");
                    }
                };
        slot.install(broken);
        slot.swap(broken, new Value());
        assertThat(events.getLast())
                .isInstanceOfSatisfying(
                        SlotEvent.Closed.class,
                        closed ->
                                assertThat(closed.failure())
                                        .get()
                                        .hasToString("java.io.IOException: unmap"));
        assertThat(slot.state().drainingValues()).isZero();
    }

    @Test
    void drainWaitsForAnotherThread() throws Exception {
        Value old = new Value();
        slot.install(old);
        Lease<Value> lease = slot.lease();
        slot.swap(old, new Value());
        Thread ending = Thread.ofVirtual().start(lease::close);
        assertThat(slot.drain(Duration.ofSeconds(20))).isZero();
        ending.join();
        assertThat(old.closed).isEqualTo(1);
    }

    static class Value implements AutoCloseable {
        int closed;

        @Override
        public void close() throws Exception {
            closed++;
        }
    }
}
