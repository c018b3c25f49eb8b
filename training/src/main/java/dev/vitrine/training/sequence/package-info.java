/**
 * Fits models of what a visitor wants next from what they did last. Read first: SequenceSettings,
 * SequenceTrainer, Transformer. What they become for serving is in retrieval.sequence.
 */
@NullMarked
package dev.vitrine.training.sequence;

import org.jspecify.annotations.NullMarked;
