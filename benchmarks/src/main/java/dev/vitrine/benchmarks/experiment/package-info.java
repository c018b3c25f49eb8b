/**
 * Whether statistics keep what they promise: intervals on simulated experiments, and estimates from
 * a public log of two policies. Read first: ExperimentCoverage, OffPolicyBenchmark.
 */
@NullMarked
package dev.vitrine.benchmarks.experiment;

import org.jspecify.annotations.NullMarked;
