/** Looks for good settings within a budget. Read first: Halving. Knows no model. */
@NullMarked
package dev.vitrine.training.search;

import org.jspecify.annotations.NullMarked;
