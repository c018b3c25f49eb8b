/**
 * Measures how the best items for a vector are found: Vitrine's table beside plain scans and graph
 * indexes, on factors fitted to simulated behaviour. Read first: VectorBenchmark, FittedVectors,
 * Contender.
 */
@NullMarked
package dev.vitrine.benchmarks.vector;

import org.jspecify.annotations.NullMarked;
