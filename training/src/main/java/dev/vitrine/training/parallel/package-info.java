/**
 * Spreads numeric work over a fixed number of platform threads, so that results do not depend on
 * how many. Read first: ParallelBlocks. Knows nothing of models.
 */
@NullMarked
package dev.vitrine.training.parallel;

import org.jspecify.annotations.NullMarked;
