package dev.vitrine.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemScorer;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.table.ItemTable;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Metrics against values worked out by hand. */
class JudgeTest {
    /**
     * Six items ranked 0 to 5 for everyone. Person 0 saw item 1; answers 2 and 5. Person 1 saw item
     * 0; answer 1. Person 2 has no test row.
     */
    private static final TopNSplit SPLIT =
            new TopNSplit(
                    "toy",
                    new InteractionMatrix(
                            3, 6, new int[] {0, 1, 2, 4}, new int[] {1, 0, 0, 1}, ones(4)),
                    new InteractionMatrix(
                            3, 6, new int[] {0, 2, 3, 3}, new int[] {2, 5, 1}, ones(3)));

    private static final ItemScorer FALLING =
            new ItemScorer() {
                @Override
                public int items() {
                    return 6;
                }

                @Override
                public void score(History history, float[] scores) {
                    for (int i = 0; i < 6; i++) {
                        scores[i] = -i;
                    }
                }
            };

    private static float[] ones(int n) {
        float[] ones = new float[n];
        java.util.Arrays.fill(ones, 1f);
        return ones;
    }

    private static Report report(int threads, int batch) {
        JudgeSettings settings = new JudgeSettings(List.of(2, 4), threads, batch);
        return new Judge(settings, Progress.NONE)
                .judge(Recommender.of(FALLING), SPLIT.questions(), ItemCounts.of(SPLIT.train()));
    }

    @Test
    void metricsAtFour() {
        // Person 0 is shown 0 2 3 4: a hit at rank 2 of 2 answers. Person 1: 1 2 3 4, rank 1 of 1.
        Report report = report(1, 64);
        double log3 = Math.log(3) / Math.log(2);
        assertThat(report.questions()).isEqualTo(2);
        assertThat(report.figure("recallAt4")).isCloseTo((.5 + 1) / 2, within(1e-12));
        assertThat(report.figure("precisionAt4")).isCloseTo((.25 + .25) / 2, within(1e-12));
        assertThat(report.figure("hitRateAt4")).isEqualTo(1);
        assertThat(report.figure("ndcgAt4"))
                .isCloseTo(((1 / log3) / (1 + 1 / log3) + 1) / 2, within(1e-12));
        assertThat(report.figure("mrrAt4")).isCloseTo((.5 + 1) / 2, within(1e-12));
        assertThat(report.figure("mapAt4")).isCloseTo((.5 / 2 + 1) / 2, within(1e-12));
        assertThat(report.figure("coverageAt4")).isCloseTo(5 / 6.0, within(1e-12));
    }

    @Test
    void metricsAtTwo() {
        Report report = report(1, 64);
        assertThat(report.figure("recallAt2")).isCloseTo((.5 + 1) / 2, within(1e-12));
        assertThat(report.figure("precisionAt2")).isCloseTo(.5, within(1e-12));
        // Shown: 0 and 2 to one, 1 and 2 to the other.
        assertThat(report.figure("coverageAt2")).isCloseTo(.5, within(1e-12));
        // Items 0 and 1 are in 2 of 3 training rows; item 2 in none, which counts as 1.
        double known = -Math.log(2 / 3.0) / Math.log(2);
        double unseen = Math.log(3) / Math.log(2);
        assertThat(report.figure("noveltyAt2")).isCloseTo((known + unseen) / 2, within(1e-12));
    }

    /** Half of the questions are answered at once: of 1,600 the mean strays by 1.25 %. */
    @Test
    void intervalsAreAsWideAsChanceIs() {
        Tally tally = new Tally(List.of(1), 2, new double[2]);
        TopItems best = new TopItems(1);
        best.offer(0, 1);
        best.sort();
        for (int question = 0; question < 1_600; question++) {
            tally.add(question, best, new int[] {question % 2});
        }
        assertThat(tally.figures().get("hitRateAt1")).isEqualTo(.5);
        Report.Interval interval =
                java.util.Objects.requireNonNull(tally.intervals().get("hitRateAt1"));
        assertThat(interval.low()).isBetween(.465, .485);
        assertThat(interval.high()).isBetween(.515, .535);
        assertThat(tally.intervals().get("precisionAt1")).isEqualTo(interval);
    }

    /** Question by question, what its mean is of all. */
    @Test
    void eachQuestionHasItsOwnGain() {
        double[] each =
                new Judge(new JudgeSettings(List.of(2, 4), 2, 1), Progress.NONE)
                        .each("comparing", Recommender.of(FALLING), SPLIT.questions());
        double log3 = Math.log(3) / Math.log(2);
        assertThat(each).hasSize(2);
        assertThat(each[0]).isCloseTo((1 / log3) / (1 + 1 / log3), within(1e-12));
        assertThat(each[1]).isEqualTo(1);
        PairedGain gain = PairedGain.of(each, new double[2]);
        assertThat(gain.mean()).isCloseTo(report(1, 64).figure("ndcgAt4"), within(1e-12));
        assertThat(gain.interval().low())
                .isCloseTo(gain.mean() - 1.96 * gain.error(), within(1e-12));
        assertThat(gain.interval().high()).isGreaterThan(gain.mean());
    }

    @Test
    void threadsAndBatchesChangeNothing() {
        assertThat(report(3, 1).figures()).isEqualTo(report(1, 64).figures());
        assertThat(report(3, 1).intervals()).isEqualTo(report(1, 64).intervals());
    }

    @Test
    void aTableIsJudgedAsItServes() {
        // Only item 2 is reachable from item 1; person 1 reaches nothing.
        ItemTable table =
                new ItemTable(6, new int[] {0, 0, 2, 2, 2, 2, 2}, new int[] {1, 2}, ones(2));
        Report report =
                new Judge(new JudgeSettings(List.of(4), 1, 2), Progress.NONE)
                        .judge(
                                Recommender.of(table, 6),
                                SPLIT.questions(),
                                ItemCounts.of(SPLIT.train()));
        assertThat(report.figure("recallAt4")).isEqualTo(.25);
        assertThat(report.figure("mrrAt4")).isEqualTo(.5);
    }

    @Test
    void progressNamesWhatIsJudged() {
        List<String> steps = new ArrayList<>();
        Progress progress =
                new Progress() {
                    @Override
                    public void start(String step, String unit, long total) {
                        steps.add(step);
                    }

                    @Override
                    public void advance(long done) {}

                    @Override
                    public void finish(String summary) {
                        steps.add(summary);
                    }
                };
        new Judge(JudgeSettings.of(1), progress)
                .judge(
                        "ranking by falling",
                        Recommender.of(FALLING),
                        SPLIT.questions(),
                        ItemCounts.of(SPLIT.train()));
        assertThat(steps).first().isEqualTo("ranking by falling");
        assertThat(steps).last().asString().endsWith(" questions");
    }

    @Test
    void aFailingModelIsReportedWithItsCause() {
        ItemScorer broken =
                new ItemScorer() {
                    @Override
                    public int items() {
                        return 6;
                    }

                    @Override
                    public void score(History history, float[] scores) {
                        throw new IllegalStateException("out of cheese");
                    }
                };
        Judge judge = new Judge(JudgeSettings.of(2), Progress.NONE);
        assertThatThrownBy(() ->
                        judge.judge(
                                Recommender.of(broken),
                                SPLIT.questions(),
                                ItemCounts.of(SPLIT.train())))
                .isInstanceOf(VitrineException.class)
                .hasRootCauseMessage("out of cheese");
    }
}
