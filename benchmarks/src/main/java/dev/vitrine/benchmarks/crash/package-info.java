/**
 * Kills a whole server at random moments and looks whether everything it acknowledged is there
 * afterwards. Read first: CrashDriver. Must not reach into a running server; what it knows of one
 * is its address, its process and its home directory.
 */
@NullMarked
package dev.vitrine.benchmarks.crash;

import org.jspecify.annotations.NullMarked;
