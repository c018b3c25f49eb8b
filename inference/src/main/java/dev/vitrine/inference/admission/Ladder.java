package dev.vitrine.inference.admission;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Answers from the best to the cheapest, and which of them is given now.
 *
 * <p>Pressure is a number from 0 to 1, smoothed over {@value #SMOOTHING_MILLIS} ms. When it has
 * been high for some time the ladder goes one step down, and when it has been low for a longer time
 * one step up; between the two bounds nothing changes. A step down takes the load away that caused
 * it, so that low pressure alone does not say that the step above would hold: when a step up is
 * followed by a step down within the time that it waited for, the next one waits twice as long, up
 * to {@value #LONGEST_PATIENCE} times. Time without requests counts as time without pressure.
 */
public final class Ladder {
    private static final int SMOOTHING_MILLIS = 200;
    private static final int LONGEST_PATIENCE = 16;

    /** Requests that come sooner after each other than this are seen as one. */
    private static final long BETWEEN_NANOS = 5_000_000;

    /** A longer silence is calm. */
    private static final long SILENCE_NANOS = 1_000_000_000;

    private final List<String> steps;
    private final LadderSettings settings;
    private final Listener listener;
    private final ReentrantLock looking = new ReentrantLock();
    private volatile int step;
    private volatile long lookedAt;
    private double pressure;
    private long highSince;
    private boolean high;
    private long lowSince;
    private boolean low;
    private long steppedUpAt;
    private int patience = 1;
    private boolean wentUp;

    /** Is told of every change. */
    public interface Listener {
        void changed(String from, String to, double pressure);
    }

    /**
     * @param steps names of the answers, the best first, at least one
     * @param now monotonic, in nanoseconds
     */
    public Ladder(List<String> steps, LadderSettings settings, long now, Listener listener) {
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("a ladder has at least one step");
        }
        this.steps = List.copyOf(steps);
        this.settings = settings;
        this.listener = listener;
        this.lookedAt = now;
    }

    public List<String> steps() {
        return steps;
    }

    /** The step that is given now, 0 for the best. */
    public int step() {
        return step;
    }

    /**
     * Looks at the pressure, at each request.
     *
     * @return the step that is given now
     */
    public int look(long now, double current) {
        if (steps.size() > 1 && now - lookedAt >= BETWEEN_NANOS && looking.tryLock()) {
            try {
                update(now, current);
            } finally {
                looking.unlock();
            }
        }
        return step;
    }

    private void update(long now, double current) {
        long since = now - lookedAt;
        long before = lookedAt;
        lookedAt = now;
        double kept = Math.exp(-since / (SMOOTHING_MILLIS * 1e6));
        pressure = kept * pressure + (1 - kept) * current;
        boolean silent = since >= SILENCE_NANOS;
        if (silent) {
            high = false;
        }
        if (pressure >= settings.high()) {
            low = false;
            if (!high) {
                high = true;
                highSince = now;
            }
            if (now - highSince >= settings.downAfter().toNanos() && step < steps.size() - 1) {
                down(now);
            }
        } else {
            high = false;
            if (pressure > settings.low() && !silent) {
                low = false;
                return;
            }
            if (!low) {
                low = true;
                lowSince = silent ? before : now;
            }
            while (step > 0 && now - lowSince >= calm()) {
                lowSince += calm();
                up(now);
            }
        }
    }

    private long calm() {
        return patience * settings.upAfter().toNanos();
    }

    private void down(long now) {
        if (wentUp && now - steppedUpAt < calm()) {
            patience = Math.min(LONGEST_PATIENCE, 2 * patience);
        } else {
            patience = 1;
        }
        highSince = now;
        move(step + 1);
    }

    private void up(long now) {
        steppedUpAt = now;
        wentUp = true;
        move(step - 1);
    }

    private void move(int to) {
        int from = step;
        step = to;
        listener.changed(steps.get(from), steps.get(to), pressure);
    }
}
