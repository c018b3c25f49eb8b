package dev.vitrine.training.ranking;

import dev.vitrine.training.trees.NdcgLoss;
import dev.vitrine.training.trees.TreeSettings;

/** How the trees are boosted that put a shop's candidates in order. */
public final class CandidateTrees {
    /** Of the NDCG that they are fitted for and judged by. */
    public static final int CUTOFF = 20;

    private CandidateTrees() {}

    /**
     * Few and small trees: larger ones learn the chances of some hundred questions. They take
     * seconds on one thread; more would wait for each other on a busy machine, for minutes.
     */
    public static TreeSettings settings() {
        return new TreeSettings(
                TreeSettings.Objective.RANKING,
                100,
                100,
                .03,
                8,
                100,
                .6,
                .8,
                20,
                1,
                1,
                1,
                new NdcgLoss(30, CUTOFF, NdcgLoss.doubling(2)));
    }
}
