package dev.vitrine.benchmarks.rollout;

import dev.vitrine.deployment.rollout.Audience;
import dev.vitrine.deployment.rollout.Leases;
import dev.vitrine.deployment.rollout.RolloutEvent;
import dev.vitrine.deployment.rollout.RolloutMachine;
import dev.vitrine.deployment.rollout.RolloutPlan;
import dev.vitrine.deployment.rollout.Slots;
import dev.vitrine.deployment.rollout.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A registry, nodes, controllers, operators and visitors, with everything that goes wrong for the
 * first part of it. A seed says all of it.
 */
final class ReleaseWorld {
    private static final Leases LEASES =
            new Leases(Duration.ofSeconds(1), Duration.ofSeconds(5), Clock.DRIFT);
    private static final long FAULTS = 40 * Agenda.SECOND;
    private static final long LONGEST = 200 * Agenda.SECOND;
    private static final long CALM = 3 * Agenda.SECOND;
    private static final int VISITORS = 10;
    private static final Artefact[] CANDIDATES = {
        Artefact.GOOD,
        Artefact.GOOD,
        Artefact.GOOD,
        Artefact.HARMFUL,
        Artefact.SILENT,
        Artefact.UNSIGNED,
        Artefact.HALF
    };

    private final Agenda agenda;
    private final Network network;
    private final Ledger ledger;
    private final SimulatedRegistry registry;
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final List<SimulatedController> controllers = new ArrayList<>();
    private boolean calm;
    private int rollouts;

    /**
     * What came of a seed.
     *
     * @param violations none where all promises hold
     * @param decisions switches that were made
     * @param rollbacks live releases that were taken back
     */
    record Outcome(List<String> violations, long answers, long decisions, long rollbacks) {}

    private ReleaseWorld(long seed, Broken broken) {
        agenda = new Agenda(seed);
        network = new Network(agenda);
        ledger = new Ledger(agenda, LEASES);
        registry = new SimulatedRegistry(agenda, ledger, broken, Slots.of("shop", "GOOD-0"));
        RolloutMachine machine = new RolloutMachine(LEASES);
        int many = 3 + agenda.random().nextInt(3);
        for (int i = 0; i < many; i++) {
            nodes.add(
                    new SimulatedNode(
                            "node-" + i, agenda, network, registry, ledger, LEASES, broken));
        }
        for (int i = 0; i < 2; i++) {
            controllers.add(
                    new SimulatedController(
                            "controller-" + i,
                            agenda,
                            network,
                            registry,
                            ledger,
                            machine,
                            LEASES.near(),
                            broken));
        }
        ledger.watches(nodes);
    }

    static Outcome run(long seed, Broken broken) {
        ReleaseWorld world = new ReleaseWorld(seed, broken);
        try {
            return world.run();
        } catch (RuntimeException thrown) {
            // What the protocol takes for impossible has happened.
            return new Outcome(List.of("threw " + thrown), 0, 0, 0);
        }
    }

    private Outcome run() {
        nodes.forEach(SimulatedNode::start);
        controllers.forEach(SimulatedController::start);
        for (int v = 0; v < VISITORS; v++) {
            String visitor = "visitor-" + v;
            agenda.in(agenda.between(0, Agenda.SECOND), () -> ask(visitor, new long[1]));
        }
        long[] every = {
            agenda.between(2, 12) * Agenda.SECOND, agenda.between(2, 12) * Agenda.SECOND
        };
        agenda.in(every[0], () -> fault(every[0]));
        agenda.in(every[1], () -> fault(every[1]));
        agenda.in(2 * Agenda.SECOND, this::operate);
        agenda.runUntil(FAULTS);
        calm = true;
        network.heal();
        long end = FAULTS;
        boolean ended = false;
        while (end < LONGEST && !(ended && ledger.violations().isEmpty())) {
            end += CALM;
            agenda.runUntil(end);
            if (!ledger.violations().isEmpty()) {
                break;
            }
            // Once more as long after it has ended, so that nodes have followed.
            ended = ended(ended);
        }
        if (ledger.violations().isEmpty()) {
            ledger.ends(registry.row());
        }
        return new Outcome(
                List.copyOf(ledger.violations()),
                ledger.answers(),
                ledger.decisions(),
                ledger.rollbacks());
    }

    private boolean seenEnded;

    private boolean ended(boolean already) {
        boolean now = registry.row().rollout().map(r -> r.state().isEnd()).orElse(true);
        boolean twice = now && seenEnded;
        seenEnded = now;
        return already || twice;
    }

