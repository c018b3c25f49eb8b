package dev.vitrine.deployment.rollout;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a node tells the registry with each renewal of its lease. The registry keeps the last one of
 * every node and answers with the newest {@link Routing}, in one transaction.
 *
 * @param node its name
 * @param life number of the process, drawn at its start, so that no two of a node share it
 * @param sequence rises with every report, over restarts too (see {@link Renewal}); the registry
 *     keeps a report only if its sequence is higher than that of the one it has
 * @param epoch of the table that the node follows; 0 before it has one
 * @param switching whether that table says that a switch is near
 * @param ready releases that are loaded, verified and warm
 * @param failed releases that cannot be, with the reason
 * @param site where the node is; empty where it was not given one
 */
public record NodeReport(
        String node,
        long life,
        long sequence,
        long epoch,
        boolean switching,
        SortedSet<String> ready,
        SortedMap<String, String> failed,
        Optional<String> site) {
    public NodeReport {
        Refusal.name("node", node);
        ready = Collections.unmodifiableSortedSet(new TreeSet<>(ready));
        failed = Collections.unmodifiableSortedMap(new TreeMap<>(failed));
    }
}
