/**
 * Several servers around one registry, asked by many while releases change. Read first:
 * RollbackBenchmark. Must not know of how releases are made.
 */
@NullMarked
package dev.vitrine.benchmarks.nodes;

import org.jspecify.annotations.NullMarked;
