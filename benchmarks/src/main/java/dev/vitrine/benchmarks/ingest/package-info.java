/**
 * Measures how fast events become durable: from a file, and from many threads at once. Read first:
 * IngestBenchmark.
 */
@NullMarked
package dev.vitrine.benchmarks.ingest;

import org.jspecify.annotations.NullMarked;
