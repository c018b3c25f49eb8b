/**
 * Named, typed, shaped numbers that go into a model and come out of it, and what a model declares
 * of them. Read {@link Tensor} first, then {@link Signature}. Knows no runtime and no protocol.
 */
@NullMarked
package dev.vitrine.inference.tensor;

import org.jspecify.annotations.NullMarked;
