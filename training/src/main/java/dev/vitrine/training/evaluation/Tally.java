package dev.vitrine.training.evaluation;

import dev.vitrine.retrieval.candidate.TopItems;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Sums of metrics over questions, one per worker, added up at the end.
 *
 * <p>With hits {@code h_1..h_K} (1 where the item at that rank is an answer), {@code n} answers and
 * {@code m = min(K, n)}: Recall = sum(h)/n; Precision = sum(h)/K; HR = 1 if any hit; NDCG =
 * sum(h_r/log2(r+1)) / sum_{r<=m}(1/log2(r+1)); MRR = 1/(rank of the first hit); MAP = sum over
 * hits of (precision at that rank) / m. Coverage is the share of items recommended to anyone;
 * novelty the mean of {@code -log2(p)} over recommended items, p = share of training histories that
 * contain the item (at least one, so that an unseen item is finite). Diversity is 1 - the mean
 * likeness of the pairs of a list of which one is known (Ziegler et al. 2005), 0 for a list that
 * has no such pair.
 */
final class Tally {
    private static final int RECALL = 0;
    private static final int PRECISION = 1;
    private static final int HIT = 2;
    private static final int NDCG = 3;
    private static final int MRR = 4;
    private static final int MAP = 5;
    private static final int NOVELTY = 6;
    private static final int DIVERSITY = 7;
    private static final String[] NAMES = {
        "recall", "precision", "hitRate", "ndcg", "mrr", "map", "novelty", "diversity"
    };

    private final int[] cutoffs;
    private final int items;
    private final double[] discount;
    private final double[] ideal;
    private final double[] information;
    private final Optional<ItemLikeness> likeness;

    /** The last is left out where no likeness is known. */
    private final int kinds;

    private final double[] sums;
    private final double[] values;
    private final Replicates replicates;
    private final BitSet[] shown;
    private long questions;

    Tally(List<Integer> cutoffs, int items, double[] information) {
        this(cutoffs, items, information, Optional.empty());
    }

    /**
     * @param information of each item, in bits
     * @param likeness of items; without it there is no diversity
     */
    Tally(List<Integer> cutoffs, int items, double[] information, Optional<ItemLikeness> likeness) {
        this.cutoffs = cutoffs.stream().mapToInt(Integer::intValue).toArray();
        this.items = items;
        this.information = information;
        this.likeness = likeness;
        this.kinds = likeness.isPresent() ? NAMES.length : NAMES.length - 1;
        int largest = this.cutoffs[this.cutoffs.length - 1];
        discount = new double[largest];
        ideal = new double[largest + 1];
        for (int r = 0; r < largest; r++) {
            discount[r] = Math.log(2) / Math.log(r + 2.0);
            ideal[r + 1] = ideal[r] + discount[r];
        }
        sums = new double[this.cutoffs.length * kinds];
        values = new double[sums.length];
        replicates = new Replicates(sums.length);
        shown = new BitSet[this.cutoffs.length];
        for (int c = 0; c < shown.length; c++) {
            shown[c] = new BitSet(items);
        }
    }

    /** Adds one question by its number; {@code best} is sorted, {@code answers} rise. */
    void add(int question, TopItems best, int[] answers) {
        questions++;
        int hits = 0;
        double gain = 0;
        double precisionSum = 0;
        double novelty = 0;
        double alike = 0;
        int pairs = 0;
        int firstHit = 0;
        int rank = 0;
        for (int c = 0; c < cutoffs.length; c++) {
            int cutoff = cutoffs[c];
            for (; rank < Math.min(cutoff, best.size()); rank++) {
                int item = best.item(rank);
                novelty += information[item];
                for (int above = 0; likeness.isPresent() && above < rank; above++) {
                    double each = likeness.get().of(best.item(above), item);
                    if (!Double.isNaN(each)) {
                        alike += each;
                        pairs++;
                    }
                }
                if (Arrays.binarySearch(answers, item) >= 0) {
                    hits++;
                    gain += discount[rank];
                    precisionSum += (double) hits / (rank + 1);
                    firstHit = firstHit == 0 ? rank + 1 : firstHit;
                }
            }
            for (int r = 0; r < rank; r++) {
                shown[c].set(best.item(r));
            }
            int possible = Math.min(cutoff, answers.length);
            int at = c * kinds;
            values[at + RECALL] = (double) hits / answers.length;
            values[at + PRECISION] = (double) hits / cutoff;
            values[at + HIT] = hits > 0 ? 1 : 0;
            values[at + NDCG] = gain / ideal[possible];
            values[at + MRR] = firstHit == 0 ? 0 : 1.0 / firstHit;
            values[at + MAP] = precisionSum / possible;
            values[at + NOVELTY] = rank == 0 ? 0 : novelty / rank;
            if (likeness.isPresent()) {
                values[at + DIVERSITY] = pairs == 0 ? 0 : 1 - alike / pairs;
            }
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] += values[i];
        }
        replicates.add(question, values);
    }

    void addAll(Tally other) {
        questions += other.questions;
        for (int i = 0; i < sums.length; i++) {
            sums[i] += other.sums[i];
        }
        replicates.addAll(other.replicates);
        for (int c = 0; c < shown.length; c++) {
            shown[c].or(other.shown[c]);
        }
    }

    /** NaN where nothing was asked, but for coverage. */
    Map<String, Double> figures() {
        Map<String, Double> figures = new TreeMap<>();
        for (int c = 0; c < cutoffs.length; c++) {
            for (int kind = 0; kind < kinds; kind++) {
                figures.put(NAMES[kind] + "At" + cutoffs[c], sums[c * kinds + kind] / questions);
            }
            figures.put(
                    "coverageAt" + cutoffs[c],
                    items == 0 ? 0 : (double) shown[c].cardinality() / items);
        }
        return figures;
    }

    /** 95 % around the means; coverage is none. */
    Map<String, Report.Interval> intervals() {
        Map<String, Report.Interval> intervals = new TreeMap<>();
        for (int c = 0; c < cutoffs.length; c++) {
            for (int kind = 0; kind < kinds; kind++) {
                intervals.put(
                        NAMES[kind] + "At" + cutoffs[c], replicates.interval(c * kinds + kind));
            }
        }
        return intervals;
    }

    long questions() {
        return questions;
    }
}
