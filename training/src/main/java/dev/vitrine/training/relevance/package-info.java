/**
 * How well a product's title answers a search term, on the scale of people's ratings: texts cut
 * into comparable words, features of pairs, and trees over them. Read first: Listing,
 * RelevanceTable, RelevanceModel. Knows nothing of any data set.
 */
@NullMarked
package dev.vitrine.training.relevance;

import org.jspecify.annotations.NullMarked;
