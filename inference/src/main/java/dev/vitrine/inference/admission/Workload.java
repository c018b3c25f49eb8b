package dev.vitrine.inference.admission;

import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The work that was admitted and is not done, of all models that share the same processors: how
 * many requests are inside, and what each is expected to cost. Divided by the processors it is how
 * long a newcomer waits.
 */
public final class Workload {
    private final int processors;
    private final CopyOnWriteArrayList<Admission> doors = new CopyOnWriteArrayList<>();

    public Workload(int processors) {
        if (processors < 1) {
            throw new IllegalArgumentException("processors " + processors);
        }
        this.processors = processors;
    }

    public int processors() {
        return processors;
    }

    void add(Admission door) {
        doors.add(door);
    }

    void remove(Admission door) {
        doors.remove(door);
    }

    /** How long what is inside keeps all processors busy; 0 while one of them is free. */
    public long aheadNanos() {
        long inside = 0;
        long nanos = 0;
        for (Admission door : doors) {
            int of = door.inside();
            inside += of;
            nanos += of * door.costNanos();
        }
        return inside < processors ? 0 : nanos / processors;
    }
}
