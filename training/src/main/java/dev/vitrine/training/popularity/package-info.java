/**
 * Counts what is wanted now, older events weighing less. Read first: DecayedCounts. The result is
 * served as retrieval.table.Popularity.
 */
@NullMarked
package dev.vitrine.training.popularity;

import org.jspecify.annotations.NullMarked;
