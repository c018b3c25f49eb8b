/**
 * Turns texts into vectors, so that a query finds products that mean the same. Read first:
 * TextEncoder, TextFeatures, MeaningSearch. How encoders are fitted is in training.text.
 */
@NullMarked
package dev.vitrine.retrieval.text;

import org.jspecify.annotations.NullMarked;
