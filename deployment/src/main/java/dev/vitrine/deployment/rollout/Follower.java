package dev.vitrine.deployment.rollout;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * One node's side of the protocol: follows the routing table, says what to load and to let go, and
 * which release answers a request, if any may. It reads no clock; times are nanoseconds of one that
 * never jumps. Not thread-safe.
 *
 * <p>A node answers only after a report of its own, made since it started, has reached the
 * registry. Its lease counts from when such a report was sent. While it lasts, no table older than
 * the one that came with the answer was the newest when that report arrived; so a table that
 * changed at some moment is followed at most one lease longer, by the node's own clock.
 */
public final class Follower {
    private static final int OUTSTANDING = 16;

    private final String node;
    private final String site;
    private final Leases leases;
    private final long life;
    private final TreeMap<Long, Long> sent = new TreeMap<>();
    private final Map<String, State> releases = new HashMap<>();
    private final Map<String, String> reasons = new LinkedHashMap<>();
    private long sequence;
    private Optional<Routing> routing = Optional.empty();
    private boolean renewed;
    private long renewedAt;

    private enum State {
        LOADING,
        READY,
        FAILED
    }

    /** Which release answers a request. */
    public sealed interface Answer {
        /**
         * This release answers all of the request.
         *
         * @param epoch travels with the answer; who shows it again is not answered by an older one
         */
        record By(String release, Group group, long epoch) implements Answer {}

        /** The visitor has been answered by a newer table: renew first, then ask again. */
        record Behind() implements Answer {}

        /** This node does not answer now; another may. */
        record Refused(String reason) implements Answer {}
    }

    /**
     * @param site where it is; empty for none
     * @param life drawn at random when the process starts
     */
    public Follower(String node, String site, Leases leases, long life) {
        this.node = Refusal.name("node", node);
        this.site = site;
        this.leases = leases;
        this.life = life;
    }

    /** The next report, to be sent at once. */
    public NodeReport report(long now) {
        sequence++;
        sent.put(sequence, now);
        while (sent.size() > OUTSTANDING) {
            sent.pollFirstEntry();
        }
        SortedSet<String> ready = new TreeSet<>();
        releases.forEach((release, state) -> {
            if (state == State.READY) {
                ready.add(release);
            }
        });
        return new NodeReport(
                node,
                life,
                sequence,
                routing.map(Routing::epoch).orElse(0L),
                routing.map(Routing::switching).orElse(false),
                ready,
                new TreeMap<>(reasons),
                site.isEmpty() ? Optional.empty() : Optional.of(site));
    }

    /** The registry has answered a report, late or twice perhaps. */
    public void learned(Renewal renewal) {
        if (routing.isEmpty() || renewal.routing().epoch() > routing.get().epoch()) {
            routing = Optional.of(renewal.routing());
            reasons.keySet().retainAll(renewal.routing().hold());
            releases.entrySet()
                    .removeIf(entry ->
                            entry.getValue() == State.FAILED
                                    && !reasons.containsKey(entry.getKey()));
        }
        if (renewal.life() != life) {
            // A report from before this start, whatever its number: go on above it.
            sequence = Math.max(sequence, renewal.heard());
            return;
        }
        Long at = sent.get(renewal.heard());
        if (at != null && (!renewed || at - renewedAt > 0)) {
            renewed = true;
            renewedAt = at;
        }
    }

    /** The table that is followed; empty before there is one. */
    public Optional<Routing> routing() {
        return routing;
    }

    /** Releases to begin to load, verify and warm now; each is named once. */
    public Set<String> toLoad() {
        Set<String> missing = new TreeSet<>();
        routing.ifPresent(table -> missing.addAll(table.hold()));
        missing.removeAll(releases.keySet());
        missing.forEach(release -> releases.put(release, State.LOADING));
        return missing;
    }

    /** A release was loaded, its signature and hashes hold, and it is warm. */
    public void ready(String release) {
        releases.computeIfPresent(release, (name, state) -> State.READY);
    }

    /** A release cannot be had; it is tried again when it is asked for anew. */
    public void failed(String release, String reason) {
        if (releases.containsKey(release)) {
            releases.put(release, State.FAILED);
            reasons.put(release, reason.length() > 500 ? reason.substring(0, 500) : reason);
        }
    }

    /** One that could not be had is tried again, though nothing else is asked for. */
    public void retry(String release) {
        if (releases.remove(release, State.FAILED)) {
            reasons.remove(release);
        }
    }

    /**
     * Releases that are no longer held: no request is given one any more, and each is to be
     * unloaded when the last that has it is done.
     */
    public Set<String> toUnload() {
        Set<String> loose = new TreeSet<>();
        routing.ifPresent(table ->
                releases.forEach((release, state) -> {
                    if (state == State.READY && !table.hold().contains(release)) {
                        loose.add(release);
                    }
                }));
        return loose;
    }

    /** A release was unloaded. */
    public void unloaded(String release) {
        releases.remove(release);
    }

    /**
     * Which release answers.
     *
     * @param visitor who asks
     * @param carried epoch of the last answer that the visitor shows; 0 for none
     * @param inSegment whether the visitor is in a segment
     * @param arrived when the request came
     */
    public Answer answer(
            String visitor, long carried, Predicate<String> inSegment, long arrived, long now) {
        if (routing.isEmpty() || !renewed) {
            return new Answer.Refused("the registry has not been heard from since the start");
        }
        Routing table = routing.get();
        long age = now - renewedAt;
        boolean near = age <= leases.near().toNanos();
        if (age > leases.far().toNanos()) {
            return new Answer.Refused("the registry has not been heard from for too long");
        }
        if (table.switching() && !near) {
            return new Answer.Refused("a switch is near and the registry is not heard from");
        }
        if (table.switching() && !isReady(table.hold())) {
            // Who comes in the middle of a switch was not asked: it waits until it could follow.
            return new Answer.Refused("a switch is near and not all that it needs is ready");
        }
        if (carried > table.epoch() && renewedAt - arrived < 0) {
            return new Answer.Behind();
        }
        Group group =
                near && table.staged().isPresent()
                        ? table.group(
                                visitor,
                                site,
                                inSegment.test(table.staged().get().audience().segment()))
                        : Group.LIVE;
        String release = table.release(group);
        return releases.get(release) == State.READY
                ? new Answer.By(release, group, table.epoch())
                : new Answer.Refused("release " + release + " is not ready");
    }

    private boolean isReady(Set<String> all) {
        for (String release : all) {
            if (releases.get(release) != State.READY) {
                return false;
            }
        }
        return true;
    }
}
