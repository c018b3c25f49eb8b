package dev.vitrine.benchmarks.rollout;

import java.util.HashSet;
import java.util.Set;

/** Carries messages to the registry and back: late, twice, or not at all. */
final class Network {
    private final Agenda agenda;
    private final Set<String> cutOff = new HashSet<>();
    private final Set<String> slow = new HashSet<>();
    private final double loss;
    private final double doubled;
    private final double late;
    private boolean faulty = true;

    Network(Agenda agenda) {
        this.agenda = agenda;
        this.loss = agenda.random().nextInt(3) * .03;
        this.doubled = agenda.random().nextInt(3) * .03;
        this.late = agenda.random().nextInt(3) * .04;
    }

    /** Cuts somebody off from the registry for a while. */
    void cut(String who, long time) {
        cutOff.add(who);
        agenda.in(time, () -> cutOff.remove(who));
    }

    /** Makes everything that somebody sends or is sent slow for a while. */
    void slow(String who, long time) {
        slow.add(who);
        agenda.in(time, () -> slow.remove(who));
    }

    void heal() {
        faulty = false;
        cutOff.clear();
        slow.clear();
    }

    /** A message between somebody and the registry, in either direction. */
    void send(String who, Runnable arrives) {
        if (faulty && agenda.chance(doubled)) {
            carry(who, arrives);
        }
        carry(who, arrives);
    }

    private void carry(String who, Runnable arrives) {
        if (faulty && agenda.chance(loss)) {
            return;
        }
        long delay =
                slow.contains(who)
                        ? agenda.between(800 * Agenda.MILLI, 1_500 * Agenda.MILLI)
                        : faulty && agenda.chance(late)
                                ? agenda.between(100 * Agenda.MILLI, 3 * Agenda.SECOND)
                                : agenda.between(Agenda.MILLI, 10 * Agenda.MILLI);
        // Who is cut off while it is on the way does not get it, nor is heard.
        agenda.in(
                delay,
                () -> {
                    if (!cutOff.contains(who)) {
                        arrives.run();
                    }
                });
    }
}
