package dev.vitrine.inference.admission;

import static dev.vitrine.inference.admission.SimulatedServer.MILLI;
import static dev.vitrine.inference.admission.SimulatedServer.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The limit alone before a server whose capacity is known, in virtual time. */
class GradientLimitSimulation {
    private static final int PLACES = 4;
    private static final long WAIT = 100 * MILLI;

    private static final class LimitedDoor implements SimulatedServer.Door {
        final GradientLimit limit = new GradientLimit(PLACES, 1_000, WAIT);
        int inside;

        private record Entered(long at, int inside) {}

        @Override
        public @Nullable Object enter(long now, SplittableRandom random) {
            return inside >= limit.limit() ? null : new Entered(now, ++inside);
        }

        @Override
        public void answered(Object ticket, long now, long waited, long ran) {
            inside--;
            Entered entered = (Entered) ticket;
            limit.answered(now, now - entered.at, entered.inside);
        }

        @Override
        public void dropped(Object ticket, long now) {
            throw new AssertionError("nothing has a deadline here");
        }

        @Override
        public long timeout() {
            return Long.MAX_VALUE;
        }
    }

    private static SimulatedServer server(long seed, LimitedDoor door) {
        SimulatedServer server = new SimulatedServer(PLACES, seed, door);
        server.spread = 0.5;
        return server;
    }

    /** concurrency-limits#165: the queue of a long overload must not become the baseline. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void longOverloadDoesNotRaiseWhatIsTolerated(long seed) {
        LimitedDoor door = new LimitedDoor();
        SimulatedServer server = server(seed, door);
        server.run(10 * SECOND, 200);
        server.run(1_800 * SECOND, 800);
        SimulatedServer.Tally last = server.run(60 * SECOND, 800);
        assertThat(door.limit.baselineNanos()).isBetween(9 * MILLI, 12 * MILLI);
        assertThat(last.meanNanos()).isBetween(0.6 * WAIT, 1.25 * (WAIT + 10 * MILLI));
        assertThat(last.answered).isGreaterThan((int) (0.97 * 60 * 400));
    }

    /** concurrency-limits#134: nor may the limit creep up when it is only just too much. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void modestOverloadDoesNotLetTheLimitCreep(long seed) {
        LimitedDoor door = new LimitedDoor();
        SimulatedServer server = server(seed, door);
        server.run(10 * SECOND, 200);
        for (int minute = 0; minute < 30; minute++) {
            SimulatedServer.Tally tally = server.run(60 * SECOND, 440);
            if (minute > 0) {
                assertThat(door.limit.limit()).isLessThan(80);
                assertThat(tally.meanNanos()).isLessThan(1.25 * (WAIT + 10 * MILLI));
                assertThat(tally.answered).isGreaterThan((int) (0.95 * 60 * 400));
            }
        }
    }

    /** A limit that nothing comes near does not grow, so that it is worth something later. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void idleAndLowLoadLeaveTheLimitWhereItWas(long seed) {
        LimitedDoor door = new LimitedDoor();
        SimulatedServer server = server(seed, door);
        server.run(60 * SECOND, 1_000);
        server.run(10 * SECOND, 200);
        int learned = door.limit.limit();
        server.run(600 * SECOND, 0);
        assertThat(door.limit.limit()).isEqualTo(learned);
        server.run(3_600 * SECOND, 200);
        assertThat(door.limit.limit()).isEqualTo(learned);
    }

    /** From no load to ten times capacity: the wait is bounded within seconds. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void closesSoonUnderSuddenOverload(long seed) {
        LimitedDoor door = new LimitedDoor();
        SimulatedServer server = server(seed, door);
        server.run(60 * SECOND, 100);
        server.run(5 * SECOND, 4_000);
        assertThat(server.run(10 * SECOND, 4_000).meanNanos())
                .isLessThan(1.5 * (WAIT + 10 * MILLI));
    }

    /** A service that becomes slower than the wait allows is found out under full load. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void learnsAnotherServiceTimeWithoutAPause(long seed) {
        LimitedDoor door = new LimitedDoor();
        SimulatedServer server = server(seed, door);
        server.run(30 * SECOND, 800);
        server.service = 300 * MILLI;
        server.run(60 * SECOND, 40);
        SimulatedServer.Tally slow = server.run(60 * SECOND, 40);
        assertThat(door.limit.baselineNanos()).isBetween(250 * MILLI, 400 * MILLI);
        assertThat(slow.answered).isGreaterThan((int) (0.93 * 60 * PLACES / 0.3));
        server.service = 10 * MILLI;
        server.run(10 * SECOND, 800);
        assertThat(server.run(60 * SECOND, 800).answered).isGreaterThan((int) (0.95 * 60 * 400));
    }

    /** Where more at once makes each slower, the limit goes no further than what is tolerated. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void holdsAServerThatSharesItsProcessors(long seed) {
        LimitedDoor door = new LimitedDoor();
        SimulatedServer server = new SimulatedServer(10_000, seed, door);
        server.spread = 0.5;
        server.slowing = 1.0 / PLACES;
        server.run(10 * SECOND, 100);
        server.run(1_800 * SECOND, 800);
        SimulatedServer.Tally last = server.run(60 * SECOND, 800);
        assertThat(last.meanNanos()).isLessThan(1.5 * (WAIT + 15 * MILLI));
    }
}
