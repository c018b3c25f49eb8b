/**
 * Linear item models in closed form, and the dense kernel they need: matrices in native memory and
 * the few BLAS and LAPACK routines that are called on them. Read first: Ease, EaseSettings,
 * EaseModel. Must not know evaluation.
 */
@NullMarked
package dev.vitrine.training.linear;

import org.jspecify.annotations.NullMarked;
