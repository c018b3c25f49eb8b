package dev.vitrine.benchmarks.serving;

import dev.vitrine.benchmarks.load.Hiccups;
import dev.vitrine.server.cli.Figures;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One kind of request at one rate, its runs counted together. A run during which the machine was
 * not quiet is repeated.
 */
final class SteadyLoad {
    static final Duration PROBE = Duration.ofSeconds(10);

    /** A run is repeated when the machine's own noise is more than this share of the bound. */
    private static final double NOISE_SHARE = 0.2;

    private static final int MOST_RUNS = 3;
    private static final int ROUNDS = 3;

    private final OpenLoop loop;
    private final String kind;
    private final double rate;
    private final double boundMs;
    private final PrintStream out;
    private int next;
    private int asked;
    private int failed;
    private int empty;
    private double hiccup;

    /**
     * @param rate requests a second
     * @param boundMs what the 99th percentile is to stay under
     */
    SteadyLoad(OpenLoop loop, String kind, double rate, double boundMs, PrintStream out) {
        this.loop = loop;
        this.kind = kind;
        this.rate = rate;
        this.boundMs = boundMs;
        this.out = out;
    }

    String kind() {
        return kind;
    }

    double rate() {
        return rate;
    }

    /** Requests of the runs that count. */
    int asked() {
        return asked;
    }

    int failed() {
        return failed;
    }

    int empty() {
        return empty;
    }

    /** The worst 99th percentile of the machine's own noise. */
    double hiccup() {
        return hiccup;
    }

    /**
     * One round of warming up, each at a higher rate.
     *
     * @param round from 1 to 3
     */
    void warmUp(int round) throws InterruptedException {
        run(rate * round / ROUNDS, PROBE);
    }

    /**
     * Runs until one was quiet, at most {@value #MOST_RUNS} times.
     *
     * @return the last, whose figures were put
     */
    OpenLoop.Run measure(Figures figures, Duration length) throws InterruptedException {
        List<OpenLoop.Run> runs = new ArrayList<>();
        boolean quiet = false;
        while (!quiet && runs.size() < MOST_RUNS) {
            Hiccups hiccups = new Hiccups();
            OpenLoop.Run run = counted(length);
            double noise = heard(hiccups);
            quiet = noise <= boundMs * NOISE_SHARE;
            runs.add(run);
            say(kind, rate, run, noise);
        }
        put(figures, runs);
        figures.put(kind + "Runs", runs.size());
        return runs.getLast();
    }

    /** A run at the rate whose failures count. */
    OpenLoop.Run counted(Duration length) throws InterruptedException {
        OpenLoop.Run run = run(rate, length);
        asked += run.requests();
        failed += run.failed();
        empty += run.empty();
        return run;
    }

    /** A run that counts for nothing but itself. */
    OpenLoop.Run run(double perSecond, Duration length) throws InterruptedException {
        int first = next;
        next += (int) (perSecond * length.toMillis() / 1000);
        return loop.run(first, perSecond, length);
    }

    /** Ends a watch over the machine's noise; its 99th percentile in milliseconds. */
    double heard(Hiccups hiccups) throws InterruptedException {
        double noise = hiccups.p99Ms();
        hiccup = Math.max(hiccup, noise);
        return noise;
    }

    /** The figures of the last run, the only quiet one if there is any; spread over all of them. */
    private void put(Figures figures, List<OpenLoop.Run> runs) {
        OpenLoop.Run last = runs.getLast();
        double least = Double.MAX_VALUE;
        double most = 0;
        for (OpenLoop.Run run : runs) {
            least = Math.min(least, run.percentile(0.99));
            most = Math.max(most, run.percentile(0.99));
        }
        figures.put(kind + "P50Ms", last.percentile(0.5));
        figures.put(kind + "P99Ms", last.percentile(0.99), least, most);
        figures.put(kind + "RequestsPerSecond", last.answeredPerSecond());
    }

    void say(String what, double perSecond, OpenLoop.Run run, double noise) {
        out.printf(
                Locale.ROOT,
                "%s at %.0f/s: p50 %.2f ms, p99 %.2f ms, %d failed, %d empty%s%n",
                what,
                perSecond,
                run.percentile(0.5),
                run.percentile(0.99),
                run.failed(),
                run.empty(),
                Double.isNaN(noise) ? "" : String.format(Locale.ROOT, ", hiccup %.2f ms", noise));
    }
}
