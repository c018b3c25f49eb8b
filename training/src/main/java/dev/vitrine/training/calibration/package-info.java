/**
 * Turns scores into probabilities. Read first: LogisticFit. Knows nothing of what the inputs mean.
 */
@NullMarked
package dev.vitrine.training.calibration;

import org.jspecify.annotations.NullMarked;
