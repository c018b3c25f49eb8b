/**
 * Fits and evaluates models on interaction matrices. Read first: evaluation.Evaluations, then the
 * package of the model in question. Knows nothing of serving.
 */
@NullMarked
package dev.vitrine.training;

import org.jspecify.annotations.NullMarked;
