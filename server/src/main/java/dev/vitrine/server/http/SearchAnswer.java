package dev.vitrine.server.http;

import dev.vitrine.applications.search.SearchResponse;

/**
 * The answer of the search box with what the events that follow need.
 *
 * @param attributionToken to be sent with the events that this answer causes
 * @param release the release that answered
 * @param servedBy the step of the ladder that answered
 */
public record SearchAnswer(
        SearchResponse response, String attributionToken, String release, String servedBy) {}
