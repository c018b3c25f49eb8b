package dev.vitrine.benchmarks.rollout;

import dev.vitrine.deployment.rollout.Group;
import dev.vitrine.deployment.rollout.Leases;
import dev.vitrine.deployment.rollout.Rollout;
import dev.vitrine.deployment.rollout.Rollout.State;
import dev.vitrine.deployment.rollout.Routing;
import dev.vitrine.deployment.rollout.Slots;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Sees everything, and holds it to what is promised:
 *
 * <ol>
 *   <li>A request is answered by one release, the one that some table gives its visitor, loaded and
 *       verified on the node for as long as the request lasts.
 *   <li>Rows follow one another without a gap: each is made from the one before, with a state and a
 *       table that belong together, one live release, and what is live changes only by the decision
 *       of a switch or its rollback.
 *   <li>When a switch is decided, every node that may answer follows the table that asked for
 *       promises and has the candidate; and nobody is answered by an older table afterwards.
 *   <li>A table is followed at most a lease longer than it is the newest: the near one where a
 *       switch was near or the candidate answered, else the far one.
 *   <li>A visitor who was answered by one table is never answered by an older one, and whom the
 *       candidate answers it goes on answering while the share grows.
 *   <li>No stage is left forwards without its requests, and no release that does harm, or that
 *       nothing is known of, becomes live by a rollout with stages.
 *   <li>Who was told that a rollout began finds it in the history.
 *   <li>Every rollout ends, also as it is kept when another has taken its place in the row, and
 *       then every node answers with what is live and holds nothing else.
 * </ol>
 */
final class Ledger {
    private static final int MOST = 5;
    private static final int SAMPLED_VISITORS = 40;

    private final Agenda agenda;
    private final Leases leases;
    private final List<String> violations = new ArrayList<>();
    private final TreeMap<Long, Entry> tables = new TreeMap<>();
    private final Set<String> begun = new HashSet<>();
    private final Set<String> open = new TreeSet<>();
    private final Set<String> toldBegun = new HashSet<>();
    private final Set<String> skipped = new HashSet<>();
    private final Map<String, Long> counted = new HashMap<>();
    private List<SimulatedNode> nodes = List.of();
    private long promised;
    private long decidedAt = Long.MAX_VALUE;
    private long answers;
    private long decisions;
    private long rollbacks;

    private record Entry(Routing table, long at) {}

    Ledger(Agenda agenda, Leases leases) {
        this.agenda = agenda;
        this.leases = leases;
    }

    void watches(List<SimulatedNode> all) {
        nodes = all;
    }

    List<String> violations() {
        return violations;
    }

    long answers() {
        return answers;
    }

    /** Switches that were decided. */
    long decisions() {
        return decisions;
    }

    /** Live releases that were taken back. */
    long rollbacks() {
        return rollbacks;
    }

    void begins(Slots first) {
        tables.put(first.routing().epoch(), new Entry(first.routing(), agenda.now()));
    }

    /** An operator skipped the stages of a rollout that are left. */
    void skips(String rollout) {
        skipped.add(rollout);
    }

    /** An operator was told that a rollout began. */
    void told(String rollout) {
        toldBegun.add(rollout);
    }

    /**
     * A row was written.
     *
     * @param overtaken a rollout that was written as ended with it
     */
    void changes(Slots before, Slots after, Optional<Rollout> overtaken) {
        expect(
                after.version() == before.version() + 1,
                "row " + after.version() + " was written over row " + before.version());
        Routing from = before.routing();
        Routing to = after.routing();
        expect(
                to.epoch() == from.epoch() ? to.equals(from) : to.epoch() == from.epoch() + 1,
                "epoch " + to.epoch() + " follows epoch " + from.epoch());
        if (after.rollout().isEmpty()) {
            expect(false, "row " + after.version() + " has lost its rollout");
            return;
        }
        Rollout now = after.rollout().get();
        begun.add(now.id());
        keeps(now);
        overtaken.ifPresent(this::keeps);
        boolean same = before.rollout().map(r -> r.id().equals(now.id())).orElse(false);
        if (same) {
            moves(before.rollout().orElseThrow(), now);
        } else {
            expect(
                    before.rollout().isEmpty() || !before.rollout().get().isInMotion(),
                    now.id() + " began while another was in motion");
            expect(now.state() == State.LOADING, now.id() + " began as " + now.state());
        }
        belongs(now, to);
        if (!from.live().equals(to.live())) {
            lives(before, after, same);
        }
        if (to.epoch() != from.epoch()) {
            keepsVisitors(from, to);
            tables.put(to.epoch(), new Entry(to, agenda.now()));
        }
    }

    /** What is kept of a rollout; whoever asks for it later finds that. */
    private void keeps(Rollout rollout) {
        if (rollout.state().isEnd()) {
            open.remove(rollout.id());
        } else {
            open.add(rollout.id());
        }
    }

    /** State and table belong together. */
    private void belongs(Rollout rollout, Routing table) {
        State state = rollout.state();
        boolean may =
                switch (state) {
                    case SHADOW, CANARY, RAMP -> table.staged().isPresent();
                    case PROMOTING, SWITCHING, PAUSED -> true;
                    case LOADING, SETTLING, ROLLING_BACK, PROMOTED, ROLLED_BACK, ABORTED, FAILED ->
                            table.staged().isEmpty();
                };
        expect(may, state + " with the candidate at " + table.staged());
        expect(
                table.switching() == (state == State.SWITCHING),
                state + " with switching " + table.switching());
        boolean live = state == State.SETTLING || state == State.PROMOTED;
        expect(
                table.live().equals(live ? rollout.candidate() : rollout.previous()),
                state + " with " + table.live() + " live");
    }

