/**
 * Fits the vectors of what products say about themselves, and the map from them to item factors.
 * Read first: ContentTrainer, ColdItemTrainer. The results are served as
 * retrieval.table.ContentModel and ColdItems.
 */
@NullMarked
package dev.vitrine.training.content;

import org.jspecify.annotations.NullMarked;
