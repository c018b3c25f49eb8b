/**
 * Serves models of what a visitor wants next, and of what somebody will think of an item. Read
 * first: SequenceModel, SequenceSource, OpinionModel. How they are fitted is in training.sequence.
 */
@NullMarked
package dev.vitrine.retrieval.sequence;

import org.jspecify.annotations.NullMarked;
