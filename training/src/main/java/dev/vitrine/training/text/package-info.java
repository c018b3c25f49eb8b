/**
 * Fits encoders of texts to pairs that belong together. Read first: TextTrainer, TextSettings. What
 * they become for serving is in retrieval.text.
 */
@NullMarked
package dev.vitrine.training.text;

import org.jspecify.annotations.NullMarked;
