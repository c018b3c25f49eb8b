/**
 * Fine-tunes text encoders that users bring: the whole network by pairs of texts, an adapter on
 * vectors that stay, or a head that says how probable it is that a shopper likes an item. Read
 * first: FineTuning, BertNetwork. How such encoders are read and served is in retrieval.encoder.
 */
@NullMarked
package dev.vitrine.training.encoder;

import org.jspecify.annotations.NullMarked;
