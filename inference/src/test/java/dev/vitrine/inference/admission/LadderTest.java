package dev.vitrine.inference.admission;

import static dev.vitrine.inference.admission.SimulatedServer.MILLI;
import static dev.vitrine.inference.admission.SimulatedServer.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

class LadderTest {
    private final List<String> changes = new ArrayList<>();
    private final Ladder ladder =
            new Ladder(
                    List.of("full", "smaller", "cached"),
                    LadderSettings.DEFAULT,
                    0,
                    (from, to, pressure) -> changes.add(from + ">" + to));
    private long now;

    private void look(long nanos, DoubleSupplier pressure) {
        for (long end = now + nanos; now < end; ) {
            now += 10 * MILLI;
            ladder.look(now, pressure.getAsDouble());
        }
    }

    @Test
    void goesDownOnlyWhenPressureLasts() {
        look(400 * MILLI, () -> 1);
        assertThat(changes).isEmpty();
        look(SECOND, () -> 0);
        assertThat(changes).isEmpty();
        look(SECOND, () -> 1);
        assertThat(changes).containsExactly("full>smaller");
        look(SECOND, () -> 1);
        assertThat(changes).containsExactly("full>smaller", "smaller>cached");
        look(10 * SECOND, () -> 1);
        assertThat(ladder.step()).isEqualTo(2);
    }

    @Test
    void staysBetweenTheBounds() {
        look(SECOND, () -> 1);
        assertThat(ladder.step()).isEqualTo(1);
        look(600 * SECOND, () -> 0.6);
        assertThat(ladder.step()).isEqualTo(1);
    }

    @Test
    void goesUpAStepAtATimeWhenItWasCalm() {
        look(2 * SECOND, () -> 1);
        assertThat(ladder.step()).isEqualTo(2);
        look(5 * SECOND, () -> 0.1);
        assertThat(ladder.step()).isEqualTo(2);
        look(SECOND, () -> 0.1);
        assertThat(ladder.step()).isEqualTo(1);
        look(5 * SECOND, () -> 0.1);
        assertThat(ladder.step()).isZero();
    }

    @Test
    void silenceIsCalm() {
        look(2 * SECOND, () -> 1);
        assertThat(ladder.step()).isEqualTo(2);
        now += 60 * SECOND;
        assertThat(ladder.look(now, 0)).isZero();
    }

    @Test
    void noiseAroundABoundChangesNothing() {
        SplittableRandom random = new SplittableRandom(7);
        look(600 * SECOND, () -> 0.4 + 0.4 * random.nextDouble());
        assertThat(changes).isEmpty();
    }

    @Test
    void aLoadThatOnlyTheCheaperStepHoldsIsTriedAgainMoreAndMoreSeldom() {
        // The full answer cannot be held, the smaller one takes all pressure away.
        look(600 * SECOND, () -> ladder.step() == 0 ? 1 : 0.1);
        long ups = changes.stream().filter("smaller>full"::equals).count();
        assertThat(ups).isBetween(4L, 12L);
        look(200 * SECOND, () -> 0.1);
        assertThat(ladder.step()).isZero();
    }

    @Test
    void afterAGoodTimeItIsPatientNoMore() {
        look(100 * SECOND, () -> ladder.step() == 0 ? 1 : 0.1);
        look(600 * SECOND, () -> 0.1);
        look(SECOND, () -> 1);
        assertThat(ladder.step()).isEqualTo(1);
        look(6 * SECOND, () -> 0.1);
        assertThat(ladder.step()).isZero();
    }
}
