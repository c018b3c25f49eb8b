package dev.vitrine.training.evaluation;

import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;

/**
 * Chooses the weights of a blend on held-out questions: coordinate ascent over a small grid for
 * NDCG@20. What each part proposes is computed once, so that trying a weight costs only the merge.
 */
public final class BlendTuner {
    private static final float[] GRID = {0, 0.1f, 0.2f, 0.35f, 0.5f, 0.75f, 1, 1.5f, 2};
    private static final int ROUNDS = 3;
    private static final int CUTOFF = 20;

    /** A part that brings less than this share of the NDCG is not worth asking at every request. */
    private static final double WORTH = 0.02;

    /** Proposals by question, then by part. */
    private final TopItems[][] proposals;

    private final Questions questions;

    /**
     * @param most questions that are asked, the first
     */
    public BlendTuner(Blend blend, Questions questions, int most) {
        this.questions = questions;
        this.proposals = new TopItems[Math.min(most, questions.size())][];
        ItemMask allowed = ItemMask.all(questions.items());
        for (int q = 0; q < proposals.length; q++) {
            History history = questions.history(q);
            if (!questions.hidesHistory()) {
                proposals[q] = blend.proposals(history, allowed);
                continue;
            }
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
    public float[] tune(float[] start) {
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
        return proposals.length == 0 ? best : withoutIdleParts(best);
    }

    /**
     * Leaves out, the idlest first and never the last, the parts that bring next to nothing or no
     * more than chance may, see {@link PairedGain}.
     */
    private float[] withoutIdleParts(float[] tuned) {
        float[] kept = tuned.clone();
        for (int left = kept.length; left > 0; left--) {
            double[] with = gains(kept);
            int idlest = -1;
            double least = Double.POSITIVE_INFINITY;
            for (int part = 0; part < kept.length; part++) {
                float[] tried = kept.clone();
                tried[part] = 0;
                if (kept[part] > 0 && isAnyPositive(tried)) {
                    double[] without = gains(tried);
                    double brings = mean(with) - mean(without);
                    if (brings < least && isIdle(with, without)) {
                        idlest = part;
                        least = brings;
                    }
                }
            }
            if (idlest < 0) {
                break;
            }
            kept[idlest] = 0;
        }
        return kept;
    }

    private static boolean isAnyPositive(float[] weights) {
        for (float weight : weights) {
            if (weight > 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean isIdle(double[] with, double[] without) {
        PairedGain brings = PairedGain.of(with, without);
        return brings.mean() < WORTH * mean(with) || !brings.isBeyondChance();
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return values.length == 0 ? 0 : sum / values.length;
    }

    /** NDCG@20 with binary gains, the mean over the questions. */
    public double ndcg(float[] weights) {
        return mean(gains(weights));
    }

    /** NDCG@20 of each question. */
    private double[] gains(float[] weights) {
        double[] gains = new double[proposals.length];
        TopItems top = new TopItems(CUTOFF);
        for (int q = 0; q < proposals.length; q++) {
            top.clear();
            Blend.merge(proposals[q], weights).offerTo(top);
            top.sort();
            gains[q] = Ndcg.at(CUTOFF, top, questions.answers(q));
        }
        return gains;
    }
}
