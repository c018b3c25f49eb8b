package dev.vitrine.deployment.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.kernel.statistics.Moments;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SampleSizeTest {
    /** Chow, Shao and Wang (2008): examples 3.2.4 and 4.2.4 have 63 and 70 in each arm. */
    @Test
    void publishedExamples() {
        assertThat(SampleSize.ofMeans(.1, .05, SampleSize.Goal.USUAL).control()).isEqualTo(63);
        assertThat(SampleSize.ofRates(.65, .2, SampleSize.Goal.USUAL).control()).isEqualTo(70);
    }

    @Test
    void moreIsAskedForByLookingOftenMoreTreatmentsAndLopsidedArms() {
        SampleSize usual = SampleSize.ofRates(.05, .005, SampleSize.Goal.USUAL);
        assertThat(usual.control()).as("what docs/experiments.md says").isEqualTo(31_231);
        assertThat(usual.inflation()).isCloseTo(1.915, within(.001));
        assertThat(usual.controlWithPeeking())
                .isEqualTo((long) Math.ceil(usual.control() * usual.inflation()));
        SampleSize three = SampleSize.ofRates(.05, .005, new SampleSize.Goal(.95, .8, 3, 1, 0));
        assertThat(three.control()).isGreaterThan(usual.control());
        SampleSize lopsided =
                SampleSize.ofRates(.05, .005, new SampleSize.Goal(.95, .8, 1, .25, 0));
        assertThat(lopsided.control() + lopsided.treatment()).isGreaterThan(2 * usual.control());
        assertThat(lopsided.treatment()).isCloseTo(lopsided.control() / 4, within(1L));
        SampleSize covariate = SampleSize.ofMeans(10, 1, new SampleSize.Goal(.95, .8, 1, 1, .8));
        assertThat(
                        covariate.control()
                                / (double)
                                        SampleSize.ofMeans(10, 1, SampleSize.Goal.USUAL).control())
                .isCloseTo(.36, within(.002));
        assertThatThrownBy(() -> SampleSize.ofRates(.05, 0, SampleSize.Goal.USUAL))
                .hasMessageContaining("no finite number");
        assertThatThrownBy(() -> SampleSize.ofRates(.05, .96, SampleSize.Goal.USUAL))
                .hasMessageContaining("base + difference");
    }

    /**
     * With so many visitors, looking at every tenth, the difference is seen as often as promised.
     */
    @Test
    void thePowerIsThere() {
        SampleSize size = SampleSize.ofRates(.05, .02, SampleSize.Goal.USUAL);
        long visitors = size.controlWithPeeking();
        AnalysisSettings settings = AnalysisSettings.planned(visitors);
        List<Arm> arms = List.of(new Arm("a", 1), new Arm("b", 1));
        SplittableRandom random = new SplittableRandom(3);
        int experiments = 400;
        int once = 0;
        int often = 0;
        for (int i = 0; i < experiments; i++) {
            long[] clicks = new long[2];
            boolean found = false;
            for (long n = 1; n <= visitors; n++) {
                clicks[0] += random.nextDouble() < .05 ? 1 : 0;
                clicks[1] += random.nextDouble() < .07 ? 1 : 0;
                if (n == size.control()
                        || n == visitors
                        || n > 100 && n % (visitors / 10) == 0 && !found) {
                    Comparison comparison =
                            Analysis.of(
                                            arms,
                                            List.of(
                                                    new ArmData.PerVisitor(
                                                            Moments.ofSuccesses(clicks[0], n)),
                                                    new ArmData.PerVisitor(
                                                            Moments.ofSuccesses(clicks[1], n))),
                                            settings)
                                    .comparisons()
                                    .getFirst();
                    found |= comparison.verdict() == Verdict.HIGHER;
                    once += n == size.control() && comparison.fixedP() < .05 ? 1 : 0;
                }
            }
            often += found ? 1 : 0;
        }
        assertThat(once / (double) experiments).isBetween(.74, .86);
        assertThat(often / (double) experiments).isBetween(.78, .95);
    }
}
