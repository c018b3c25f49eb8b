/**
 * Fits models of what a visitor wants next from what they did last, and of what somebody with a
 * history will think of an item. Read first: SequenceSettings, SequenceTrainer, Transformer; for
 * opinions OpinionTrainer. What they become for serving is in retrieval.sequence.
 */
@NullMarked
package dev.vitrine.training.sequence;

import org.jspecify.annotations.NullMarked;
