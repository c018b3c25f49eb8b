package dev.vitrine.server.http;

import java.util.Map;

/**
 * Work that goes on after the call that started it.
 *
 * @param kind such as {@code erase} or {@code training}
 * @param state queued, running, done or failed
 * @param startedAt epoch milliseconds; 0 when it has not started
 * @param finishedAt epoch milliseconds; 0 while it runs
 * @param message one line for people
 * @param result figures and texts of what was done
 */
public record JobView(
        String id,
        String kind,
        String state,
        long startedAt,
        long finishedAt,
        String message,
        Map<String, Object> result) {
    public JobView {
        result = Map.copyOf(result);
    }
}
