package dev.vitrine.server.http;

import java.util.List;

/**
 * A merchandiser's rule. Absent texts are empty, absent lists too.
 *
 * @param id 1 to 64 letters, digits, hyphens or underscores
 * @param servingConfigs where it applies; empty for everywhere
 * @param queries it applies only to these searches; empty for all requests
 * @param filter the products it is about, as a filter expression
 * @param itemIds the products it is about, by id; for pin in the order of their places
 * @param strength how far boost and bury go, 0 to 1
 * @param position where pin begins, from 1
 * @param synonyms words that mean the same
 * @param redirectUri where redirect leads
 * @param startsAt epoch milliseconds; 0 for always
 * @param endsAt epoch milliseconds; 0 for never
 */
public record ControlView(
        String id,
        Kind kind,
        List<String> servingConfigs,
        List<String> queries,
        String filter,
        List<String> itemIds,
        double strength,
        int position,
        List<String> synonyms,
        String redirectUri,
        long startsAt,
        long endsAt,
        boolean enabled) {
    public ControlView {
        servingConfigs = List.copyOf(servingConfigs);
        queries = List.copyOf(queries);
        itemIds = List.copyOf(itemIds);
        synonyms = List.copyOf(synonyms);
    }

    /** What a control does. */
    public enum Kind {
        BOOST,
        BURY,
        PIN,
        HIDE,
        FILTER,
        SYNONYM,
        REDIRECT
    }
}
