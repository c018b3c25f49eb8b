package dev.vitrine.server.pipeline;

import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.ranking.RankedCandidates;
import dev.vitrine.retrieval.ranking.TreeEnsemble;
import dev.vitrine.training.evaluation.Ndcg;
import dev.vitrine.training.evaluation.PairedGain;
import dev.vitrine.training.ranking.CandidateTrees;
import dev.vitrine.training.trees.BoostedTrees;
import dev.vitrine.training.trees.TreeRows;
import dev.vitrine.training.trees.TreeSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Whether an order that was learned holds for what comes after: trees that are fitted to the older
 * questions have to order the newer ones better than the blend does, by more than chance brings,
 * and may not order what is seldom met worse by more than chance brings. A ranker serves people of
 * later days; questions of the same days tell how well it knows those days.
 */
final class RankerGate {
    private static final double OLDER = .6;
    private static final int CUTOFF = CandidateTrees.CUTOFF;

    private RankerGate() {}

    /**
     * One question.
     *
     * @param items candidates in the blend's order
     * @param answers all of them, rising
     * @param early those that were given before the first of the newer questions was asked
     * @param tail those that are seldom met
     * @param rows features of the candidates; empty where no order can be learned from them
     */
    record Question(int[] items, int[] answers, int[] early, int[] tail, float[] rows) {}

    /**
     * What the newer questions say.
     *
     * @param gain over the blend's order
     * @param blend NDCG of that
     * @param tailGain the same where answers that are seldom met are all that counts
     * @param tailQuestions with such an answer
     * @param reached NDCG of each of the newer questions, in the order of time
     */
    record Verdict(
            PairedGain gain,
            double blend,
            int questions,
            PairedGain tailGain,
            double tailBlend,
            int tailQuestions,
            double[] reached) {
        boolean isBetter() {
            return gain.mean() > 0 && gain.isBeyondChance();
        }

        /** Whether what is seldom met is ordered worse, by more than chance brings. */
        boolean losesTail() {
            return tailGain.mean() < 0
                    && new PairedGain(-tailGain.mean(), tailGain.error()).isBeyondChance();
        }

        String text() {
            return String.format(
                    Locale.ROOT,
                    "NDCG@%d of the %d newer questions of validation %+.4f with a standard error of"
                            + " %.4f, beside %.4f of the blend; of their answers that are seldom"
                            + " met %+.4f with %.4f, beside %.4f (%d questions)",
                    CUTOFF,
                    questions,
                    gain.mean(),
                    gain.error(),
                    blend,
                    tailGain.mean(),
                    tailGain.error(),
                    tailBlend,
                    tailQuestions);
        }
    }

    /** How many of so many questions are the older ones. */
    static int older(int questions) {
        return (int) (questions * OLDER);
    }

    /**
     * Fits to the older questions and judges by the newer ones.
     *
     * @param names of the features
     * @param byTime questions in the order of time
     * @param clicks further rows to fit to, of before the newer questions; there may be none
     */
    static Verdict judge(
            List<String> names, TreeSettings settings, List<Question> byTime, TreeRows clicks) {
        int from = older(byTime.size());
        TreeRows rows =
                TreeRows.of(List.of(rows(names, byTime.subList(0, from), Question::early), clicks));
        TreeEnsemble trees = BoostedTrees.fit(settings, rows, Progress.NONE).ensemble();
        List<Question> newer = byTime.subList(from, byTime.size());
        List<Question> tail = newer.stream().filter(each -> each.tail().length > 0).toList();
        double[] blend = reached(newer, Question::items, Question::answers);
        double[] tailBlend = reached(tail, Question::items, Question::tail);
        Function<Question, int[]> ranked = each -> order(each, trees);
        double[] reached = reached(newer, ranked, Question::answers);
        return new Verdict(
                PairedGain.of(reached, blend),
                mean(blend),
                newer.size(),
                PairedGain.of(reached(tail, ranked, Question::tail), tailBlend),
                mean(tailBlend),
                tail.size(),
                reached);
    }

    /**
     * The rows of questions that teach an order.
     *
     * @param answers to a question that count
     */
    static TreeRows rows(
            List<String> names, List<Question> questions, Function<Question, int[]> answers) {
        List<Question> taught =
                questions.stream()
                        .filter(each -> each.rows().length > 0)
                        .filter(each -> teaches(each.items(), answers.apply(each)))
                        .toList();
        int count = taught.stream().mapToInt(each -> each.items().length).sum();
        float[] all = new float[count * names.size()];
        float[] labels = new float[count];
        int at = 0;
        for (Question each : taught) {
            System.arraycopy(each.rows(), 0, all, at * names.size(), each.rows().length);
            for (int item : each.items()) {
                labels[at++] = Arrays.binarySearch(answers.apply(each), item) >= 0 ? 1 : 0;
            }
        }
        return new TreeRows(
                names, all, labels, taught.stream().mapToInt(q -> q.items().length).toArray());
    }

    /** An order is learned where some candidates are answers and some are not. */
    static boolean teaches(int[] items, int[] answers) {
        int right = 0;
        for (int item : items) {
            right += Arrays.binarySearch(answers, item) >= 0 ? 1 : 0;
        }
        return right > 0 && right < items.length;
    }

    private static int[] order(Question question, TreeEnsemble trees) {
        if (question.rows().length == 0) {
            return question.items();
        }
        float[] scores = new float[question.items().length];
        for (int row = 0; row < scores.length; row++) {
            scores[row] = (float) trees.score(question.rows(), row);
        }
        return Arrays.stream(RankedCandidates.places(scores))
                .map(place -> question.items()[place])
                .toArray();
    }

    private static double[] reached(
            List<Question> questions,
            Function<Question, int[]> order,
            Function<Question, int[]> answers) {
        return questions.stream()
                .mapToDouble(each -> Ndcg.at(CUTOFF, order.apply(each), answers.apply(each)))
                .toArray();
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(0);
    }
}
