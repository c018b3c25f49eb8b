/**
 * How fast models are fitted and how fast what was fitted answers. Read first: TrainSpeed. Quality
 * is measured by {@code vitrine evaluate}.
 */
@NullMarked
package dev.vitrine.benchmarks.learning;

import org.jspecify.annotations.NullMarked;
