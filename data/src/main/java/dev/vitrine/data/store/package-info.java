/**
 * The files and databases that hold what must not be lost: one process writes, others may read.
 * Read first: FileLayer, Database. Knows nothing of products or events.
 */
@NullMarked
package dev.vitrine.data.store;

import org.jspecify.annotations.NullMarked;
