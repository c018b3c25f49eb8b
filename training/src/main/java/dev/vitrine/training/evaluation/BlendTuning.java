package dev.vitrine.training.evaluation;

import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemScorer;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.training.linear.Blend;
import dev.vitrine.training.linear.Parallel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Judges many weightings of the same fitted models in one pass: the models score each history once,
 * and only the weighted sums are ranked again.
 */
final class BlendTuning {
    private static final int BATCH = 32;
    private static final int CUTOFF = 20;

    private final List<ItemScorer> parts;
    private final List<float[]> weightings;

    BlendTuning(List<ItemScorer> parts, List<float[]> weightings) {
        this.parts = List.copyOf(parts);
        this.weightings = List.copyOf(weightings);
    }

    /**
     * All weightings of {@code parts} models whose first weight is one of {@code first} and whose
     * others are among {@code others}.
     */
    static List<float[]> grid(int parts, float[] first, float[] others) {
        List<float[]> grid = new ArrayList<>();
        grid.add(new float[parts]);
        for (int part = 0; part < parts; part++) {
            List<float[]> wider = new ArrayList<>();
            for (float[] weights : grid) {
                for (float weight : part == 0 ? first : others) {
                    float[] next = weights.clone();
                    next[part] = weight;
                    wider.add(next);
                }
            }
            grid = wider;
        }
        return grid;
    }

    /** One tally per weighting, in their order. */
    List<Tally> run(Questions questions, ItemCounts counts, int threads) {
        double[] information = counts.selfInformation();
        List<Worker> workers = Collections.synchronizedList(new ArrayList<>());
        Parallel.blocks(
                questions.size(),
                BATCH,
                threads,
                () -> {
                    Worker worker = new Worker(questions, information);
                    workers.add(worker);
                    return worker;
                });
        List<Tally> totals = tallies(questions.items(), information);
        for (Worker worker : workers) {
            for (int w = 0; w < totals.size(); w++) {
                totals.get(w).addAll(worker.tallies.get(w));
            }
        }
        return totals;
    }

    private List<Tally> tallies(int items, double[] information) {
        List<Tally> tallies = new ArrayList<>();
        for (int w = 0; w < weightings.size(); w++) {
            tallies.add(new Tally(List.of(CUTOFF), items, information));
        }
        return tallies;
    }

    private final class Worker implements Parallel.Block {
        private final Questions questions;
        private final int items;
        private final History[] histories = new History[BATCH];
        private final float[][][] scores;
        private final float[] sum;
        private final TopItems best = new TopItems(CUTOFF);
        private final List<Tally> tallies;

        Worker(Questions questions, double[] information) {
            this.questions = questions;
            this.items = questions.items();
            this.scores = new float[parts.size()][BATCH][items];
            this.sum = new float[items];
            this.tallies = tallies(items, information);
        }

        @Override
        public void run(int from, int to) {
            int count = to - from;
            for (int i = 0; i < count; i++) {
                histories[i] = questions.history(from + i);
            }
            for (int part = 0; part < parts.size(); part++) {
                parts.get(part).score(histories, count, scores[part]);
                for (int i = 0; i < count; i++) {
                    standardize(scores[part][i]);
                }
            }
            for (int w = 0; w < weightings.size(); w++) {
                for (int i = 0; i < count; i++) {
                    rank(weightings.get(w), i);
                    tallies.get(w).add(from + i, best, questions.answers(from + i));
                }
            }
        }

        private void standardize(float[] row) {
            float scale = Blend.scale(row, items);
            for (int item = 0; item < items; item++) {
                row[item] *= scale;
            }
        }

        private void rank(float[] weights, int i) {
            java.util.Arrays.fill(sum, 0f);
            for (int part = 0; part < weights.length; part++) {
                float weight = weights[part];
                float[] row = scores[part][i];
                for (int item = 0; weight != 0 && item < items; item++) {
                    sum[item] += weight * row[item];
                }
            }
            if (questions.hidesHistory()) {
                for (int item : histories[i].items()) {
                    sum[item] = Float.NaN;
                }
            }
            best.clear();
            ScorerRanking.offerAll(sum, items, best);
            best.sort();
        }
    }
}
