/**
 * Text encoders that users bring: a directory with weights, a configuration and a tokenizer, as
 * Hugging Face lays it out, read with care and made into a graph that serves. Read first:
 * EncoderDirectory, LoadedEncoder. How they are fine-tuned is in training.encoder.
 */
@NullMarked
package dev.vitrine.retrieval.encoder;

import org.jspecify.annotations.NullMarked;
