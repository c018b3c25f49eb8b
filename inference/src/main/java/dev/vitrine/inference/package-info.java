/** The errors that this module can raise: InferenceError. */
@NullMarked
package dev.vitrine.inference;

import org.jspecify.annotations.NullMarked;
