/**
 * Requests take turns on the processors, and those that wait together become one run, where that
 * pays. Read {@link Turns} first, then {@link BatchQueue} and {@link BatchLimit}. Knows tensors,
 * threads and time, no names of models, no versions and no protocol.
 */
@NullMarked
package dev.vitrine.inference.batch;

import org.jspecify.annotations.NullMarked;
