package dev.vitrine.server.rollout;

import dev.vitrine.deployment.rollout.Leases;
import dev.vitrine.deployment.rollout.NodeReport;
import dev.vitrine.deployment.rollout.Renewal;
import dev.vitrine.deployment.rollout.Rollout;
import dev.vitrine.deployment.rollout.RolloutAction;
import dev.vitrine.deployment.rollout.RolloutController.Snapshot;
import dev.vitrine.deployment.rollout.RolloutError;
import dev.vitrine.deployment.rollout.RolloutMachine;
import dev.vitrine.deployment.rollout.RolloutPlan;
import dev.vitrine.deployment.rollout.RolloutStep;
import dev.vitrine.deployment.rollout.Slots;
import dev.vitrine.deployment.rollout.SlotsJson;
import dev.vitrine.deployment.rollout.Stage;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.release.LiveSwitch;
import dev.vitrine.registry.release.NodeRow;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.registry.release.SlotRow;
import dev.vitrine.registry.release.SlotStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The registry as nodes and controllers see it. The row lies in the registry and changes by
 * compare-and-set, together with what is live. Reports of nodes lie there too where several nodes
 * share it; those of a home's only node are kept in memory.
 */
final class SlotBoard {
    /** All shelves and the search box answer from one release, so one row is enough. */
    static final String CONFIG = "shop";

    private final ReleaseStore releases;
    private final InstantSource clock;
    private final NodeIdentity self;
    private final Duration silence;
    private final Map<String, NodeReport> nodes = new HashMap<>();
    private volatile @Nullable Parsed parsed;

    private record Parsed(long version, Slots slots) {}

    /**
     * @param clock stands for the registry's where this process alone uses it
     */
    SlotBoard(ReleaseStore releases, InstantSource clock, NodeIdentity self, Leases leases) {
        this.releases = releases;
        this.clock = clock;
        this.self = self;
        this.silence = leases.outlast(leases.far());
    }

    boolean isShared() {
        return releases.isShared();
    }

    /** The row; empty before anything was live. */
    Optional<Slots> slots() {
        return releases.slots().row(CONFIG).map(this::parsed);
    }

    private Slots parsed(SlotRow row) {
        Parsed last = parsed;
        if (last == null || last.version() != row.version()) {
            last = new Parsed(row.version(), SlotsJson.read(row.content()));
            parsed = last;
        }
        return last.slots();
    }

    /** What a controller reads; empty before anything was live. */
    Optional<Snapshot> snapshot() {
        if (!isShared()) {
            synchronized (nodes) {
                return slots().map(slots ->
                        new Snapshot(slots, List.copyOf(nodes.values()), clock.instant()));
            }
        }
        SlotStore.Board board = releases.slots().board(CONFIG);
        return board.slots()
                .map(row ->
                        new Snapshot(
                                parsed(row),
                                board.reports().stream().map(SlotsJson::readReport).toList(),
                                board.now()));
    }

    /**
     * Takes a node's report and answers with the newest table.
     *
     * @throws VitrineException NODE_NAME_TAKEN where another node has the name
     */
    Optional<Renewal> renew(NodeReport report) {
        if (!isShared()) {
            synchronized (nodes) {
                NodeReport known = nodes.get(report.node());
                if (known == null || known.sequence() < report.sequence()) {
                    nodes.put(report.node(), report);
                    known = report;
                }
                long life = known.life();
                long heard = known.sequence();
                return slots().map(slots -> new Renewal(life, heard, slots.routing()));
            }
        }
        NodeRow row =
                new NodeRow(
                        report.node(),
                        self.place(),
                        report.life(),
                        report.sequence(),
                        SlotsJson.write(report));
        SlotStore.Heard heard = releases.slots().report(CONFIG, row, silence);
        return heard.slots()
                .map(kept -> new Renewal(heard.life(), heard.sequence(), parsed(kept).routing()));
    }

    /** Forgets nodes that can't answer any more. */
    void tidy() {
        if (isShared()) {
            // A day more than must be, since the registry's clock may have been set.
            releases.slots().forget(CONFIG, silence.plusDays(1));
        }
    }

