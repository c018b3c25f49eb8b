/**
 * Two registries and a bad link between them: what is sent so that both have everything. Read
 * first: RegistrySyncBenchmark, LossyLink. Knows nothing of how a transfer is planned.
 */
@NullMarked
package dev.vitrine.benchmarks.sync;

import org.jspecify.annotations.NullMarked;
