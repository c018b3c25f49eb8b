package dev.vitrine.benchmarks.rollout;

import dev.vitrine.deployment.rollout.NodeReport;
import dev.vitrine.deployment.rollout.Renewal;
import dev.vitrine.deployment.rollout.Rollout;
import dev.vitrine.deployment.rollout.RolloutController;
import dev.vitrine.deployment.rollout.RolloutStep;
import dev.vitrine.deployment.rollout.Slots;
import dev.vitrine.deployment.rollout.SlotsJson;
import dev.vitrine.kernel.error.VitrineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The registry: one row, changed by compare-and-set, on a disk that takes a moment. It crashes in
 * the middle of writes; what it said it has written is there afterwards, and what it was writing is
 * there whole or not at all.
 */
final class SimulatedRegistry {
    private final Agenda agenda;
    private final Clock clock;
    private final Ledger ledger;
    private final Broken broken;
    private final Map<String, NodeReport> reports = new TreeMap<>();
    private final Map<String, Long> measured = new TreeMap<>();
    private final List<Pending> writing = new ArrayList<>();
    private Slots row;
    private Slots onDisk;
    private boolean up = true;
    private int life;
    private long crashInWrite;

    private record Pending(RolloutStep step, Runnable acknowledge, int life) {
        Slots next() {
            return step.next();
        }
    }

    SimulatedRegistry(Agenda agenda, Ledger ledger, Broken broken, Slots first) {
        this.agenda = agenda;
        this.clock = new Clock(agenda);
        this.ledger = ledger;
        this.broken = broken;
        this.row = first;
        this.onDisk = first;
        ledger.begins(first);
    }

    Slots row() {
        return row;
    }

    Clock clock() {
        return clock;
    }

    /** A node renews its lease. */
    void renew(NodeReport report, Consumer<Renewal> answer) {
        if (!up) {
            return;
        }
        NodeReport before = reports.get(report.node());
        NodeReport kept = before == null || before.sequence() < report.sequence() ? report : before;
        reports.put(report.node(), kept);
        answer.accept(new Renewal(kept.life(), kept.sequence(), row.routing()));
    }

    /** A node has counted requests of a stage; each message once. */
    void measure(String stage, long requests) {
        if (up) {
            measured.merge(stage, requests, Long::sum);
        }
    }

    /** A controller reads row, reports and counts. */
    void read(Consumer<Reading> answer) {
        if (up) {
            answer.accept(
                    new Reading(
                            new RolloutController.Snapshot(
                                    row, List.copyOf(reports.values()), clock.wall()),
                            Map.copyOf(measured)));
        }
    }

    /** What a controller reads. */
    record Reading(RolloutController.Snapshot snapshot, Map<String, Long> measured) {}

    /** A compare-and-set: answers whether it was won, once it is on the disk. */
    void write(long expected, RolloutStep step, Consumer<Boolean> answer) {
        if (!up) {
            return;
        }
        boolean taken = !writing.isEmpty() || row.version() != expected;
        if (taken && broken != Broken.NO_COMPARE_AND_SET) {
            answer.accept(false);
            return;
        }
        boolean early = broken == Broken.ACKNOWLEDGES_TOO_EARLY;
        if (early) {
            change(step);
            answer.accept(true);
        }
        Pending pending = new Pending(step, () -> answer.accept(true), life);
        writing.add(pending);
        if (crashInWrite > 0) {
            long down = crashInWrite;
            crashInWrite = 0;
            agenda.in(Agenda.MILLI / 2, () -> crash(down));
        }
        long disk = early ? agenda.between(50 * Agenda.MILLI, 500 * Agenda.MILLI) : 0;
        agenda.in(
                disk + agenda.between(Agenda.MILLI, 20 * Agenda.MILLI),
                () -> written(pending, early));
    }

    private void written(Pending pending, boolean early) {
        if (pending.life() != life) {
            return;
        }
        writing.remove(pending);
        onDisk = pending.next();
        if (!early) {
            change(pending.step());
            pending.acknowledge().run();
        }
    }

    private void change(RolloutStep step) {
        ledger.changes(row, step.next(), step.overtaken());
        row = step.next();
    }

    /** As {@link #crash}, in the middle of the next write. */
    void crashInWrite(long down) {
        crashInWrite = down;
    }

    /** Stops, in the middle of what it was writing, and comes back after a while. */
    void crash(long down) {
        if (!up) {
            return;
        }
        up = false;
        life++;
        Slots recovered = recover();
        Optional<Rollout> overtaken =
                writing.isEmpty() ? Optional.empty() : writing.getLast().step().overtaken();
        writing.clear();
        agenda.in(
                down,
                () -> {
                    up = true;
                    if (recovered.version() != row.version()) {
                        ledger.changes(row, recovered, overtaken);
                    }
                    row = recovered;
                    onDisk = recovered;
                });
    }

    /** What the disk has: the last row that was written, or the one that was being written. */
    private Slots recover() {
        if (writing.isEmpty()) {
            return onDisk;
        }
        Slots next = writing.getLast().next();
        String text = SlotsJson.write(next);
        String found =
                agenda.chance(.3)
                        ? text
                        : text.substring(0, agenda.random().nextInt(text.length()));
        try {
            return SlotsJson.read(found);
        } catch (VitrineException torn) {
            return broken == Broken.READS_TORN_ROWS
                    ? new Slots(onDisk.config(), next.version(), next.routing(), onDisk.rollout())
                    : onDisk;
        }
    }
}