    /** This node answers nothing any more, so nobody waits for it. */
    void leave() {
        if (isShared()) {
            releases.slots().leave(CONFIG, self.name(), self.place());
        }
    }

    /**
     * Refuses a plan that names a site at which no node is: nobody would meet the candidate.
     *
     * @throws VitrineException ROLLOUT_INVALID
     */
    void requireSites(RolloutPlan plan) {
        Set<String> there = new TreeSet<>();
        snapshot().ifPresent(now -> now.nodes().forEach(node -> node.site().ifPresent(there::add)));
        for (Stage stage : plan.stages()) {
            for (String site : stage.audience().sites()) {
                if (!there.contains(site)) {
                    throw VitrineException.field(
                            RolloutError.ROLLOUT_INVALID,
                            "sites",
                            "no node is at site '"
                                    + site
                                    + "'; "
                                    + (there.isEmpty()
                                            ? "none has a site (site: in its server.yaml)"
                                            : "there are nodes at " + String.join(", ", there)));
                }
            }
        }
    }

    /**
     * Writes the first row, or, where this is the only node, one for a release that became live
     * while nobody followed the table or that takes the place of one that is refused. A rollout in
     * motion ends in the same write.
     *
     * @param live which the registry says is live, or is to be
     * @return what was done, to be kept; empty where another process did it
     */
    Optional<RolloutStep> begin(String live, String who, String reason) {
        Optional<String> before = releases.liveId();
        for (int attempt = 0; attempt < Steps.TRIES; attempt++) {
            Optional<Slots> old = slots();
            if (isShared() && old.isPresent()) {
                break;
            }
            Optional<RolloutStep> done = begin(old, before, live, who, reason);
            if (done.isPresent()) {
                return done;
            }
        }
        return Optional.empty();
    }

    private Optional<RolloutStep> begin(
            Optional<Slots> old, Optional<String> before, String live, String who, String reason) {
        boolean switches = before.filter(live::equals).isEmpty();
        RolloutStep step =
                old.map(row -> RolloutMachine.replaced(row, live, reason, clock.instant()))
                        .orElseGet(() -> new RolloutStep(Slots.of(CONFIG, live), List.of()));
        boolean written =
                releases.slots()
                        .compareAndSet(
                                CONFIG,
                                old.map(Slots::version).orElse(0L),
                                row(step),
                                switches
                                        ? Optional.of(new LiveSwitch(before, live, who, reason))
                                        : Optional.empty(),
                                rollouts(step));
        if (!written) {
            return Optional.empty();
        }
        List<RolloutAction> done = new ArrayList<>(step.actions());
        done.removeIf(action -> action instanceof RolloutAction.SetLive);
        if (switches) {
            done.add(
                    new RolloutAction.SetLive(
                            before.orElse(""), live, step.next().routing().epoch()));
        }
        return Optional.of(new RolloutStep(step.next(), done));
    }

    /** Writes what a step made of a row; false when another write came first. */
    boolean write(Slots before, RolloutStep step, String who, String reason) {
        String from = before.routing().live();
        String to = step.next().routing().live();
        Optional<LiveSwitch> change =
                from.equals(to)
                        ? Optional.empty()
                        : Optional.of(new LiveSwitch(Optional.of(from), to, who, reason));
        return releases.slots()
                .compareAndSet(CONFIG, before.version(), row(step), change, rollouts(step));
    }

    private static SlotRow row(RolloutStep step) {
        return new SlotRow(step.next().version(), SlotsJson.write(step.next()));
    }

    /** A rollout is kept as the row that it was part of. */
    private static Map<String, String> rollouts(RolloutStep step) {
        Map<String, String> kept = new HashMap<>();
        Slots next = step.next();
        Stream.concat(next.rollout().stream(), step.overtaken().stream())
                .map(rollout ->
                        new Slots(CONFIG, next.version(), next.routing(), Optional.of(rollout)))
                .forEach(row -> kept.put(row.rollout().orElseThrow().id(), SlotsJson.write(row)));
        return kept;
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
