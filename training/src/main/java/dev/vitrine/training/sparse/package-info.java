/**
 * Linear item models for catalogues whose Gram matrix does not fit as a dense one. Read first:
 * SparseLinear, SparseSettings. The result is served as retrieval.table.ItemTable; the dense form
 * is in training.linear.
 */
@NullMarked
package dev.vitrine.training.sparse;

import org.jspecify.annotations.NullMarked;
