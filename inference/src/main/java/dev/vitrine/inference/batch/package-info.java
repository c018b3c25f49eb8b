/**
 * Requests that wait together become one run, where that pays. Read {@link BatchQueue} first, then
 * {@link BatchLimit}. Knows tensors and time, no threads and no models.
 */
@NullMarked
package dev.vitrine.inference.batch;

import org.jspecify.annotations.NullMarked;
