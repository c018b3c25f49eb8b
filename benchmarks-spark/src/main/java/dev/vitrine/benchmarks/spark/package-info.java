/**
 * Runs the peer for factor models, Spark MLlib's ALS, in a JVM of its own. Read first: SparkAls.
 * Knows nothing of Vitrine: data comes in as the public file, factors go out as two binary files.
 */
@NullMarked
package dev.vitrine.benchmarks.spark;

import org.jspecify.annotations.NullMarked;
