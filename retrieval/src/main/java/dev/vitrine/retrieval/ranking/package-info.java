/**
 * Ranks candidates by trees over their features, and says which features moved them. Read first:
 * CandidateRanker, CandidateFeatures, TreeEnsemble. How they are fitted is in training.trees.
 */
@NullMarked
package dev.vitrine.retrieval.ranking;

import org.jspecify.annotations.NullMarked;
