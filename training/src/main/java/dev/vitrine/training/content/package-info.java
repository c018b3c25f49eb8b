/**
 * Fits the vectors of what products say about themselves, and what that tells of vectors that were
 * learned from behaviour. Read first: ContentTrainer, FeatureVectorTrainer. The results are served
 * as retrieval.table.ContentModel and FeatureVectors.
 */
@NullMarked
package dev.vitrine.training.content;

import org.jspecify.annotations.NullMarked;
