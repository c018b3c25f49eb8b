/**
 * The contract between models and those who use them: a history in, scored items out. Read first:
 * History, ItemScorer, CandidateSource, TopItems, ItemMask. Knows no model.
 */
@NullMarked
package dev.vitrine.retrieval.candidate;

import org.jspecify.annotations.NullMarked;
