/**
 * Measures factor models beside their peer, Spark's ALS. Read first: GowallaIals; the peer itself
 * is in the module benchmarks-spark and runs in its own JVM.
 */
@NullMarked
package dev.vitrine.benchmarks.factors;

import org.jspecify.annotations.NullMarked;
