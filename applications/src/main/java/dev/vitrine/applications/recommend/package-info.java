/**
 * Answers "what should this shopper see" for every serving config. Read first: Recommender,
 * ServingRelease, Recipe. Knows nothing of HTTP, and nothing of how models were fitted.
 */
@NullMarked
package dev.vitrine.applications.recommend;

import org.jspecify.annotations.NullMarked;
