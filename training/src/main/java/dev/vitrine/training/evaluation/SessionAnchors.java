package dev.vitrine.training.evaluation;

import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.TopItems;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The simple session models whose figures are known, so that a wrong figure means a wrong reader or
 * metric: untruncated rows of doubles, only items in a row are recommended, and ties go to the item
 * that met the other first in training. (Sessions are short and counts small, so ties are many: the
 * rule moves the Markov chain's Recall@20 by half a point.)
 */
final class SessionAnchors implements Recommender {
    private final int most;
    private final double decay;
    private final Rows rows;

    /** What fills up a list that no row fills, best first. */
    private final int[] popular;

    private SessionAnchors(Rows rows, int most, double decay, int... popular) {
        this.popular = popular;
        this.rows = rows;
        this.most = most;
        this.decay = decay;
    }

    /**
     * Cosine over sessions, {@code |S_i and S_j| / sqrt(|S_i| |S_j|)}, an item not to itself;
     * summed over the last {@code most} items, the k-th from the end weighing {@code decay^(k-1)}.
     */
    static SessionAnchors cosine(SessionSplit split, int most, double decay) {
        int[][] distinct = new int[split.sessions().length][];
        int[] sessions = new int[split.items()];
        int[] start = new int[split.items() + 1];
        for (int s = 0; s < distinct.length; s++) {
            distinct[s] = Arrays.stream(split.sessions()[s]).distinct().toArray();
            for (int item : distinct[s]) {
                sessions[item]++;
            }
        }
        for (int item = 0; item < split.items(); item++) {
            start[item + 1] = start[item] + sessions[item];
        }
        int[] at = start.clone();
        int[] session = new int[start[split.items()]];
        for (int s = 0; s < distinct.length; s++) {
            for (int item : distinct[s]) {
                session[at[item]++] = s;
            }
        }
        Rows rows = new Rows(split.items());
        for (int item = 0; item < split.items(); item++) {
            for (int p = start[item]; p < start[item + 1]; p++) {
                for (int other : distinct[session[p]]) {
                    if (other != item) {
                        rows.add(other);
                    }
                }
            }
            rows.finishCosine(sessions, item);
        }
        return new SessionAnchors(rows, most, decay);
    }

    /**
     * First-order Markov chain: how often each item followed the last one directly.
     *
     * @param fill whether popular items follow those in a row
     */
    static SessionAnchors markov(SessionSplit split, boolean fill) {
        int[] start = new int[split.items() + 1];
        for (int[] session : split.sessions()) {
            for (int i = 0; i + 1 < session.length; i++) {
                start[session[i] + 1]++;
            }
        }
        for (int item = 0; item < split.items(); item++) {
            start[item + 1] += start[item];
        }
        int[] next = new int[start[split.items()]];
        int[] at = start.clone();
        for (int[] session : split.sessions()) {
            for (int i = 0; i + 1 < session.length; i++) {
                next[at[session[i]]++] = session[i + 1];
            }
        }
        Rows rows = new Rows(split.items());
        for (int item = 0; item < split.items(); item++) {
            for (int p = start[item]; p < start[item + 1]; p++) {
                rows.add(next[p]);
            }
            rows.finish();
        }
        return new SessionAnchors(rows, 1, 1, fill ? popular(split) : new int[0]);
    }

    private static int[] popular(SessionSplit split) {
        int[] counts = new int[split.items()];
        for (int[] session : split.sessions()) {
            for (int item : session) {
                counts[item]++;
            }
        }
        return IntStream.range(0, counts.length)
                .boxed()
                .sorted(Comparator.comparingInt((Integer item) -> counts[item]).reversed())
                .mapToInt(Integer::intValue)
                .toArray();
    }

    @Override
    public Ranking open() {
        Sum sum = new Sum();
        return (histories, count, hidesHistory, best) -> {
            for (int i = 0; i < count; i++) {
                sum.rank(histories[i], hidesHistory, best[i]);
            }
        };
    }

    /** Adds up rows in the order of first meeting. */
    private final class Sum {
        private final double[] sums = new double[rows.rowStart.length - 1];
        private final int[] touched = new int[sums.length];

        void rank(History history, boolean hidesHistory, TopItems best) {
            int n = 0;
            double factor = 1;
            int oldest = Math.max(0, history.size() - most);
            for (int h = history.size() - 1; h >= oldest; h--) {
                int item = history.items()[h];
                for (int p = rows.rowStart[item]; p < rows.rowStart[item + 1]; p++) {
                    int other = rows.neighbor[p];
                    if (sums[other] == 0) {
                        touched[n++] = other;
                    }
                    sums[other] += factor * rows.weight[p];
                }
                factor *= decay;
            }
            offerInOrder(history, hidesHistory, n, best);
        }

        /** The heap breaks ties by number, so it is given ranks of a stable sort as scores. */
        private void offerInOrder(History history, boolean hidesHistory, int n, TopItems best) {
            Set<Integer> hidden = new HashSet<>();
            for (int i = 0; hidesHistory && i < history.size(); i++) {
                hidden.add(history.items()[i]);
            }
            Integer[] order = new Integer[n];
            for (int t = 0; t < n; t++) {
                order[t] = touched[t];
            }
            Arrays.sort(order, (a, b) -> Double.compare(sums[b], sums[a]));
            for (int t = 0; t < n; t++) {
                if (!hidden.contains(order[t])) {
                    best.offer(order[t], -t);
                }
            }
            for (int p = 0; p < popular.length && best.size() < best.capacity(); p++) {
                if (sums[popular[p]] == 0 && !hidden.contains(popular[p])) {
                    best.offer(popular[p], -n - p);
                }
            }
            for (int t = 0; t < n; t++) {
                sums[touched[t]] = 0;
            }
        }
    }

    /** Counts one row at a time, in order of first meeting, and strings the rows together. */
    private static final class Rows {
        final int[] rowStart;
        int[] neighbor = new int[1 << 16];
        double[] weight = new double[1 << 16];
        private final int[] counts;
        private int row;
        private int entries;

        Rows(int items) {
            rowStart = new int[items + 1];
            counts = new int[items];
        }

        void add(int item) {
            if (counts[item]++ == 0) {
                if (entries == neighbor.length) {
                    neighbor = Arrays.copyOf(neighbor, 2 * entries);
                    weight = Arrays.copyOf(weight, 2 * entries);
                }
                neighbor[entries++] = item;
            }
        }

        void finish() {
            for (int p = rowStart[row]; p < entries; p++) {
                weight[p] = counts[neighbor[p]];
                counts[neighbor[p]] = 0;
            }
            rowStart[++row] = entries;
        }

        void finishCosine(int[] sessions, int item) {
            int from = rowStart[row];
            finish();
            for (int p = from; p < entries; p++) {
                weight[p] /= Math.sqrt((double) sessions[item] * sessions[neighbor[p]]);
            }
        }
    }
}
