/**
 * Recommends what those did next who did the same before. Read first: NearestSessions. Knows
 * nothing of how it is chosen or weighed beside other sources.
 */
@NullMarked
package dev.vitrine.retrieval.session;

import org.jspecify.annotations.NullMarked;
