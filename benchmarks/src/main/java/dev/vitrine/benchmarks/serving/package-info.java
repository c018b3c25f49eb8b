/**
 * Measures a whole server process from outside: how soon it is ready, and how fast and how rightly
 * it answers at a fixed rate. Read first: ServingBenchmark, OpenLoop. Must not reach into a running
 * server; what it knows of one is its address, its process and its home directory.
 */
@NullMarked
package dev.vitrine.benchmarks.serving;

import org.jspecify.annotations.NullMarked;
