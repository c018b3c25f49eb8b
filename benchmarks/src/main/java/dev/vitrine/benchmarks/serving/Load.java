package dev.vitrine.benchmarks.serving;

import dev.vitrine.benchmarks.load.Hiccups;
import dev.vitrine.server.cli.Figures;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The runs against one server, in order: each kind alone, both together, and as fast as it goes.
 */
final class Load {
    static final double RECOMMEND_RATE = 300;
    static final double SEARCH_RATE = 200;
    private static final double RECOMMEND_BOUND_MS = 15;
    private static final double SEARCH_BOUND_MS = 30;
    private static final double HIGHEST_BOUND_MS = 50;

    /** A run is repeated when the machine's own noise is more than this share of the bound. */
    private static final double NOISE_SHARE = 0.2;

    private static final int MOST_RUNS = 3;
    private static final Duration PROBE = Duration.ofSeconds(10);
    private static final int BISECTIONS = 4;
    private static final double MOST_RATE = 20_000;

    private final OpenLoop recommend;
    private final OpenLoop search;
    private final Duration length;
    private final PrintStream out;
    private int nextRecommend;
    private int nextSearch;
    private int failed;
    private int empty;
    private double hiccup;

    Load(
            HttpClient client,
            OpenLoop.Kind recommend,
            OpenLoop.Kind search,
            int seconds,
            PrintStream out) {
        this.recommend = new OpenLoop(client, recommend);
        this.search = new OpenLoop(client, search);
        this.length = Duration.ofSeconds(seconds);
        this.out = out;
    }

    void measure(Figures figures) throws InterruptedException {
        warmUp();
        alone(figures, "recommend", RECOMMEND_RATE, RECOMMEND_BOUND_MS);
        alone(figures, "search", SEARCH_RATE, SEARCH_BOUND_MS);
        together(figures);
        figures.put("failedRequests", failed);
        figures.put("emptyAnswers", empty);
        figures.put("hiccupP99Ms", hiccup);
        figures.put("highestRecommendRequestsPerSecond", highest("recommend", RECOMMEND_RATE));
        figures.put("highestSearchRequestsPerSecond", highest("search", SEARCH_RATE));
    }

    private void warmUp() throws InterruptedException {
        out.println("warming up");
        for (int round = 1; round <= 3; round++) {
            run("recommend", RECOMMEND_RATE * round / 3, PROBE);
            run("search", SEARCH_RATE * round / 3, PROBE);
        }
    }

    private void alone(Figures figures, String kind, double rate, double bound)
            throws InterruptedException {
        List<OpenLoop.Run> runs = new ArrayList<>();
        boolean quiet = false;
        while (!quiet && runs.size() < MOST_RUNS) {
            Hiccups hiccups = new Hiccups();
            OpenLoop.Run run = run(kind, rate, length);
            double noise = hiccups.p99Ms();
            count(run);
            hiccup = Math.max(hiccup, noise);
            quiet = noise <= bound * NOISE_SHARE;
            runs.add(run);
            say(kind, rate, run, noise);
        }
        put(figures, kind, runs);
        figures.put(kind + "Runs", runs.size());
    }

    private void together(Figures figures) throws InterruptedException {
        Hiccups hiccups = new Hiccups();
        FutureTask<OpenLoop.Run> other = new FutureTask<>(() -> run("search", SEARCH_RATE, length));
        Thread.ofPlatform().name("search-load").start(other);
        OpenLoop.Run first = run("recommend", RECOMMEND_RATE, length);
        OpenLoop.Run second;
        try {
            second = other.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the searches beside recommendations failed", e);
        }
        double noise = hiccups.p99Ms();
        hiccup = Math.max(hiccup, noise);
        count(first);
        count(second);
        say("recommend beside search", RECOMMEND_RATE, first, noise);
        say("search beside recommend", SEARCH_RATE, second, noise);
        figures.put("togetherRecommendP99Ms", first.percentile(0.99));
        figures.put("togetherSearchP99Ms", second.percentile(0.99));
    }

    /**
     * The highest rate whose p99 stays under 50 ms without an error; 0 when even the first fails.
     */
    private double highest(String kind, double start) throws InterruptedException {
        double good = 0;
        double rate = start;
        while (rate <= MOST_RATE && holds(kind, rate)) {
            good = rate;
            rate *= 2;
        }
        double bad = rate;
        for (int i = 0; i < BISECTIONS && good > 0 && bad <= MOST_RATE; i++) {
            double middle = Math.rint((good + bad) / 2);
            if (holds(kind, middle)) {
                good = middle;
            } else {
                bad = middle;
            }
        }
        return good;
    }

    private boolean holds(String kind, double rate) throws InterruptedException {
        OpenLoop.Run run = run(kind, rate, PROBE);
        say(kind, rate, run, Double.NaN);
        return run.failed() == 0 && run.percentile(0.99) < HIGHEST_BOUND_MS;
    }

    private OpenLoop.Run run(String kind, double rate, Duration time) throws InterruptedException {
        int requests = (int) (rate * time.toMillis() / 1000);
        if (kind.equals("recommend")) {
            int first = nextRecommend;
            nextRecommend += requests;
            return recommend.run(first, rate, time);
        }
        int first = nextSearch;
        nextSearch += requests;
        return search.run(first, rate, time);
    }

    private void count(OpenLoop.Run run) {
        failed += run.failed();
        empty += run.empty();
    }

    /** The figures of the last run, the only quiet one if there is any; spread over all of them. */
    private static void put(Figures figures, String kind, List<OpenLoop.Run> runs) {
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

    private void say(String kind, double rate, OpenLoop.Run run, double noise) {
        out.printf(
                Locale.ROOT,
                "%s at %.0f/s: p50 %.2f ms, p99 %.2f ms, %d failed, %d empty%s%n",
                kind,
                rate,
                run.percentile(0.5),
                run.percentile(0.99),
                run.failed(),
                run.empty(),
                Double.isNaN(noise) ? "" : String.format(Locale.ROOT, ", hiccup %.2f ms", noise));
    }
}
