package dev.vitrine.server.pipeline;

import dev.vitrine.kernel.time.Progress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Remembers how far a piece of work is, for the console, and passes everything on. */
public final class TrackedProgress implements Progress {
    private static final int KEPT_STEPS = 50;

    private final Progress next;
    private final InstantSource clock;
    private final List<String> finished = new ArrayList<>();
    private String step = "";
    private String unit = "";
    private long total;
    private long done;
    private long startedAt;

    public TrackedProgress(Progress next, InstantSource clock) {
        this.next = next;
        this.clock = clock;
    }

    /**
     * A look at one moment.
     *
     * @param step empty when nothing is being done
     * @param total 0 when unknown
     * @param ratePerSecond of the current step; 0 before the first unit
     * @param secondsLeft of the current step; NaN when unknown
     * @param steps what was finished, oldest first, one line each
     */
    public record Look(
            String step,
            String unit,
            long done,
            long total,
            double ratePerSecond,
            double secondsLeft,
            List<String> steps) {}

    @Override
    public synchronized void start(String newStep, String newUnit, long newTotal) {
        step = newStep;
        unit = newUnit;
        total = newTotal;
        done = 0;
        startedAt = clock.millis();
        next.start(newStep, newUnit, newTotal);
    }

    @Override
    public synchronized void advance(long newDone) {
        done = newDone;
        next.advance(newDone);
    }

    @Override
    public synchronized void finish(String summary) {
        if (finished.size() == KEPT_STEPS) {
            finished.removeFirst();
        }
        finished.add(step + ": " + summary);
        step = "";
        next.finish(summary);
    }

    public synchronized Look look() {
        double seconds = Math.max(1, clock.millis() - startedAt) / 1000.0;
        double rate = step.isEmpty() ? 0 : done / seconds;
        double left = total > 0 && rate > 0 ? Math.max(0, total - done) / rate : Double.NaN;
        return new Look(step, unit, done, total, rate, left, List.copyOf(finished));
    }

    /** Forgets the steps of the work before. */
    public synchronized void clear() {
        finished.clear();
        step = "";
    }
}
