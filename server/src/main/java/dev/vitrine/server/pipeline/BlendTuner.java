package dev.vitrine.server.pipeline;

import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.training.evaluation.Questions;
import java.util.Arrays;

/**
 * Chooses the weights of a blend on held-out questions: coordinate ascent over a small grid for
 * NDCG@20. What each part proposes is computed once, so that trying a weight costs only the merge.
 */
final class BlendTuner {
    private static final float[] GRID = {0, 0.1f, 0.2f, 0.35f, 0.5f, 0.75f, 1, 1.5f, 2};
    private static final int ROUNDS = 3;
    private static final int CUTOFF = 20;

    /** A part that brings less than this share of the NDCG is not worth asking at every request. */
    private static final double WORTH = 0.02;

    /** Proposals by question, then by part. */
    private final TopItems[][] proposals;

    private final Questions questions;

    BlendTuner(Blend blend, Questions questions, int most) {
        this.questions = questions;
        this.proposals = new TopItems[Math.min(most, questions.size())][];
        ItemMask allowed = ItemMask.all(questions.items());
        for (int q = 0; q < proposals.length; q++) {
            History history = questions.history(q);
            for (int item : history.items()) {
                allowed.remove(item);
            }
            proposals[q] = blend.proposals(history, allowed);
            for (int item : history.items()) {
                allowed.add(item);
            }
        }
    }

    /**
     * The best weights found, without parts that bring less than {@value #WORTH} of what they
     * reach; {@code start} itself when nothing is asked.
     */
    float[] tune(float[] start) {
        float[] best = start.clone();
        double bestScore = ndcg(best);
        for (int round = 0; round < ROUNDS; round++) {
            double before = bestScore;
            for (int part = 0; part < best.length; part++) {
                for (float weight : GRID) {
                    float[] tried = best.clone();
                    tried[part] = weight;
                    double score = ndcg(tried);
                    if (score > bestScore + 1e-9) {
                        best = tried;
                        bestScore = score;
                    }
                }
            }
            if (bestScore == before) {
                break;
            }
        }
        return withoutIdleParts(best, bestScore);
    }

    /** Leaves out the parts that bring next to nothing, the idlest first. */
    private float[] withoutIdleParts(float[] tuned, double tunedScore) {
        float[] kept = tuned.clone();
        for (int left = kept.length; left > 0; left--) {
            int idlest = -1;
            double highest = tunedScore * (1 - WORTH);
            for (int part = 0; part < kept.length; part++) {
                float[] tried = kept.clone();
                tried[part] = 0;
                double score = kept[part] > 0 ? ndcg(tried) : 0;
                if (score > highest) {
                    idlest = part;
                    highest = score;
                }
            }
            if (idlest < 0) {
                break;
            }
            kept[idlest] = 0;
        }
        return kept;
    }

    /** NDCG@20 with binary gains, the mean over the questions. */
    double ndcg(float[] weights) {
        double sum = 0;
        TopItems top = new TopItems(CUTOFF);
        for (int q = 0; q < proposals.length; q++) {
            top.clear();
            Blend.merge(proposals[q], weights).offerTo(top);
            top.sort();
            int[] answers = questions.answers(q);
            double gain = 0;
            for (int place = 0; place < top.size(); place++) {
                if (Arrays.binarySearch(answers, top.item(place)) >= 0) {
                    gain += 1 / (Math.log(place + 2.0) / Math.log(2));
                }
            }
            double ideal = 0;
            for (int place = 0; place < Math.min(CUTOFF, answers.length); place++) {
                ideal += 1 / (Math.log(place + 2.0) / Math.log(2));
            }
            sum += gain / ideal;
        }
        return proposals.length == 0 ? 0 : sum / proposals.length;
    }
}
