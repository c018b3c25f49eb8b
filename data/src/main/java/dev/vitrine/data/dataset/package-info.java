/**
 * An immutable, hashed snapshot of cleaned events with its split. Read first: Dataset,
 * InteractionMatrix.
 */
@NullMarked
package dev.vitrine.data.dataset;

import org.jspecify.annotations.NullMarked;
