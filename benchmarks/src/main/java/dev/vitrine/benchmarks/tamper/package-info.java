/**
 * Does to releases what nobody should, and looks whether they answer: every file, the registry,
 * keys and certificates. Read first: TamperBenchmark, Tampering. Knows nothing of how releases are
 * verified beyond their format.
 */
@NullMarked
package dev.vitrine.benchmarks.tamper;

import org.jspecify.annotations.NullMarked;
