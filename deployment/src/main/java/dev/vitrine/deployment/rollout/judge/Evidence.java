package dev.vitrine.deployment.rollout.judge;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that a stage has shown so far, of fixed size; goes with the rollout's state, so that a
 * controller that starts anew neither forgets nor counts twice.
 *
 * @param seen last sequence of the windows counted, by node
 */
public record Evidence(
        Arm canary, Arm baseline, Latencies latencies, SortedMap<String, Long> seen) {
    private static final int MOST_NODES = 1_000;

    public Evidence {
        seen = Collections.unmodifiableSortedMap(new TreeMap<>(seen));
    }

    /** Before anything was seen. */
    public static Evidence none(JudgeSettings settings) {
        Arm nothing = Arm.empty(settings.groups().size());
        return new Evidence(nothing, nothing, Latencies.NONE, Collections.emptySortedMap());
    }

    /** With another window; the same one again, or one of a node too many, changes nothing. */
    public Evidence plus(Window window, JudgeSettings settings) {
        Long last = seen.get(window.node());
        if (last != null && window.sequence() <= last
                || last == null && seen.size() >= MOST_NODES) {
            return this;
        }
        SortedMap<String, Long> now = new TreeMap<>(seen);
        now.put(window.node(), window.sequence());
        return new Evidence(
                canary.plus(window.canary().counts()),
                baseline.plus(window.baseline().counts()),
                latencies.plus(
                        window.canary().latencies(), window.baseline().latencies(), settings),
                now);
    }

    /** Requests of the arm that has fewer. */
    public long requests() {
        return Math.min(canary.total(Count.REQUESTS), baseline.total(Count.REQUESTS));
    }
}
