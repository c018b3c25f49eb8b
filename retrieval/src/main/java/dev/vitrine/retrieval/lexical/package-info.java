/**
 * The text index of a catalogue: search, facets, completion, and filters as sets of item numbers.
 * Read first: ProductIndex, LexicalQuery, FilterExpression. Knows nothing of visitors, releases or
 * HTTP; what is personal arrives as numbers per item.
 */
@NullMarked
package dev.vitrine.retrieval.lexical;

import org.jspecify.annotations.NullMarked;