    private void ask(String visitor, long[] shown) {
        SimulatedNode node = nodes.get(agenda.random().nextInt(nodes.size()));
        node.request(
                visitor,
                shown[0],
                epoch -> {
                    shown[0] = Math.max(shown[0], epoch);
                    agenda.in(
                            agenda.between(50 * Agenda.MILLI, 400 * Agenda.MILLI),
                            () -> ask(visitor, shown));
                });
    }

    /** Something goes wrong, and again after a while. */
    private void fault(long every) {
        if (calm) {
            return;
        }
        SimulatedNode node = nodes.get(agenda.random().nextInt(nodes.size()));
        SimulatedController controller = controllers.get(agenda.random().nextInt(2));
        switch (agenda.random().nextInt(16)) {
            case 0, 1 -> node.crash(agenda.between(100 * Agenda.MILLI, 4 * Agenda.SECOND));
            case 2, 3 -> controller.crash(agenda.between(100 * Agenda.MILLI, 4 * Agenda.SECOND));
            case 4 -> registry.crash(agenda.between(50 * Agenda.MILLI, 2 * Agenda.SECOND));
            case 5 -> registry.crashInWrite(agenda.between(50 * Agenda.MILLI, 2 * Agenda.SECOND));
            case 6, 7, 8 ->
                    network.cut(
                            node.toString(),
                            agenda.between(500 * Agenda.MILLI, 15 * Agenda.SECOND));
            case 9, 10 ->
                    network.cut(
                            controller.toString(),
                            agenda.between(500 * Agenda.MILLI, 8 * Agenda.SECOND));
            case 11 -> registry.clock().jump();
            case 12, 13 ->
                    network.slow(
                            node.toString(), agenda.between(Agenda.SECOND, 15 * Agenda.SECOND));
            default -> {
                network.cut(node.toString(), agenda.between(Agenda.SECOND, 10 * Agenda.SECOND));
                agenda.in(
                        agenda.between(0, Agenda.SECOND),
                        () -> node.crash(agenda.between(50 * Agenda.MILLI, Agenda.SECOND)));
            }
        }
        agenda.in(agenda.between(every / 2, every), () -> fault(every));
    }

    /** Operators begin rollouts, sometimes two at once, and meddle with them. */
    private void operate() {
        if (calm) {
            return;
        }
        SimulatedController one = controllers.get(agenda.random().nextInt(2));
        switch (agenda.random().nextInt(12)) {
            case 0, 1, 2, 3, 4 -> one.begin(start());
            case 5 -> {
                controllers.get(0).begin(start());
                controllers.get(1).begin(start());
            }
            case 6, 7 -> {
                one.command(new RolloutEvent.Pause("operator", "to look at it"), 3);
                agenda.in(
                        agenda.between(Agenda.SECOND, 3 * Agenda.SECOND),
                        () -> one.command(new RolloutEvent.Resume("operator"), 3));
            }
            case 8 -> one.command(new RolloutEvent.Abort("operator", "not now"), 3);
            case 9, 10 -> {
                if (registry.row().routing().live().equals("GOOD-0") && agenda.chance(.8)) {
                    break;
                }
                one.command(
                        new RolloutEvent.Rollback("back-" + rollouts++, "operator", "to be safe"),
                        3);
            }
            default -> one.command(new RolloutEvent.Promote("operator", "it is fine"), 3);
        }
        agenda.in(agenda.between(Agenda.SECOND, 7 * Agenda.SECOND), this::operate);
    }

    private RolloutEvent.Start start() {
        int number = ++rollouts;
        Artefact artefact = CANDIDATES[agenda.random().nextInt(CANDIDATES.length)];
        RolloutPlan usual = RolloutPlan.of(artefact + "-" + number);
        List<Stage> stages = new ArrayList<>();
        if (agenda.chance(.8)) {
            if (agenda.chance(.4)) {
                stages.add(stage(Stage.Kind.SHADOW, 50));
            }
            stages.add(stage(Stage.Kind.CANARY, 20 + agenda.random().nextInt(30)));
            if (agenda.chance(.6)) {
                stages.add(stage(Stage.Kind.RAMP, 50 + agenda.random().nextInt(50)));
            }
        }
        return new RolloutEvent.Start(
                "rollout-" + number,
                new RolloutPlan(
                        usual.release(),
                        stages,
                        usual.judge(),
                        new RolloutPlan.Limits(
                                Duration.ofSeconds(8),
                                Duration.ofSeconds(12),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(4))),
                "operator");
    }

    private Stage stage(Stage.Kind kind, double percent) {
        return new Stage(
                kind,
                percent,
                Audience.everybody(),
                5 + agenda.random().nextInt(15),
                Duration.ofMillis(500),
                Duration.ofSeconds(12));
    }
}
