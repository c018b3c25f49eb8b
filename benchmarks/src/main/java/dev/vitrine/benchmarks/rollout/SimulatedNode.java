package dev.vitrine.benchmarks.rollout;

import dev.vitrine.deployment.rollout.Follower;
import dev.vitrine.deployment.rollout.Group;
import dev.vitrine.deployment.rollout.Leases;
import dev.vitrine.deployment.rollout.NodeReport;
import dev.vitrine.deployment.rollout.Renewal;
import dev.vitrine.deployment.rollout.Routing;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * A node: follows the table by the class that serves, loads releases from its disk or from the
 * store, answers requests in two parts, and crashes with all that is only in its memory.
 */
final class SimulatedNode {
    private static final int MOST_WAITS = 6;

    private final String name;
    private final Agenda agenda;
    private final Network network;
    private final SimulatedRegistry registry;
    private final Ledger ledger;
    private final Leases leases;
    private final Broken broken;
    private final Clock clock;

    /** By release, whether its copy on the disk is whole. */
    private final Map<String, Boolean> disk = new HashMap<>();

    /** By release in memory, whether it was verified. */
    private final Map<String, Boolean> memory = new HashMap<>();

    private final Map<String, Integer> running = new HashMap<>();
    private final TreeMap<Long, Long> sent = new TreeMap<>();
    private Follower follower;
    private Optional<Routing> remembered = Optional.empty();
    private long renewedAt;
    private long receivedAt;
    private boolean up;
    private int life;

    /** Told to the registry, so that it knows one life from another. */
    private long number;

    SimulatedNode(
            String name,
            Agenda agenda,
            Network network,
            SimulatedRegistry registry,
            Ledger ledger,
            Leases leases,
            Broken broken) {
        this.name = name;
        this.agenda = agenda;
        this.network = network;
        this.registry = registry;
        this.ledger = ledger;
        this.leases = leases;
        this.broken = broken;
        this.clock = new Clock(agenda);
        this.number = agenda.random().nextLong();
        this.follower = new Follower(name, "north", leases, number);
    }

    void start() {
        if (up) {
            return;
        }
        up = true;
        life++;
        number = agenda.random().nextLong();
        follower = new Follower(name, "north", leases, number);
        sent.clear();
        if (broken == Broken.ANSWERS_BEFORE_IT_IS_HEARD && remembered.isPresent()) {
            NodeReport report = follower.report(clock.nanos());
            follower.learned(new Renewal(report.life(), report.sequence(), remembered.get()));
            reconcile();
        }
        renewals(life);
    }

    void crash(long down) {
        if (!up) {
            return;
        }
        up = false;
        life++;
        memory.clear();
        running.clear();
        agenda.in(down, this::start);
    }

    private void renewals(int born) {
        if (born != life) {
            return;
        }
        renew();
        agenda.in(agenda.between(150 * Agenda.MILLI, 250 * Agenda.MILLI), () -> renewals(born));
    }

    private void renew() {
        int born = life;
        long now = clock.nanos();
        NodeReport report = follower.report(now);
        sent.put(report.sequence(), now);
        network.send(
                name,
                () ->
                        registry.renew(
                                report,
                                renewal ->
                                        network.send(
                                                name,
                                                () -> {
                                                    if (born == life) {
                                                        learned(renewal);
                                                    }
                                                })));
    }

    private void learned(Renewal renewal) {
        follower.learned(renewal);
        Long at = renewal.life() == number ? sent.get(renewal.heard()) : null;
        if (at != null && at >= renewedAt) {
            renewedAt = at;
            receivedAt = clock.nanos();
            sent.headMap(renewal.heard()).clear();
        }
        remembered = follower.routing();
        reconcile();
    }

    private void reconcile() {
        for (String release : follower.toLoad()) {
            load(release);
        }
        for (String release : follower.toUnload()) {
            if (running.getOrDefault(release, 0) == 0 || broken == Broken.UNLOADS_AT_ONCE) {
                memory.remove(release);
                follower.unloaded(release);
            }
        }
    }

    /** From the disk where it is whole, else from the store; verified. */
    private void load(String release) {
        int born = life;
        Boolean copy = disk.get(release);
        boolean whole = Boolean.TRUE.equals(copy);
        boolean careless = broken == Broken.SKIPS_VERIFICATION;
        if (careless && copy != null) {
            agenda.in(50 * Agenda.MILLI, () -> loaded(born, release, whole));
            return;
        }
        if (!whole) {
            disk.put(release, false);
        }
        long time =
                whole
                        ? agenda.between(20 * Agenda.MILLI, 100 * Agenda.MILLI)
                        : agenda.between(100 * Agenda.MILLI, 2 * Agenda.SECOND);
        agenda.in(
                time,
                () -> {
                    if (born == life) {
                        disk.put(release, true);
                        loaded(born, release, Artefact.of(release).holds());
                    }
                });
    }

