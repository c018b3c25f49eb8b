/**
 * Fits a network that says how likely a click or a purchase is, from numbers and categories. Read
 * first: ClickRows, ClickTrainer. Knows nothing of what the features mean, nor how probabilities
 * are calibrated; see calibration.
 */
@NullMarked
package dev.vitrine.training.clicks;

import org.jspecify.annotations.NullMarked;
