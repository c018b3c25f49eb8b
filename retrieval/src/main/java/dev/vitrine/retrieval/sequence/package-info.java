/**
 * Serves models of what a visitor wants next. Read first: SequenceModel, SequenceSource. How they
 * are fitted is in training.sequence.
 */
@NullMarked
package dev.vitrine.retrieval.sequence;

import org.jspecify.annotations.NullMarked;
