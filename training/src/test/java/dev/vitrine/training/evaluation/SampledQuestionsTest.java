package dev.vitrine.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemScorer;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class SampledQuestionsTest {
    private static final int ITEMS = 500;

    /** 200 people whose last item is their number. */
    private static Questions questions() {
        int[][] sequences = new int[200][];
        for (int person = 0; person < sequences.length; person++) {
            sequences[person] = new int[] {person + 200, person + 250, person};
        }
        return new SequenceSplit("toy", ITEMS, sequences).test();
    }

    private static ItemScorer scoring(IntToDoubleFunction score) {
        return new ItemScorer() {
            @Override
            public int items() {
                return ITEMS;
            }

            @Override
            public void score(History history, float[] scores) {
                int answer = history.items()[0] - 200;
                for (int item = 0; item < ITEMS; item++) {
                    scores[item] =
                            item == answer ? (float) score.applyAsDouble(item) : item % 7 / 10f;
                }
            }
        };
    }

    @Test
    void theBestIsAlwaysHitAndTheWorstNever() {
        SampledQuestions sampled = new SampledQuestions(questions(), 100, 1);
        Report best = sampled.judge(scoring(item -> 2), 2);
        assertThat(best.figure("recallAt10")).isEqualTo(1);
        assertThat(best.figure("ndcgAt10")).isCloseTo(1, within(1e-12));
        assertThat(sampled.judge(scoring(item -> -1), 2).figure("recallAt10")).isZero();
    }

    /** The first hundred are found, the others are not. */
    @Test
    void slicesAreOfTheirOwnQuestions() {
        SampledQuestions sampled = new SampledQuestions(questions(), 100, 1);
        Slice first = new Slice("first", "", Slice.ofItems(item -> item < 100));
        Slice last = new Slice("last", "", Slice.ofItems(item -> item >= 150));
        Slice none = new Slice("none", "", Slice.ofItems(item -> false));
        Report report =
                sampled.judge(scoring(item -> item < 100 ? 2 : -1), List.of(first, last, none), 2);
        assertThat(report.figure("recallAt10")).isEqualTo(.5);
        assertThat(report.intervals().get("recallAt10"))
                .satisfies(interval -> assertThat(interval.low()).isBetween(.4, .5));
        assertThat(report.slices()).hasSize(2);
        assertThat(report.slices().getFirst().report().questions()).isEqualTo(100);
        assertThat(report.slices().getFirst().report().figure("ndcgAt10")).isEqualTo(1);
        assertThat(report.slices().getLast().report().questions()).isEqualTo(50);
        assertThat(report.slices().getLast().report().figure("recallAt10")).isZero();
    }

    /** What scores as all others do comes last of them, and no model gains by saying nothing. */
    @Test
    void tiesAreLost() {
        ItemScorer silent =
                new ItemScorer() {
                    @Override
                    public int items() {
                        return ITEMS;
                    }

                    @Override
                    public void score(History history, float[] scores) {
                        java.util.Arrays.fill(scores, 0);
                    }
                };
        SampledQuestions sampled = new SampledQuestions(questions(), 100, 1);
        assertThat(sampled.judge(silent, 1).figure("recallAt10")).isZero();
    }

    @Test
    void threadsChangeNothing() {
        SampledQuestions sampled = new SampledQuestions(questions(), 100, 1);
        ItemScorer middle = scoring(item -> .55);
        assertThat(sampled.judge(middle, 3).figures())
                .isEqualTo(sampled.judge(middle, 1).figures());
        assertThatThrownBy(() -> new SampledQuestions(questions(), 400, 1))
                .isInstanceOf(VitrineException.class);
    }
}
