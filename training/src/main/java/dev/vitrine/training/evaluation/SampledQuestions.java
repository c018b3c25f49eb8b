package dev.vitrine.training.evaluation;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemScorer;
import dev.vitrine.training.TrainingError;
import dev.vitrine.training.linear.Parallel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The older "next item" protocol: the answer is ranked among items drawn by chance that are not in
 * the person's sequence. Figures are far higher than among all items, and must not be compared with
 * those.
 *
 * @param questions one answer each
 * @param negatives items beside the answer
 * @param seed of the draw
 */
record SampledQuestions(Questions questions, int negatives, long seed) {
    private static final int CUTOFF = 10;
    private static final int BATCH = 64;
    private static final String RECALL = "recallAt" + CUTOFF;
    private static final String NDCG = "ndcgAt" + CUTOFF;

    SampledQuestions {
        if (negatives < CUTOFF || negatives > questions.items() / 2) {
            throw new VitrineException(
                    TrainingError.SETTING_INVALID,
                    negatives + " items cannot be drawn of " + questions.items());
        }
    }

    /** Without slices. */
    Report judge(ItemScorer scorer, int threads) {
        return judge(scorer, List.of(), threads);
    }

    /** {@code recallAt10} and {@code ndcgAt10}; an item that scores as the answer comes first. */
    Report judge(ItemScorer scorer, List<Slice> slices, int threads) {
        long start = System.nanoTime();
        double[] gains = new double[questions.size()];
        Parallel.blocks(questions.size(), BATCH, threads, () -> new Worker(scorer, gains));
        List<Report.OfSlice> parts = new ArrayList<>();
        for (Slice slice : slices) {
            double[] own =
                    IntStream.range(0, gains.length)
                            .filter(q -> slice.selection().answers(questions, q).length > 0)
                            .mapToDouble(q -> gains[q])
                            .toArray();
            if (own.length > 0) {
                parts.add(
                        new Report.OfSlice(
                                slice.name(), slice.what(), report(own, List.of(), start)));
            }
        }
        return report(gains, parts, start);
    }

    private static Report report(double[] gains, List<Report.OfSlice> slices, long start) {
        double[] hits = Arrays.stream(gains).map(gain -> gain > 0 ? 1 : 0).toArray();
        return new Report(
                gains.length,
                Map.of(RECALL, mean(hits), NDCG, mean(gains)),
                Map.of(RECALL, Report.Interval.ofMean(hits), NDCG, Report.Interval.ofMean(gains)),
                slices,
                (System.nanoTime() - start) * 1e-9);
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).sum() / values.length;
    }

    private final class Worker implements Parallel.Block {
        private final ItemScorer scorer;
        private final double[] gains;
        private final History[] histories = new History[BATCH];
        private final float[][] scores = new float[BATCH][questions.items()];

        Worker(ItemScorer scorer, double[] gains) {
            this.scorer = scorer;
            this.gains = gains;
        }

        @Override
        public void run(int from, int to) {
            for (int question = from; question < to; question++) {
                histories[question - from] = questions.history(question);
            }
            scorer.score(histories, to - from, scores);
            for (int question = from; question < to; question++) {
                int at = question - from;
                int rank = rank(question, histories[at].items(), scores[at]);
                gains[question] = rank < CUTOFF ? Math.log(2) / Math.log(rank + 2.0) : 0;
            }
        }

        /** How many of those drawn come before the answer. */
        private int rank(int question, int[] own, float[] row) {
            SplittableRandom random = new SplittableRandom(seed * 1_000_003 + question);
            int answer = questions.answers(question)[0];
            int before = 0;
            int[] drawn = new int[negatives];
            for (int count = 0; count < negatives; ) {
                int item = random.nextInt(questions.items());
                if (item != answer
                        && !contains(own, own.length, item)
                        && !contains(drawn, count, item)) {
                    drawn[count++] = item;
                    before += row[item] >= row[answer] ? 1 : 0;
                }
            }
            return before;
        }
    }

    private static boolean contains(int[] items, int count, int item) {
        for (int i = 0; i < count; i++) {
            if (items[i] == item) {
                return true;
            }
        }
        return false;
    }
}