    private void loaded(int born, String release, boolean holds) {
        if (born != life) {
            return;
        }
        if (holds || broken == Broken.SKIPS_VERIFICATION) {
            memory.put(release, holds);
            follower.ready(release);
        } else {
            follower.failed(release, "its signature or one of its hashes does not hold");
        }
    }

    /**
     * A visitor asks.
     *
     * @param shown epoch of the visitor's last answer
     * @param reply gets the answer's epoch, or 0 for none
     */
    void request(String visitor, long shown, LongConsumer reply) {
        if (up) {
            request(visitor, shown, clock.nanos(), 0, reply);
        } else {
            reply.accept(0);
        }
    }

    private void request(String visitor, long shown, long arrived, int waits, LongConsumer reply) {
        int born = life;
        switch (answer(visitor, shown, arrived)) {
            case Follower.Answer.By by -> run(visitor, shown, by, reply);
            case Follower.Answer.Refused refused -> reply.accept(0);
            case Follower.Answer.Behind behind -> {
                if (waits == MOST_WAITS) {
                    reply.accept(0);
                    return;
                }
                renew();
                agenda.in(
                        30 * Agenda.MILLI,
                        () -> {
                            if (born == life) {
                                request(visitor, shown, arrived, waits + 1, reply);
                            } else {
                                reply.accept(0);
                            }
                        });
            }
        }
    }

    private Follower.Answer answer(String visitor, long shown, long arrived) {
        long now =
                switch (broken) {
                    case IGNORES_LEASE -> renewedAt;
                    case LEASE_FROM_RECEIPT -> clock.nanos() - (receivedAt - renewedAt);
                    default -> clock.nanos();
                };
        return follower.answer(
                visitor,
                broken == Broken.IGNORES_SHOWN_EPOCH ? 0 : shown,
                segment -> true,
                arrived,
                now);
    }

    private void run(String visitor, long shown, Follower.Answer.By by, LongConsumer reply) {
        int born = life;
        long began = agenda.now();
        boolean loaded = Boolean.TRUE.equals(memory.get(by.release()));
        running.merge(by.release(), 1, Integer::sum);
        count(by.group());
        long time =
                agenda.chance(.05)
                        ? agenda.between(300 * Agenda.MILLI, 2 * Agenda.SECOND)
                        : agenda.between(2 * Agenda.MILLI, 60 * Agenda.MILLI);
        agenda.in(
                time,
                () -> {
                    if (born != life) {
                        reply.accept(0);
                        return;
                    }
                    String second = by.release();
                    if (broken == Broken.LOOKS_TWICE
                            && answer(visitor, shown, clock.nanos())
                                    instanceof Follower.Answer.By again) {
                        second = again.release();
                    }
                    boolean whole = loaded && Boolean.TRUE.equals(memory.get(second));
                    ledger.answered(
                            new Ledger.Answered(
                                    name,
                                    visitor,
                                    shown,
                                    by.epoch(),
                                    by.group(),
                                    by.release(),
                                    second,
                                    whole,
                                    began));
                    running.merge(by.release(), -1, Integer::sum);
                    reconcile();
                    reply.accept(by.epoch());
                });
    }

    /** Counts a request of the stage, and tells the registry; what nothing measures is lost. */
    private void count(Group group) {
        Optional<Routing.Staged> staged = follower.routing().flatMap(Routing::staged);
        if (staged.isEmpty() || group == Group.LIVE || group == Group.AHEAD) {
            return;
        }
        Routing.Staged stage = staged.get();
        if (Artefact.of(stage.release()) == Artefact.SILENT) {
            return;
        }
        String rollout = SimulatedController.salt(stage.rollout());
        ledger.counts(rollout, stage.stage());
        boolean[] arrived = new boolean[1];
        network.send(
                name,
                () -> {
                    if (!arrived[0]) {
                        arrived[0] = true;
                        registry.measure(rollout + "/" + stage.stage(), 1);
                    }
                });
    }

    /** The table it follows. */
    long epoch() {
        return follower.routing().map(Routing::epoch).orElse(0L);
    }

    boolean has(String release) {
        return Boolean.TRUE.equals(memory.get(release));
    }

    /** Whether it would answer a visitor who shows nothing. */
    boolean answersNow() {
        return up && answer("visitor-0", 0, clock.nanos()) instanceof Follower.Answer.By;
    }

    /** Whether it answers by a table, and has in memory what that holds and nothing else. */
    boolean settledOn(Routing table) {
        return answer("visitor-0", 0, clock.nanos()) instanceof Follower.Answer.By by
                && by.release().equals(table.live())
                && by.epoch() == table.epoch()
                && memory.keySet().equals(table.hold());
    }

    @Override
    public String toString() {
        return name;
    }
}
