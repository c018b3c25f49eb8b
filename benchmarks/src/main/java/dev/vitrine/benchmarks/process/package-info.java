/**
 * A whole server, or a peer of one, as a process of its own, for what measures or kills it from
 * outside. Read first: ServerProcess, JavaProcess. Must not know what is measured.
 */
@NullMarked
package dev.vitrine.benchmarks.process;

import org.jspecify.annotations.NullMarked;
