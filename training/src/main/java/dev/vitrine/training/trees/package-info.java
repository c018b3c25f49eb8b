/**
 * Fits gradient-boosted trees: to yes and no, to numbers, and to the order of results. Read first:
 * BoostedTrees, TreeSettings; for orders TreeRows and NdcgLoss. What they become for serving is in
 * retrieval.ranking.
 */
@NullMarked
package dev.vitrine.training.trees;

import org.jspecify.annotations.NullMarked;
