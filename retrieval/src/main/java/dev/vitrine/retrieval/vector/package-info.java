/**
 * Finds the items whose vectors fit best to a vector, among a million and under any filter. Read
 * first: VectorTable, then Chunk for the layout and BitQuery for the estimate. Knows nothing of
 * where vectors come from.
 */
@NullMarked
package dev.vitrine.retrieval.vector;

import org.jspecify.annotations.NullMarked;
