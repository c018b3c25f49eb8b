/**
 * Measures what serving a model costs over running it: beside the bare runtime, the plainest server
 * and an echo, each in a process of its own on the same cores. Read first: Subject, Contenders,
 * Comparison; for what loading costs those who ask, Hotswap. Must not reach into a running server,
 * nor send it what another client could not.
 */
@NullMarked
package dev.vitrine.benchmarks.inference;

import org.jspecify.annotations.NullMarked;
