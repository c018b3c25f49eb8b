package dev.vitrine.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.pipeline.RankerGate.Question;
import dev.vitrine.server.pipeline.RankerGate.Verdict;
import dev.vitrine.training.evaluation.Ndcg;
import dev.vitrine.training.evaluation.PairedGain;
import dev.vitrine.training.ranking.CandidateTrees;
import dev.vitrine.training.trees.OutOfFold;
import dev.vitrine.training.trees.TreeRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RankerGateTest {
    private static final List<String> NAMES = List.of("fresh", "noise");
    private static final int QUESTIONS = 600;
    private static final int ITEMS = 30;

    /** Of items from here on, answers are seldom met. */
    private static final int SELDOM = 24;

    private final SplittableRandom random = new SplittableRandom(11);

    /**
     * Questions with one answer, the item that has the highest or the lowest of a feature.
     *
     * @param highest by the place in time
     */
    private List<Question> questions(IntPredicate highest) {
        List<Question> questions = new ArrayList<>();
        for (int q = 0; q < QUESTIONS; q++) {
            float[] rows = new float[ITEMS * NAMES.size()];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = random.nextFloat();
            }
            int sign = highest.test(q) ? 1 : -1;
            int wanted =
                    IntStream.range(0, ITEMS)
                            .boxed()
                            .max(Comparator.comparingDouble(i -> sign * rows[i * NAMES.size()]))
                            .orElseThrow();
            questions.add(question(wanted, rows));
        }
        return questions;
    }

    private static Question question(int wanted, float[] rows) {
        int[] answers = {wanted};
        return new Question(
                IntStream.range(0, ITEMS).toArray(),
                answers,
                answers,
                wanted >= SELDOM ? answers : new int[0],
                rows);
    }

    private static Verdict judged(List<Question> questions) {
        return judged(questions, rows(List.of()));
    }

    private static Verdict judged(List<Question> questions, TreeRows clicks) {
        return RankerGate.judge(NAMES, CandidateTrees.settings(), questions, clicks);
    }

    private static TreeRows rows(List<Question> questions) {
        return RankerGate.rows(NAMES, questions, Question::answers);
    }

    /** By trees that saw questions of the same days, dealt to folds by chance. */
    private static PairedGain outOfFold(List<Question> questions) {
        TreeRows rows = RankerGate.rows(NAMES, questions, Question::answers);
        double[] scores = OutOfFold.scores(CandidateTrees.settings(), rows, 4, Progress.NONE);
        double[] with = new double[questions.size()];
        double[] without = new double[questions.size()];
        for (int q = 0; q < with.length; q++) {
            int from = q * ITEMS;
            int[] order =
                    IntStream.range(0, ITEMS)
                            .boxed()
                            .sorted(Comparator.comparingDouble(i -> -scores[from + i]))
                            .mapToInt(Integer::intValue)
                            .toArray();
            int[] answers = questions.get(q).answers();
            with[q] = Ndcg.at(CandidateTrees.CUTOFF, order, answers);
            without[q] = Ndcg.at(CandidateTrees.CUTOFF, questions.get(q).items(), answers);
        }
        return PairedGain.of(with, without);
    }

    @Test
    void anOrderThatHoldsIsKept() {
        Verdict verdict = judged(questions(q -> true));
        assertThat(verdict.isBetter()).isTrue();
        assertThat(verdict.losesTail()).isFalse();
        assertThat(verdict.questions()).isEqualTo(QUESTIONS - RankerGate.older(QUESTIONS));
        assertThat(verdict.text()).contains("newer questions of validation +");
    }

    /** What people wanted turns: folds of all days see it coming, a shop does not. */
    @Test
    void anOrderOfDaysGoneByIsLeftOutThoughItHeldForMostOfThem() {
        List<Question> turning = questions(q -> q < QUESTIONS * 6 / 10);
        PairedGain mixed = outOfFold(turning);
        assertThat(mixed.mean()).isPositive();
        assertThat(mixed.isBeyondChance()).isTrue();
        Verdict verdict = judged(turning);
        assertThat(verdict.isBetter()).isFalse();
        assertThat(verdict.gain().mean()).isNegative();
    }

    /**
     * Most want the freshest, and the trees see it; some want what is seldom met and never fresh,
     * which the blend has first.
     */
    @Test
    void anOrderThatLosesWhatIsSeldomMetIsTold() {
        List<Question> questions = new ArrayList<>();
        for (int q = 0; q < QUESTIONS; q++) {
            float[] rows = new float[ITEMS * NAMES.size()];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = random.nextFloat();
            }
            boolean seldom = q % 5 == 0;
            int wanted = seldom ? SELDOM : random.nextInt(SELDOM);
            rows[wanted * NAMES.size()] = seldom ? .3f * random.nextFloat() : 2;
            int[] items = IntStream.range(0, ITEMS).toArray();
            items[0] = SELDOM;
            items[SELDOM] = 0;
            float first = rows[0];
            rows[0] = rows[SELDOM * NAMES.size()];
            rows[SELDOM * NAMES.size()] = first;
            Question plain = question(wanted, rows);
            questions.add(new Question(items, plain.answers(), plain.early(), plain.tail(), rows));
        }
        Verdict verdict = judged(questions);
        assertThat(verdict.isBetter()).isTrue();
        assertThat(verdict.losesTail()).isTrue();
        assertThat(verdict.tailQuestions()).isBetween(30, 60);
    }

    /** An answer that comes after the newer questions were asked teaches the older ones nothing. */
    @Test
    void onlyEarlyAnswersTeachTheOlder() {
        List<Question> late =
                questions(q -> true).stream()
                        .map(q ->
                                new Question(
                                        q.items(), q.answers(), new int[0], q.tail(), q.rows()))
                        .toList();
        TreeRows all = RankerGate.rows(NAMES, late, Question::answers);
        assertThat(all.groups()).hasSize(QUESTIONS);
        assertThat(Arrays.stream(all.groups())).allMatch(rows -> rows == ITEMS);
        assertThat(RankerGate.rows(NAMES, late, Question::early).rows()).isZero();
    }

    /** Few questions and many clicks of before the newer ones; the clicks know better. */
    @Test
    void clicksTeachBesideTheOlderQuestions() {
        List<Question> questions = questions(q -> q % 2 == 0 || q >= RankerGate.older(QUESTIONS));
        Verdict without = judged(questions);
        Verdict with = judged(questions, rows(questions(q -> true)));
        assertThat(PairedGain.of(with.reached(), without.reached()).isBeyondChance()).isTrue();
        assertThat(with.gain().mean()).isGreaterThan(without.gain().mean() + .1);
    }
}
