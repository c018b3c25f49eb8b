package dev.vitrine.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemScorer;
import dev.vitrine.retrieval.candidate.TopItems;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Diversity and slices against values worked out by hand. */
class AspectsTest {
    /** Item 0 is met five times, 1 to 4 once each, 5 never. */
    private static final ItemCounts COUNTS =
            ItemCounts.of(new int[][] {{0, 1}, {0, 2}, {0, 3}, {0, 4}, {0}}, 6);

    /** The same order 0 to 5 for everyone. */
    private static final ItemScorer FALLING =
            new ItemScorer() {
                @Override
                public int items() {
                    return 6;
                }

                @Override
                public void score(History history, float[] scores) {
                    for (int item = 0; item < 6; item++) {
                        scores[item] = -item;
                    }
                }
            };

    /** Histories of 1, 1, 2 and 3 items. */
    private static Questions questions() {
        return new SequenceSplit.FixedQuestions(
                6,
                List.of(new int[] {5}, new int[] {4}, new int[] {4, 5}, new int[] {3, 4, 5}),
                List.of(new int[] {0, 1}, new int[] {3}, new int[] {0}, new int[] {2}),
                false);
    }

    private static Report judged(Aspects aspects) {
        return new Judge(new JudgeSettings(List.of(2, 3), 2, 1), Progress.NONE)
                .judge("ranking", Recommender.of(FALLING), questions(), aspects);
    }

    private static Map<String, Report> slices(Report report) {
        return report.slices().stream()
                .collect(Collectors.toMap(Report.OfSlice::name, Report.OfSlice::report));
    }

    private static Report slice(Report report, String name) {
        return Objects.requireNonNull(slices(report).get(name), name);
    }

    @Test
    void shortAndLongHistoriesAreJudgedApart() {
        Report report = judged(Aspects.of(questions(), COUNTS, Optional.empty()));
        // Answers 0 and 1 at ranks 1 and 2, answer 3 beyond the third; then 0 at 1 and 2 at 3.
        Report few = slice(report, "shortHistory");
        assertThat(few.questions()).isEqualTo(2);
        assertThat(few.figure("recallAt3")).isEqualTo(.5);
        assertThat(few.figure("ndcgAt3")).isEqualTo(.5);
        Report many = slice(report, "longHistory");
        assertThat(many.questions()).isEqualTo(2);
        assertThat(many.figure("recallAt2")).isEqualTo(.5);
        assertThat(many.figure("recallAt3")).isEqualTo(1);
        assertThat(report.figure("recallAt3")).isEqualTo(.75);
        assertThat(report.slices().getFirst().what()).isEqualTo("histories of at most 1 items");
    }

    /** Of a question with answers of both kinds each slice counts its own. */
    @Test
    void headAndTailItemsAreJudgedApart() {
        Report report = judged(Aspects.of(questions(), COUNTS, Optional.empty()));
        Report head = slice(report, "headItems");
        assertThat(head.questions()).isEqualTo(2);
        assertThat(head.figure("recallAt2")).isEqualTo(1);
        assertThat(head.figure("mrrAt2")).isEqualTo(1);
        Report tail = slice(report, "tailItems");
        assertThat(tail.questions()).isEqualTo(3);
        assertThat(tail.figure("recallAt2")).isCloseTo(1 / 3.0, within(1e-12));
        assertThat(tail.figure("mrrAt3")).isCloseTo((.5 + 0 + 1 / 3.0) / 3, within(1e-12));
        assertThat(tail.intervals()).containsKey("ndcgAt2");
        assertThat(tail.intervals().get("ndcgAt2")).isNotEqualTo(head.intervals().get("ndcgAt2"));
    }

