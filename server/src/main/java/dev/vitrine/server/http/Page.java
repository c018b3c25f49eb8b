package dev.vitrine.server.http;

import java.util.List;

/**
 * A part of a list.
 *
 * @param nextPageToken where to go on; empty at the end
 */
public record Page<T>(List<T> items, String nextPageToken) {
    public Page {
        items = List.copyOf(items);
    }

    /** A whole list as one page. */
    public static <T> Page<T> of(List<T> items) {
        return new Page<>(items, "");
    }
}
