package dev.vitrine.server.cli;

import dev.vitrine.kernel.time.Progress;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/** Shows progress to people: a bar on a terminal, one line per ten seconds elsewhere. */
public final class TerminalProgress implements Progress {
    private static final Duration BAR_EVERY = Duration.ofMillis(100);
    private static final Duration LINE_EVERY = Duration.ofSeconds(10);
    private static final int BAR_WIDTH = 24;

    private final PrintStream out;
    private final InstantSource clock;
    private final boolean terminal;
    private String step = "";
    private String unit = "";
    private long total;
    private Instant started;
    private Instant shown;

    /**
     * @param terminal whether {@code out} is one that understands a carriage return
     */
    public TerminalProgress(PrintStream out, InstantSource clock, boolean terminal) {
        this.out = out;
        this.clock = clock;
        this.terminal = terminal;
        this.started = clock.instant();
        this.shown = started;
    }

    @Override
    public synchronized void start(String newStep, String newUnit, long newTotal) {
        step = newStep;
        unit = newUnit;
        total = newTotal;
        started = clock.instant();
        shown = started;
        if (terminal) {
            draw(0);
        }
    }

    @Override
    public synchronized void advance(long done) {
        Instant now = clock.instant();
        if (Duration.between(shown, now).compareTo(terminal ? BAR_EVERY : LINE_EVERY) < 0) {
            return;
        }
        shown = now;
        if (terminal) {
            draw(done);
        } else {
            out.println(line(done, Duration.between(started, now)));
        }
    }

    @Override
    public synchronized void finish(String summary) {
        double seconds = Duration.between(started, clock.instant()).toMillis() / 1000.0;
        out.printf(
                Locale.ROOT,
                "%s%-22s %s (%.1f s)%n",
                terminal ? "\r\u001b[K" : "",
                step,
                summary,
                seconds);
    }

    private void draw(long done) {
        StringBuilder bar = new StringBuilder("\r\u001b[K");
        if (total > 0) {
            int filled = (int) Math.min(BAR_WIDTH, BAR_WIDTH * done / total);
            bar.append(String.format(Locale.ROOT, "%-22s ", step));
            bar.append('[').repeat("=", filled).repeat(" ", BAR_WIDTH - filled).append("] ");
            bar.append(
                    line(done, Duration.between(started, clock.instant()))
                            .substring(step.length()));
        } else {
            bar.append(line(done, Duration.between(started, clock.instant())));
        }
        out.print(bar);
        out.flush();
    }

    /** Step, count, rate and time left as one line. */
    String line(long done, Duration elapsed) {
        double seconds = Math.max(elapsed.toMillis(), 1) / 1000.0;
        double rate = done / seconds;
        StringBuilder line = new StringBuilder(step).append(' ');
        if (total > 0) {
            line.append(String.format(Locale.ROOT, "%,d of %,d %s", done, total, unit));
        } else {
            line.append(String.format(Locale.ROOT, "%,d %s", done, unit));
        }
        line.append(String.format(Locale.ROOT, rate >= 100 ? ", %,.0f/s" : ", %.1f/s", rate));
        if (total > 0 && done > 0 && done < total) {
            line.append(", ").append(readable((long) ((total - done) / rate))).append(" left");
        }
        return line.toString();
    }

    private static String readable(long seconds) {
        if (seconds < 60) {
            return seconds + " s";
        }
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d min %d s", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d h %d min", seconds / 3600, seconds / 60 % 60);
    }
}