    @Test
    void aSliceWithoutQuestionsIsLeftOut() {
        Slice none = new Slice("none", "nothing", Slice.ofItems(item -> false));
        Slice fours = new Slice("three", "item 3", Slice.ofItems(item -> item == 3));
        Report report = judged(Aspects.of(COUNTS).and(List.of(none, fours)));
        assertThat(slices(report)).containsOnlyKeys("three");
        assertThat(slice(report, "three").questions()).isEqualTo(1);
        assertThat(judged(Aspects.of(COUNTS)).slices()).isEmpty();
    }

    @Test
    void threadsAndBatchesChangeNoSlice() {
        Aspects aspects = Aspects.of(questions(), COUNTS, Optional.empty());
        Report whole =
                new Judge(new JudgeSettings(List.of(2, 3), 1, 64), Progress.NONE)
                        .judge("ranking", Recommender.of(FALLING), questions(), aspects);
        Function<Report, List<Object>> told =
                report ->
                        report.slices().stream()
                                .<Object>map(s ->
                                        List.of(
                                                s.name(),
                                                s.report().figures(),
                                                s.report().intervals()))
                                .toList();
        assertThat(told.apply(judged(aspects))).isEqualTo(told.apply(whole));
    }

    @Test
    void ofEqualItemsTheFirstAreMostMet() {
        assertThat(COUNTS.mostMet(.2)).containsExactly(true, false, false, false, false, false);
        assertThat(COUNTS.mostMet(.3)).containsExactly(true, true, false, false, false, false);
        assertThat(COUNTS.mostMet(1)).containsExactly(true, true, true, true, true, false);
        assertThat(ItemCounts.of(new int[0][], 2).mostMet(.2)).containsExactly(false, false);
    }

    private static double diversity(ItemLikeness likeness, int cutoff, int... shown) {
        Tally tally = new Tally(List.of(2, 4), 6, new double[6], Optional.of(likeness));
        TopItems best = new TopItems(4);
        for (int place = 0; place < shown.length; place++) {
            best.offer(shown[place], -place);
        }
        best.sort();
        tally.add(0, best, new int[] {0});
        return Objects.requireNonNull(tally.figures().get("diversityAt" + cutoff));
    }

    @Test
    void diversityIsTheShareOfPairsOfDifferentCategories() {
        ItemLikeness kinds = ItemLikeness.ofCategories(new int[] {0, 0, 0, 1, -1, -1});
        assertThat(diversity(kinds, 2, 0, 1, 3)).isZero();
        assertThat(diversity(kinds, 4, 0, 1, 3)).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(diversity(kinds, 4, 0, 1, 2)).isZero();
        // The pairs with an item of no category do not count.
        assertThat(diversity(kinds, 4, 0, 4, 3, 5)).isEqualTo(1);
        assertThat(diversity(kinds, 4, 4, 5)).isZero();
        assertThat(diversity(kinds, 4, 0)).isZero();
    }

    @Test
    void diversityGoesByTheAttributesThatItemsShare() {
        ItemLikeness attributes =
                ItemLikeness.ofAttributes(new int[][] {{7, 1, 3}, {3, 1, 9}, {8}, {}, {}, {}});
        assertThat(attributes.of(0, 1)).isEqualTo(.5);
        assertThat(attributes.of(1, 0)).isEqualTo(.5);
        assertThat(attributes.of(0, 0)).isEqualTo(1);
        assertThat(attributes.of(0, 3)).isNaN();
        assertThat(diversity(attributes, 2, 0, 1)).isEqualTo(.5);
        assertThat(diversity(attributes, 4, 0, 1, 2)).isCloseTo(1 - .5 / 3, within(1e-12));
    }

    @Test
    void withoutLikenessThereIsNoDiversity() {
        assertThat(judged(Aspects.of(COUNTS)).figures()).doesNotContainKey("diversityAt3");
        ItemLikeness same = (a, b) -> .25;
        assertThat(judged(new Aspects(COUNTS, Optional.of(same), List.of())).figure("diversityAt3"))
                .isEqualTo(.75);
    }
}
