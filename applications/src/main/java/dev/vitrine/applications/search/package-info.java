/**
 * Answers a shopper's search with the text index, popularity and what is known of the visitor. Read
 * first: Searcher, SearchRequest, SearchResponse. Knows nothing of HTTP, attribution or
 * experiments.
 */
@NullMarked
package dev.vitrine.applications.search;

import org.jspecify.annotations.NullMarked;
