package dev.vitrine.benchmarks.rollout;

import dev.vitrine.deployment.rollout.NodeReport;
import dev.vitrine.deployment.rollout.Rollout;
import dev.vitrine.deployment.rollout.Rollout.State;
import dev.vitrine.deployment.rollout.RolloutController;
import dev.vitrine.deployment.rollout.RolloutEvent;
import dev.vitrine.deployment.rollout.RolloutMachine;
import dev.vitrine.deployment.rollout.RolloutStep;
import dev.vitrine.deployment.rollout.Routing;
import dev.vitrine.deployment.rollout.Slots;
import dev.vitrine.deployment.rollout.Stage;
import dev.vitrine.deployment.rollout.judge.Decision;
import dev.vitrine.deployment.rollout.judge.Verdict;
import dev.vitrine.kernel.error.VitrineException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A controller, and the place where operators' commands come in: reads, steps by the classes that
 * serve, and writes. In place of the judge, which has a measurement of its own, it knows what the
 * candidate is like, once enough requests are counted.
 */
final class SimulatedController {
    private static final int MOST_TRIES = 5;

    private final String name;
    private final Agenda agenda;
    private final Network network;
    private final SimulatedRegistry registry;
    private final Ledger ledger;
    private final RolloutMachine machine;
    private final Duration near;
    private final Broken broken;
    private final Clock clock;
    private final Map<String, long[]> silent = new HashMap<>();
    private RolloutController controller;
    private boolean anew;
    private long doctored;
    private boolean up;
    private int life;

    SimulatedController(
            String name,
            Agenda agenda,
            Network network,
            SimulatedRegistry registry,
            Ledger ledger,
            RolloutMachine machine,
            Duration near,
            Broken broken) {
        this.name = name;
        this.agenda = agenda;
        this.network = network;
        this.registry = registry;
        this.ledger = ledger;
        this.machine = machine;
        this.near = near;
        this.broken = broken;
        this.clock = new Clock(agenda);
        this.controller = new RolloutController(machine);
    }

    void start() {
        if (up) {
            return;
        }
        up = true;
        life++;
        controller = new RolloutController(machine);
        silent.clear();
        passes(life);
    }

    void crash(long down) {
        if (up) {
            up = false;
            life++;
            anew = true;
            agenda.in(down, this::start);
        }
    }

    private void passes(int born) {
        if (born != life) {
            return;
        }
        read(born, reading -> pass(born, reading));
        agenda.in(agenda.between(150 * Agenda.MILLI, 350 * Agenda.MILLI), () -> passes(born));
    }

    /** Asks for the row; an answer that comes twice counts once. */
    private void read(int born, Consumer<SimulatedRegistry.Reading> then) {
        boolean[] answered = new boolean[1];
        network.send(
                name,
                () ->
                        registry.read(reading ->
                                network.send(
                                        name,
                                        () -> {
                                            if (born == life && !answered[0]) {
                                                answered[0] = true;
                                                then.accept(reading);
                                            }
                                        })));
    }

    private void pass(int born, SimulatedRegistry.Reading reading) {
        RolloutController.Snapshot snapshot = doctored(reading.snapshot());
        Slots slots = snapshot.slots();
        if (slots.rollout().isEmpty()) {
            return;
        }
        RolloutStep step =
                agenda.chance(.5)
                        ? judged(snapshot, reading.measured())
                        : controller.tick(snapshot, clock.nanos());
        if (broken == Broken.FORGETS_STATE && anew && slots.rollout().get().isInMotion()) {
            Rollout rollout = slots.rollout().get();
            Slots blank =
                    new Slots(slots.config(), slots.version(), slots.routing(), Optional.empty());
            if (!slots.routing().live().equals(rollout.candidate())) {
                step =
                        machine.step(
                                blank,
                                new RolloutEvent.Start(rollout.id(), rollout.plan(), name),
                                snapshot.now());
            }
        }
        anew = false;
        if (step.next().version() != slots.version()) {
            write(born, slots.version(), changed(step), won -> {});
        }
    }

    private void write(int born, long expected, RolloutStep next, Consumer<Boolean> told) {
        network.send(
                name,
                () ->
                        registry.write(
                                expected,
                                next,
                                won ->
                                        network.send(
                                                name,
                                                () -> {
                                                    if (born == life) {
                                                        told.accept(won);
                                                    }
                                                })));
    }

    private RolloutStep judged(RolloutController.Snapshot snapshot, Map<String, Long> measured) {
        Rollout rollout = snapshot.slots().rollout().orElseThrow();
        if (rollout.plan().stages().isEmpty() || rollout.state().isEnd()) {
            return new RolloutStep(snapshot.slots(), List.of());
        }
        Stage stage = rollout.currentStage();
        long requests = measured.getOrDefault(rollout.id() + "/" + rollout.stage(), 0L);
        long wanted = stage.minRequests();
        Decision decision =
                requests == 0
                        ? Decision.INCONCLUSIVE
                        : Artefact.of(rollout.candidate()) == Artefact.HARMFUL
                                ? requests * 2 >= wanted ? Decision.FAIL : Decision.INCONCLUSIVE
                                : requests >= wanted ? Decision.PASS : Decision.INCONCLUSIVE;
        if (requests == 0 && broken == Broken.NO_DATA_PASSES) {
            decision = Decision.PASS;
            requests = wanted;
        }
        return machine.step(
                snapshot.slots(),
                new RolloutEvent.Judged(
                        rollout.stage(),
                        rollout.evidence(),
                        new Verdict(decision, decision.name(), requests, List.of()),
                        false),
                snapshot.now());
    }

