package dev.vitrine.inference.admission;

import static dev.vitrine.inference.admission.SimulatedServer.MILLI;
import static dev.vitrine.inference.admission.SimulatedServer.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final long AGES = 60 * SECOND;

    private final Workload workload = new Workload(2);

    private Admission door(int maxInside) {
        return new Admission(new AdmissionSettings(maxInside, Duration.ofSeconds(1)), workload, 0);
    }

    private static List<Admission.Ticket> fill(Admission door, int requests) {
        List<Admission.Ticket> tickets = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            tickets.add((Admission.Ticket) door.enter(0, 0, AGES));
        }
        return tickets;
    }

    private static Refusal refusal(Admission.Decision decision) {
        return ((Admission.Refused) decision).why();
    }

    @Test
    void letsInUpToTheLimitAndCountsWhatItRefuses() {
        Admission door = door(10);
        List<Admission.Ticket> inside = fill(door, 10);
        assertThat(refusal(door.enter(0, 0, AGES))).isEqualTo(Refusal.LIMIT);
        inside.getFirst().leave();
        assertThat(door.enter(0, 0, AGES)).isInstanceOf(Admission.Ticket.class);
        assertThat(door.refused(Refusal.LIMIT)).isEqualTo(1);
        assertThat(door.pressure()).isEqualTo(1);
    }

    @Test
    void refusesWhatCannotBeAnsweredInTime() {
        Admission door = door(100);
        fill(door, 1).getFirst().ran(10 * MILLI, 0, 10 * MILLI, 1);
        fill(door, 20);
        // 20 requests of 10 ms on two processors are 100 ms of work ahead.
        assertThat(refusal(door.enter(0, 0, 105 * MILLI))).isEqualTo(Refusal.DEADLINE);
        assertThat(door.enter(0, 0, 115 * MILLI)).isInstanceOf(Admission.Ticket.class);
    }

    @Test
    void workOfOtherModelsOnTheSameProcessorsIsAhead() {
        Admission slow = door(100);
        fill(slow, 1).getFirst().ran(100 * MILLI, 0, 100 * MILLI, 1);
        fill(slow, 10);
        Admission quick = door(100);
        assertThat(quick.enter(0, 0, 400 * MILLI))
                .as("a trial")
                .isInstanceOf(Admission.Ticket.class);
        assertThat(refusal(quick.enter(0, 0, 400 * MILLI))).isEqualTo(Refusal.DEADLINE);
        slow.close();
        assertThat(quick.enter(0, 0, 400 * MILLI)).isInstanceOf(Admission.Ticket.class);
    }

    private Admission learned() {
        Admission door = door(1_000);
        for (int i = 0; i < 20; i++) {
            fill(door, 1).getFirst().ran(MILLI, 0, MILLI, 1);
        }
        return door;
    }

    @Test
    void aRunThatMetAPauseSaysLittleOfTheNext() {
        Admission door = learned();
        fill(door, 1).getFirst().ran(100 * MILLI, 0, 100 * MILLI, 1);
        fill(door, 30);
        assertThat(door.enter(100 * MILLI, 0, 50 * MILLI)).isInstanceOf(Admission.Ticket.class);
    }

    @Test
    void aPauseThatManyWaitedThroughCountsOnce() {
        Admission door = learned();
        for (Admission.Ticket ticket : fill(door, 60)) {
            ticket.ran(200 * MILLI, 200 * MILLI, MILLI, 1);
        }
        fill(door, 30);
        assertThat(door.waitNanos()).isBetween(15 * MILLI, 20 * MILLI);
        assertThat(door.enter(200 * MILLI, 0, 25 * MILLI)).isInstanceOf(Admission.Ticket.class);
    }

    @Test
    void requestsThatShareARunCostTheirPartOfIt() {
        Admission door = door(100);
        fill(door, 1).getFirst().ran(80 * MILLI, 0, 80 * MILLI, 8);
        fill(door, 20);
        assertThat(door.waitNanos()).isEqualTo(100 * MILLI);
        assertThat(door.runNanos()).isEqualTo(80 * MILLI);
    }

    @Test
    void worsePrioritiesAreRefusedFirst() {
        Admission door = door(100);
        fill(door, 85);
        // Of each that was not let in for long, one may come in.
        assertThat(door.enter(0, 1, AGES)).isInstanceOf(Admission.Ticket.class);
        assertThat(door.enter(0, 3, AGES)).isInstanceOf(Admission.Ticket.class);
        assertThat(refusal(door.enter(0, 1, AGES))).isEqualTo(Refusal.PRIORITY);
        assertThat(refusal(door.enter(0, 3, AGES))).isEqualTo(Refusal.PRIORITY);
        assertThat(door.enter(0, 0, AGES)).isInstanceOf(Admission.Ticket.class);
    }

    @Test
    void whoComesAgainFindsTheTrialOrThePlaceThatWasDue() {
        Admission slow = door(100);
        fill(slow, 1).getFirst().ran(100 * MILLI, 0, 100 * MILLI, 1);
        fill(slow, 10);
        Admission quick = door(100);
        ((Admission.Ticket) quick.enter(0, 0, 400 * MILLI)).comesAgain();
        assertThat(quick.inside()).isZero();
        assertThat(quick.enter(0, 0, 400 * MILLI)).isInstanceOf(Admission.Ticket.class);
        assertThat(refusal(quick.enter(0, 0, 400 * MILLI))).isEqualTo(Refusal.DEADLINE);

        Admission full = door(100);
        fill(full, 85);
        ((Admission.Ticket) full.enter(0, 1, AGES)).comesAgain();
        assertThat(full.enter(0, 1, AGES)).isInstanceOf(Admission.Ticket.class);
        assertThat(refusal(full.enter(0, 1, AGES))).isEqualTo(Refusal.PRIORITY);
    }

    @Test
    void noPriorityStarvesAnother() {
        Admission door = door(100);
        List<Admission.Ticket> inside = new ArrayList<>(fill(door, 100));
        int[] entered = new int[3];
        for (int round = 0; round < 10_000; round++) {
            inside.removeFirst().leave();
            // The better ones always come first to the place that has become free.
            for (int priority = 0; priority < 3; priority++) {
                for (int attempt = 0; attempt < 3; attempt++) {
                    if (door.enter(0, priority, AGES) instanceof Admission.Ticket ticket) {
                        entered[priority]++;
                        inside.add(ticket);
                    }
                }
            }
            while (door.inside() > 100) {
                inside.removeFirst().leave();
            }
        }
        assertThat(entered[0]).isGreaterThan(8_000);
        assertThat(entered[1]).isBetween(300, 1_000);
        assertThat(entered[2]).isBetween(300, 1_000);
    }

    @Test
    void lowPriorityCannotTakeTheWholeRoom() {
        Admission door = door(100);
        int entered = 0;
        for (int i = 0; i < 1_000; i++) {
            entered += door.enter(0, 3, AGES) instanceof Admission.Ticket ? 1 : 0;
        }
        assertThat(entered).isEqualTo(40);
        assertThat(door.enter(0, 0, AGES)).isInstanceOf(Admission.Ticket.class);
    }
}
