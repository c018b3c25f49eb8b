/**
 * The products of a shop: what one is, and the durable store of all of them. Read first: Product,
 * Catalog. Knows nothing of where products come from (see data.intake).
 */
@NullMarked
package dev.vitrine.data.catalog;

import org.jspecify.annotations.NullMarked;
