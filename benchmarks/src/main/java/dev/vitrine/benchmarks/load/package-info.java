/**
 * Sends prepared requests fast and times them honestly. Read first: Generator, Wire, LoadRun. Must
 * not know what the requests mean, nor who answers them.
 */
@NullMarked
package dev.vitrine.benchmarks.load;

import org.jspecify.annotations.NullMarked;
