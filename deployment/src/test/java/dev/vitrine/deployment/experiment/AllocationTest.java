package dev.vitrine.deployment.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.kernel.statistics.CountTest;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AllocationTest {
    /** One success against one failure: Beta(2, 1) beats Beta(1, 2) with a chance of 5/6. */
    @Test
    void sharesAreTheChanceToBeBest() {
        Allocation two = thompson(List.of(1L, 0L), List.of(1L, 1L), 0);
        assertThat(two.shares().getFirst()).isCloseTo(5 / 6.0, within(.01));
        Allocation unknown = thompson(List.of(0L, 0L, 0L, 0L), List.of(0L, 0L, 0L, 0L), 0);
        assertThat(unknown.shares())
                .allSatisfy(share -> assertThat(share).isCloseTo(.25, within(.02)));
    }

    @Test
    void everyArmKeepsItsLeastShare() {
        Allocation clear = thompson(List.of(900L, 10L, 10L), List.of(1000L, 1000L, 1000L), .05);
        assertThat(clear.shares().get(0)).isCloseTo(.9, within(1e-9));
        assertThat(clear.shares().get(1)).isCloseTo(.05, within(1e-9));
        assertThat(clear.shares().stream().mapToDouble(s -> s).sum()).isCloseTo(1, within(1e-12));
        assertThatThrownBy(() -> thompson(List.of(1L, 1L), List.of(1L, 1L), .6))
                .hasMessageContaining("least");
        assertThatThrownBy(() -> thompson(List.of(2L, 1L), List.of(1L, 1L), .1))
                .hasMessageContaining("2 successes of 1");
    }

    @Test
    void armsAreDrawnWithTheChanceThatIsLogged() {
        Allocation allocation = new Allocation(List.of(.7, .1, .2));
        SplittableRandom random = new SplittableRandom(6);
        long[] drawn = new long[3];
        for (int i = 0; i < 50_000; i++) {
            drawn[allocation.draw(random)]++;
        }
        assertThat(CountTest.shares(drawn, new double[] {.7, .1, .2}).pValue()).isGreaterThan(1e-4);
    }

    /** In the end nearly everything goes to the best arm, and the log still tells of the others. */
    @Test
    void theBestArmWins() {
        double[] rates = {.05, .08, .03};
        long[] clicks = new long[3];
        long[] shown = new long[3];
        SplittableRandom random = new SplittableRandom(8);
        Allocation allocation = thompson(list(clicks), list(shown), .02);
        for (int batch = 0; batch < 100; batch++) {
            for (int i = 0; i < 200; i++) {
                int arm = allocation.draw(random);
                shown[arm]++;
                clicks[arm] += random.nextDouble() < rates[arm] ? 1 : 0;
            }
            allocation = thompson(list(clicks), list(shown), .02);
        }
        assertThat(allocation.shares().get(1)).isGreaterThan(.9);
        assertThat(shown[0]).isGreaterThan(300);
    }

    private static List<Long> list(long[] counts) {
        return List.of(counts[0], counts[1], counts[2]);
    }

    private static Allocation thompson(List<Long> successes, List<Long> trials, double least) {
        return Allocation.thompson(successes, trials, least, 10_000, new SplittableRandom(1));
    }
}
