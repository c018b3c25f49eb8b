package dev.vitrine.benchmarks.crash;

import dev.vitrine.data.event.EventCursor;
import dev.vitrine.data.event.EventStore;
import dev.vitrine.server.Home;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How often the log of a home holds each event.
 *
 * @param times by event id
 */
record StoredEvents(Map<String, Integer> times) {
    static StoredEvents of(Path home) {
        Map<String, Integer> times = new HashMap<>();
        try (EventStore store = EventStore.openReadOnly(Home.readOnly(home).root());
                EventCursor cursor = store.read(0)) {
            while (cursor.next()) {
                times.merge(cursor.event().eventId(), 1, Integer::sum);
            }
        }
        return new StoredEvents(times);
    }

    long lost(Set<String> expected) {
        return expected.stream().filter(id -> !times.containsKey(id)).count();
    }

    /** Events that are there though nobody sent them, or more often than once. */
    long surplus(Set<String> sent) {
        return times.entrySet().stream()
                .filter(e -> !sent.contains(e.getKey()) || e.getValue() > 1)
                .count();
    }

    /** Events with an id of ours that are there more than once. */
    long repeated(String prefix) {
        return times.entrySet().stream()
                .filter(e -> e.getKey().startsWith(prefix) && e.getValue() > 1)
                .count();
    }
}