    /** An operator begins a rollout, and is told what came of it. */
    void begin(RolloutEvent.Start start) {
        command(start, MOST_TRIES);
    }

    /** An operator wants something of the rollout in motion. */
    void command(RolloutEvent.Command command, int tries) {
        int born = life;
        if (!up || tries == 0) {
            return;
        }
        read(
                born,
                reading -> {
                    Slots slots = reading.snapshot().slots();
                    RolloutStep step;
                    try {
                        step = machine.step(slots, command, reading.snapshot().now());
                    } catch (VitrineException refused) {
                        return;
                    }
                    if (command instanceof RolloutEvent.Promote) {
                        slots.rollout().ifPresent(rollout -> ledger.skips(rollout.id()));
                    }
                    if (command instanceof RolloutEvent.Resume
                            && broken == Broken.RESUMES_IN_NEXT_STAGE) {
                        step = new RolloutStep(inNextStage(step.next()), step.actions());
                    }
                    write(
                            born,
                            slots.version(),
                            changed(step),
                            won -> {
                                if (command instanceof RolloutEvent.Start start
                                        && (won || broken == Broken.TELLS_LOSERS_THAT_THEY_WON)) {
                                    ledger.told(start.id());
                                } else if (!won) {
                                    command(command, tries - 1);
                                }
                            });
                });
    }

    private static Slots inNextStage(Slots slots) {
        Rollout r = slots.rollout().orElseThrow();
        int next = r.stage() + 1;
        boolean last = next >= r.plan().stages().size();
        State state =
                last ? State.PROMOTING : State.valueOf(r.plan().stages().get(next).kind().name());
        if (!r.state().isStage()) {
            return slots;
        }
        Rollout skipped =
                new Rollout(
                        r.id(),
                        r.plan(),
                        r.previous(),
                        r.who(),
                        r.aim(),
                        state,
                        last ? r.stage() : next,
                        r.resume(),
                        r.ending(),
                        r.reason(),
                        r.times(),
                        r.evidence(),
                        Verdict.nothing(),
                        r.looked(),
                        r.history());
        return new Slots(slots.config(), slots.version(), slots.routing(), Optional.of(skipped));
    }

    /** What a broken controller makes of what it read. */
    private RolloutController.Snapshot doctored(RolloutController.Snapshot read) {
        Routing routing = read.slots().routing();
        Instant now = broken == Broken.NO_TIME_LIMITS ? Instant.EPOCH : read.now();
        List<NodeReport> nodes = new ArrayList<>();
        for (NodeReport report : read.nodes()) {
            boolean promises = broken == Broken.SWITCHES_WITHOUT_PROMISES;
            boolean loaded = broken == Broken.SWITCHES_BEFORE_ALL_HAVE_LOADED;
            if (broken == Broken.TAKES_SILENCE_FOR_DEATH && fellSilent(report)) {
                continue;
            }
            nodes.add(
                    promises || loaded
                            ? new NodeReport(
                                    report.node(),
                                    report.life(),
                                    promises ? ++doctored : report.sequence(),
                                    promises ? routing.epoch() : report.epoch(),
                                    promises ? routing.switching() : report.switching(),
                                    loaded ? routing.hold() : report.ready(),
                                    report.failed(),
                                    report.site())
                            : report);
        }
        return new RolloutController.Snapshot(read.slots(), nodes, now);
    }

    private boolean fellSilent(NodeReport report) {
        long now = clock.nanos();
        long[] seen = silent.get(report.node());
        if (seen == null || seen[0] != report.sequence()) {
            silent.put(report.node(), new long[] {report.sequence(), now});
            return false;
        }
        return now - seen[1] > near.toNanos();
    }

    /** What a broken controller writes. */
    private RolloutStep changed(RolloutStep step) {
        Slots next = step.next();
        if (broken != Broken.MOVES_VISITORS || next.routing().staged().isEmpty()) {
            return step;
        }
        Routing routing = next.routing();
        Routing.Staged staged = routing.staged().get();
        Routing.Staged moved =
                new Routing.Staged(
                        salt(staged.rollout()) + "#" + staged.stage(),
                        staged.stage(),
                        staged.release(),
                        staged.kind(),
                        staged.share(),
                        staged.audience());
        Slots other =
                new Slots(
                        next.config(),
                        next.version(),
                        new Routing(
                                routing.epoch(),
                                routing.live(),
                                Optional.of(moved),
                                routing.switching(),
                                routing.hold()),
                        next.rollout());
        return new RolloutStep(other, step.actions(), step.overtaken());
    }

    /** The rollout that a table names. */
    static String salt(String rollout) {
        int end = rollout.indexOf('#');
        return end < 0 ? rollout : rollout.substring(0, end);
    }

    @Override
    public String toString() {
        return name;
    }
}
