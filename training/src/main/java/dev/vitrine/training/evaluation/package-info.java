/**
 * Judges recommenders by full ranking under fixed protocols; a recommender is a function from a
 * history to ranked items. Read first: Questions, Recommender, Judge, Evaluations. Models must not
 * know this package; only Evaluations and its recipes know models.
 */
@NullMarked
package dev.vitrine.training.evaluation;

import org.jspecify.annotations.NullMarked;