    private void moves(Rollout before, Rollout after) {
        State from = before.state();
        State to = after.state();
        expect(!from.isEnd() || from == to, after.id() + " went on from " + from + " to " + to);
        expect(
                to != State.LOADING || from == State.LOADING || from == State.PAUSED,
                after.id() + " loads again after " + from);
        boolean forwards =
                after.stage() > before.stage()
                        || to == State.PROMOTING
                                && (from.isStage()
                                        || before.resume().map(State::isStage).orElse(false));
        if (forwards && !skipped.contains(after.id())) {
            long seen = counted.getOrDefault(after.id() + "/" + before.stage(), 0L);
            expect(
                    seen >= before.plan().stages().get(before.stage()).minRequests(),
                    after.id()
                            + " left stage "
                            + before.stage()
                            + " for "
                            + to
                            + " after "
                            + seen
                            + " requests");
        }
    }

    /** What is live changes. */
    private void lives(Slots before, Slots after, boolean same) {
        String next = after.routing().live();
        Rollout rollout = after.rollout().orElseThrow();
        State from = same ? before.rollout().orElseThrow().state() : State.LOADING;
        if (next.equals(rollout.candidate())) {
            expect(from == State.SWITCHING, next + " became live from " + from);
            decisions++;
            promised = before.routing().epoch();
            decidedAt = agenda.now();
            Artefact artefact = Artefact.of(next);
            expect(artefact.holds(), next + " became live");
            expect(
                    artefact == Artefact.GOOD
                            || rollout.plan().stages().isEmpty()
                            || skipped.contains(rollout.id()),
                    next + " became live by stages that it cannot have passed");
            for (SimulatedNode node : nodes) {
                expect(
                        !node.answersNow()
                                || node.epoch() == before.routing().epoch() && node.has(next),
                        node + " is at epoch " + node.epoch() + " when " + next + " becomes live");
            }
        } else {
            expect(
                    from == State.SETTLING && next.equals(rollout.previous()),
                    next + " became live again from " + from);
            rollbacks++;
        }
    }

    private void keepsVisitors(Routing from, Routing to) {
        Optional<Routing.Staged> before = from.staged();
        Optional<Routing.Staged> after = to.staged();
        if (before.isEmpty()
                || after.isEmpty()
                || !before.get().release().equals(after.get().release())) {
            return;
        }
        for (int v = 0; v < SAMPLED_VISITORS; v++) {
            String visitor = "visitor-" + v;
            expect(
                    !from.group(visitor, "", true).candidate()
                            || to.group(visitor, "", true).candidate(),
                    visitor + " is moved back at epoch " + to.epoch());
        }
    }

    /**
     * An answer that a visitor got.
     *
     * @param carried epoch that the visitor showed
     * @param first release that the first part of the request used
     * @param second release that the second part used
     * @param whole whether both were loaded and verified on the node
     * @param began when the request was given its release
     */
    record Answered(
            String node,
            String visitor,
            long carried,
            long epoch,
            Group group,
            String first,
            String second,
            boolean whole,
            long began) {}

    void answered(Answered answer) {
        answers++;
        expect(answer.first().equals(answer.second()), "two releases in " + answer);
        expect(answer.whole(), "not loaded or not verified in " + answer);
        expect(answer.epoch() >= answer.carried(), "back in time in " + answer);
        Entry entry = tables.get(answer.epoch());
        if (entry == null) {
            expect(false, "of no table: " + answer);
            return;
        }
        Routing table = entry.table();
        Group group = table.group(answer.visitor(), "", true);
        expect(
                answer.first().equals(table.release(group)) || answer.first().equals(table.live()),
                "no release of its table: " + answer);
        expect(
                answer.epoch() >= promised || answer.began() <= decidedAt,
                "left behind by the switch: " + answer);
        Map.Entry<Long, Entry> next = tables.higherEntry(answer.epoch());
        if (next != null) {
            boolean near = table.switching() || !answer.first().equals(table.live());
            double lease = (near ? leases.near() : leases.far()).toNanos() / (1 - leases.drift());
            expect(
                    answer.began() - next.getValue().at() <= lease,
                    "followed "
                            + (answer.began() - next.getValue().at())
                            + " ns too long: "
                            + answer);
        }
    }

    /** A request of a stage was answered, so it may be counted. */
    void counts(String rollout, int stage) {
        counted.merge(rollout + "/" + stage, 1L, Long::sum);
    }

    /** After all faults are over, and long enough. */
    void ends(Slots row) {
        row.rollout()
                .ifPresent(rollout ->
                        expect(
                                rollout.state().isEnd(),
                                rollout.id() + " is still " + rollout.state()));
        for (String rollout : open) {
            expect(false, rollout + " is kept as one that has not ended");
        }
        for (String rollout : toldBegun) {
            expect(begun.contains(rollout), rollout + " was told to have begun and has not");
        }
        for (SimulatedNode node : nodes) {
            expect(node.settledOn(row.routing()), node + " has not settled on " + row.routing());
        }
    }

    private void expect(boolean holds, String otherwise) {
        if (!holds && violations.size() < MOST) {
            violations.add(agenda.now() / Agenda.MILLI + " ms: " + otherwise);
        }
    }
}
