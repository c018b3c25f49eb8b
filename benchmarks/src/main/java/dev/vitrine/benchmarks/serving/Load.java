package dev.vitrine.benchmarks.serving;

import dev.vitrine.benchmarks.load.Hiccups;
import dev.vitrine.server.cli.Figures;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.time.Duration;
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
    private static final int BISECTIONS = 4;
    private static final double MOST_RATE = 20_000;

    private final SteadyLoad recommend;
    private final SteadyLoad search;
    private final Duration length;
    private final PrintStream out;

    Load(
            HttpClient client,
            OpenLoop.Kind recommend,
            OpenLoop.Kind search,
            int seconds,
            PrintStream out) {
        this.recommend =
                new SteadyLoad(
                        new OpenLoop(client, recommend),
                        "recommend",
                        RECOMMEND_RATE,
                        RECOMMEND_BOUND_MS,
                        out);
        this.search =
                new SteadyLoad(
                        new OpenLoop(client, search), "search", SEARCH_RATE, SEARCH_BOUND_MS, out);
        this.length = Duration.ofSeconds(seconds);
        this.out = out;
    }

    void measure(Figures figures) throws InterruptedException {
        out.println("warming up");
        for (int round = 1; round <= 3; round++) {
            recommend.warmUp(round);
            search.warmUp(round);
        }
        recommend.measure(figures, length);
        search.measure(figures, length);
        together(figures);
        figures.put("failedRequests", recommend.failed() + search.failed());
        figures.put("emptyAnswers", recommend.empty() + search.empty());
        figures.put("hiccupP99Ms", Math.max(recommend.hiccup(), search.hiccup()));
        figures.put("highestRecommendRequestsPerSecond", highest(recommend));
        figures.put("highestSearchRequestsPerSecond", highest(search));
    }

    private void together(Figures figures) throws InterruptedException {
        Hiccups hiccups = new Hiccups();
        FutureTask<OpenLoop.Run> other = new FutureTask<>(() -> search.counted(length));
        Thread.ofPlatform().name("search-load").start(other);
        OpenLoop.Run first = recommend.counted(length);
        OpenLoop.Run second;
        try {
            second = other.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the searches beside recommendations failed", e);
        }
        double noise = recommend.heard(hiccups);
        recommend.say("recommend beside search", RECOMMEND_RATE, first, noise);
        search.say("search beside recommend", SEARCH_RATE, second, noise);
        figures.put("togetherRecommendP99Ms", first.percentile(0.99));
        figures.put("togetherSearchP99Ms", second.percentile(0.99));
    }

    /**
     * The highest rate whose p99 stays under 50 ms without an error; 0 when even the first fails.
     */
    private static double highest(SteadyLoad load) throws InterruptedException {
        double good = 0;
        double rate = load.rate();
        while (rate <= MOST_RATE && holds(load, rate)) {
            good = rate;
            rate *= 2;
        }
        double bad = rate;
        for (int i = 0; i < BISECTIONS && good > 0 && bad <= MOST_RATE; i++) {
            double middle = Math.rint((good + bad) / 2);
            if (holds(load, middle)) {
                good = middle;
            } else {
                bad = middle;
            }
        }
        return good;
    }

    private static boolean holds(SteadyLoad load, double rate) throws InterruptedException {
        OpenLoop.Run run = load.run(rate, SteadyLoad.PROBE);
        load.say(load.kind(), rate, run, Double.NaN);
        return run.failed() == 0 && run.percentile(0.99) < HIGHEST_BOUND_MS;
    }
}
