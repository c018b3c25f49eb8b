/**
 * Recommenders that filter a history as a signal on the graph of people and items (GF-CF, BSPM),
 * and the leading eigenvectors they need. Read first: GraphFilter, FilterSettings, Spectrum. Must
 * not know evaluation.
 */
@NullMarked
package dev.vitrine.training.spectral;

import org.jspecify.annotations.NullMarked;
