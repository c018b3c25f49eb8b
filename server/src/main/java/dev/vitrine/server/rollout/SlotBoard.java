package dev.vitrine.server.rollout;

import dev.vitrine.deployment.rollout.NodeReport;
import dev.vitrine.deployment.rollout.Renewal;
import dev.vitrine.deployment.rollout.Rollout;
import dev.vitrine.deployment.rollout.RolloutController.Snapshot;
import dev.vitrine.deployment.rollout.RolloutStep;
import dev.vitrine.deployment.rollout.Routing;
import dev.vitrine.deployment.rollout.Slots;
import dev.vitrine.deployment.rollout.SlotsJson;
import dev.vitrine.registry.release.LiveSwitch;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.registry.release.SlotRow;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The registry as nodes and controllers see it. The row lies in the registry and changes by
 * compare-and-set, together with what is live; reports of nodes are kept in memory, since the only
 * node of a home is the process that owns it.
 */
final class SlotBoard {
    /** All shelves and the search box answer from one release, so one row is enough. */
    static final String CONFIG = "shop";

    private final ReleaseStore releases;
    private final InstantSource clock;
    private final Map<String, NodeReport> nodes = new HashMap<>();
    private @Nullable Parsed parsed;

    private record Parsed(long version, Slots slots) {}

    SlotBoard(ReleaseStore releases, InstantSource clock) {
        this.releases = releases;
        this.clock = clock;
    }

    /** The row; empty before anything was live. */
    synchronized Optional<Slots> slots() {
        Optional<SlotRow> row = releases.slots().row(CONFIG);
        if (row.isEmpty()) {
            return Optional.empty();
        }
        Parsed last = parsed;
        if (last == null || last.version() != row.get().version()) {
            last = new Parsed(row.get().version(), SlotsJson.read(row.get().content()));
            parsed = last;
        }
        return Optional.of(last.slots());
    }

    /** What a controller reads; empty before anything was live. */
    synchronized Optional<Snapshot> snapshot() {
        return slots().map(
                        slots -> new Snapshot(slots, List.copyOf(nodes.values()), clock.instant()));
    }

    /** Takes a node's report and answers with the newest table. */
    synchronized Optional<Renewal> renew(NodeReport report) {
        NodeReport known = nodes.get(report.node());
        if (known == null || known.sequence() < report.sequence()) {
            nodes.put(report.node(), report);
            known = report;
        }
        long life = known.life();
        long heard = known.sequence();
        return slots().map(slots -> new Renewal(life, heard, slots.routing()));
    }

    /**
     * Writes the first row, or one for a release that became live while nobody followed the table.
     *
     * @param live which the registry says is live, or is to be
     * @return whether this process did it
     */
    synchronized boolean begin(String live, String who, String reason) {
        Optional<String> before = releases.liveId();
        Optional<LiveSwitch> change =
                before.filter(live::equals).isPresent()
                        ? Optional.empty()
                        : Optional.of(new LiveSwitch(before, live, who, reason));
        Optional<Slots> old = slots();
        Slots fresh = Slots.of(CONFIG, live);
        Slots next =
                old.map(o -> new Slots(CONFIG, o.version() + 1, Routing.of(live), Optional.empty()))
                        .orElse(fresh);
        return releases.slots()
                .compareAndSet(
                        CONFIG,
                        old.map(Slots::version).orElse(0L),
                        new SlotRow(next.version(), SlotsJson.write(next)),
                        change,
                        Optional.empty());
    }

    /** Writes what a step made of a row; false when another write came first. */
    synchronized boolean write(Slots before, RolloutStep step, String who, String reason) {
        Slots next = step.next();
        String from = before.routing().live();
        String to = next.routing().live();
        Optional<LiveSwitch> change =
                from.equals(to)
                        ? Optional.empty()
                        : Optional.of(new LiveSwitch(Optional.of(from), to, who, reason));
        return releases.slots()
                .compareAndSet(
                        CONFIG,
                        before.version(),
                        new SlotRow(next.version(), SlotsJson.write(next)),
                        change,
                        next.rollout().map(rollout -> Map.entry(rollout.id(), written(next))));
    }

    /** A rollout is kept as the row that it was part of. */
    private static String written(Slots slots) {
        return SlotsJson.write(slots);
    }

    /** The last rollouts, newest first. */
    List<Rollout> rollouts(int limit) {
        List<Rollout> found = new ArrayList<>();
        for (String content : releases.slots().rollouts(limit)) {
            SlotsJson.read(content).rollout().ifPresent(found::add);
        }
        return found;
    }
}
