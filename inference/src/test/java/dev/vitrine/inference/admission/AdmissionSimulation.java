package dev.vitrine.inference.admission;

import static dev.vitrine.inference.admission.SimulatedServer.MILLI;
import static dev.vitrine.inference.admission.SimulatedServer.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole door before a server whose capacity is known, in virtual time. */
class AdmissionSimulation {
    private static final int PLACES = 2;

    private static final class AdmittingDoor implements SimulatedServer.Door {
        final Admission admission;
        final long timeout;

        AdmittingDoor(Duration maxWait, long timeout) {
            this.admission =
                    new Admission(new AdmissionSettings(1_024, maxWait), new Workload(PLACES), 0);
            this.timeout = timeout;
        }

        @Override
        public @Nullable Object enter(long now, SplittableRandom random) {
            return admission.enter(now, 0, timeout) instanceof Admission.Ticket ticket
                    ? ticket
                    : null;
        }

        @Override
        public void answered(Object ticket, long now, long waited, long ran) {
            ((Admission.Ticket) ticket).ran(now, waited, ran, 1);
        }

        @Override
        public void dropped(Object ticket, long now) {
            ((Admission.Ticket) ticket).dropped(now);
        }

        @Override
        public long timeout() {
            return timeout;
        }
    }

    /** Ten times what an encoder of 25 ms can do, a minute long. */
    @ParameterizedTest
    @CsvSource({"1,0", "2,0.5", "3,1", "4,1"})
    void tenTimesCapacityKeepsGoodputAndDeadlines(long seed, double spread) {
        AdmittingDoor door = new AdmittingDoor(Duration.ofSeconds(1), 300 * MILLI);
        SimulatedServer server = new SimulatedServer(PLACES, seed, door);
        server.service = 25 * MILLI;
        server.spread = spread;
        server.run(20 * SECOND, 40);
        SimulatedServer.Tally flood = server.run(60 * SECOND, 800);
        assertThat(flood.inTime()).as("%s", flood).isGreaterThan((int) (0.93 * 60 * 80));
        assertThat(flood.late + flood.dropped).as("%s", flood).isLessThan(flood.answered / 100);
        server.run(SECOND, 40);
        SimulatedServer.Tally after = server.run(SECOND, 40);
        assertThat(after.refused).isZero();
        assertThat(after.meanNanos()).isLessThan(60 * MILLI);
    }

    /** As ten times capacity, but nothing was ever learned before. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aFloodThatComesFirstIsSoonHeld(long seed) {
        AdmittingDoor door = new AdmittingDoor(Duration.ofSeconds(1), 300 * MILLI);
        SimulatedServer server = new SimulatedServer(PLACES, seed, door);
        server.service = 25 * MILLI;
        server.spread = 0.5;
        server.run(2 * SECOND, 800);
        SimulatedServer.Tally flood = server.run(10 * SECOND, 800);
        assertThat(flood.inTime()).isGreaterThan((int) (0.93 * 10 * 80));
        assertThat(flood.late + flood.dropped).isLessThan(flood.answered / 40);
    }

    /** Below capacity hardly anything is refused that would have been in time. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void refusesNextToNothingBelowCapacity(long seed) {
        AdmittingDoor door = new AdmittingDoor(Duration.ofSeconds(1), 500 * MILLI);
        SimulatedServer server = new SimulatedServer(PLACES, seed, door);
        server.service = 25 * MILLI;
        server.spread = 0.5;
        server.run(20 * SECOND, 40);
        SimulatedServer.Tally busy = server.run(300 * SECOND, 72);
        assertThat(busy.inTime()).as("%s", busy).isGreaterThan((int) (0.99 * busy.offered));
    }

    /** A model that becomes five times slower is refused for its deadline, and comes back. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void followsAChangeOfServiceTimeBothWays(long seed) {
        AdmittingDoor door = new AdmittingDoor(Duration.ofSeconds(1), 300 * MILLI);
        SimulatedServer server = new SimulatedServer(PLACES, seed, door);
        server.spread = 0.5;
        server.run(20 * SECOND, 400);
        server.service = 100 * MILLI;
        server.run(5 * SECOND, 400);
        SimulatedServer.Tally slow = server.run(30 * SECOND, 400);
        assertThat(slow.inTime()).as("%s", slow).isGreaterThan((int) (0.8 * 30 * 20));
        server.service = 10 * MILLI;
        server.run(5 * SECOND, 400);
        SimulatedServer.Tally fast = server.run(30 * SECOND, 400);
        assertThat(fast.inTime()).as("%s", fast).isGreaterThan((int) (0.93 * 30 * 200));
    }

    /** One run that took longer than any deadline does not close the door for good. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aWrongForecastDoesNotStay(long seed) {
        AdmittingDoor door = new AdmittingDoor(Duration.ofSeconds(1), 50 * MILLI);
        SimulatedServer server = new SimulatedServer(PLACES, seed, door);
        server.service = 5 * SECOND;
        server.run(20 * SECOND, 10);
        server.service = 10 * MILLI;
        server.run(60 * SECOND, 10);
        SimulatedServer.Tally after = server.run(60 * SECOND, 10);
        assertThat(after.inTime()).as("%s", after).isGreaterThan((int) (0.98 * after.offered));
    }
}
