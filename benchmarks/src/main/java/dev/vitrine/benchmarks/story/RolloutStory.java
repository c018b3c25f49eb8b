package dev.vitrine.benchmarks.story;

import dev.vitrine.benchmarks.process.JavaProcess;
import dev.vitrine.benchmarks.process.Limits;
import dev.vitrine.benchmarks.process.Pinning;
import dev.vitrine.server.cli.Argument;
import dev.vitrine.server.cli.Benchmark;
import dev.vitrine.server.cli.Figures;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * {@code vitrine benchmark rollout-story}: good releases and ones that do harm are rolled out on a
 * server in a process of its own while simulated shoppers visit it, by turns, with a time without a
 * rollout before each and after the last. What is counted is what shoppers see; how a release was
 * caught is what the server says.
 */
public final class RolloutStory implements Benchmark {
    private static final String REPEATS = "repeats";
    private static final String SEED = "seed";
    private static final String RATE = "rate";
    private static final int PRODUCTS = 3_000;
    private static final int SHOPPERS = 4_000;
    private static final long EVENTS = 150_000;
    private static final int HEAP_MIB = 1_024;
    private static final Duration WARM_UP = Duration.ofSeconds(30);
    private static final Duration QUIET = Duration.ofSeconds(8);
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** Of visitors, in the canary. */
    static final double CANARY = .2;

    private static final double RAMP = .5;
    private static final int CANARY_REQUESTS = 2_000;

    @Override
    public String name() {
        return "rollout-story";
    }

    @Override
    public String description() {
        return "good releases become live, sabotaged ones are caught, on a server with shoppers";
    }

    @Override
    public List<Argument> arguments() {
        return List.of(
                new Argument.Whole(REPEATS, 5, 1, 100),
                new Argument.Whole(RATE, 250, 10, 10_000),
                new Argument.Whole(SEED, 1, Long.MIN_VALUE, Long.MAX_VALUE));
    }

    @Override
    public String duration() {
        return "20 min";
    }

    @Override
    public Figures run(Context context) throws Exception {
        long seed = context.arguments().number(SEED);
        int repeats = context.arguments().whole(REPEATS);
        int rate = context.arguments().whole(RATE);
        InstantSource clock = InstantSource.system();
        long end = clock.millis();
        StoryShop shop = new StoryShop(seed, PRODUCTS, SHOPPERS, EVENTS, Instant.ofEpochMilli(end));
        String cores = Pinning.shareCores();
        int port = JavaProcess.freePort();
        Path home = context.work().resolve("home");
        Path errors = context.work().resolve("server.log");
        context.out().println("training a release");
        try (JavaProcess process =
                        JavaProcess.startTalking(
                                StoryServer.class,
                                new Limits(cores, HEAP_MIB),
                                errors,
                                List.of(
                                        home.toString(),
                                        Integer.toString(port),
                                        Long.toString(seed),
                                        Integer.toString(PRODUCTS),
                                        Integer.toString(SHOPPERS),
                                        Long.toString(EVENTS),
                                        Long.toString(end)));
                BufferedReader said =
                        new BufferedReader(
                                new InputStreamReader(process.output(), StandardCharsets.UTF_8))) {
            Talk talk = new Talk(process, said);
            talk.await("ready");
            URI server = URI.create("http://127.0.0.1:" + port);
            StoryFigures found = new StoryFigures();
            try (Operator operator = new Operator(server);
                    Shoppers shoppers = new Shoppers(server, shop, rate, seed, clock)) {
                Thread.sleep(WARM_UP);
                shoppers.take();
                Run run = new Run(context, talk, operator, shoppers, found);
                run.quiet();
                for (int repeat = 0; repeat < repeats; repeat++) {
                    for (Scene scene : scenes()) {
                        run.play(scene, seed * 1_000 + repeat);
                    }
                }
            }
            return found.figures().note(note(cores, rate, seed));
        }
    }

    /**
     * A kind of rollout.
     *
     * @param shadow whether copies of requests go to the candidate before anybody is answered by it
     */
    record Scene(Sabotage sabotage, boolean shadow) {
        String name() {
            return sabotage.wire() + (shadow ? "InShadow" : "");
        }

        boolean isGood() {
            return sabotage == Sabotage.NONE;
        }

        String plan(String release) {
            List<String> stages = new ArrayList<>();
            if (shadow) {
                stages.add(stage("SHADOW", CANARY, 500));
            }
            stages.add(stage("CANARY", CANARY, CANARY_REQUESTS));
            if (isGood()) {
                stages.add(stage("RAMP", RAMP, 1_000));
            }
            return "{\"release\":\""
                    + release
                    + "\",\"stages\":["
                    + String.join(",", stages)
                    + "],\"judge\":{\"groups\":[\"loggedIn\",\"anonymous\"]},"
                    + "\"limits\":{\"keepWarm\":\"PT0S\"}}";
        }

        private static String stage(String kind, double share, int requests) {
            return String.format(
                    Locale.ROOT,
                    "{\"kind\":\"%s\",\"percent\":%.0f,\"minRequests\":%d,\"minTime\":\"PT10S\","
                            + "\"maxTime\":\"PT8M\"}",
                    kind,
                    100 * share,
                    requests);
        }

        /** Of visitors, whom the candidate may ever answer before it is live. */
        double reach() {
            return isGood() ? RAMP : CANARY;
        }
    }

    private static List<Scene> scenes() {
        return List.of(
                new Scene(Sabotage.SLOW, false),
                new Scene(Sabotage.SHUFFLED, false),
                new Scene(Sabotage.FAILING, false),
                new Scene(Sabotage.EMPTY_FOR_GROUP, false),
                new Scene(Sabotage.NONE, false),
                new Scene(Sabotage.SHUFFLED, true));
    }

    /** Lines to the server's process and back. */
    private record Talk(JavaProcess process, BufferedReader said) {
        String ask(String line) throws IOException {
            process.input().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.input().flush();
            return hear();
        }

        private String hear() throws IOException {
            String line = said.readLine();
            if (line == null) {
                throw new IllegalStateException("the server ended" + process.lastWords());
            }
            return line;
        }

        void await(String wanted) throws IOException {
            while (!hear().equals(wanted)) {
                process.requireAlive();
            }
        }
    }

    /** Plays scenes one after the other. */
    private record Run(
            Context context, Talk talk, Operator operator, Shoppers shoppers, StoryFigures found) {
        /** A time without a rollout. */
        void quiet() throws InterruptedException {
            shoppers.take();
            Thread.sleep(QUIET);
            found.quiet(shoppers.take());
        }

        void play(Scene scene, long seed) throws IOException, InterruptedException {
            String candidate = operator.other();
            talk.ask("spoil " + candidate + " " + scene.sabotage() + " " + seed);
            shoppers.take();
            long start = System.nanoTime();
            String rollout = operator.begin(scene.plan(candidate));
            AtomicLong loaded = new AtomicLong(Long.MAX_VALUE);
            Operator.Standing end =
                    operator.awaitEnd(
                            rollout,
                            LONGEST,
                            now -> {
                                if (!now.state().equals("loading")) {
                                    loaded.compareAndSet(Long.MAX_VALUE, System.nanoTime());
                                }
                            });
            double seconds = (System.nanoTime() - start) / 1e9;
            List<Visit> visits = shoppers.take();
            long asked = Long.parseLong(talk.ask("asked"));
            talk.ask("spoil none NONE 0");
            StoryFigures.Ended played =
                    new StoryFigures.Ended(
                            scene, end, candidate, asked, seconds, loaded.get(), visits);
            quiet();
            context.out().println(found.ended(played));
        }
    }

    private static String note(String cores, int rate, long seed) {
        return "A demonstration shop of "
                + PRODUCTS
                + " products and "
                + SHOPPERS
                + " shoppers, a trained release and one of the same parts, which take turns; server"
                + " with -Xmx"
                + HEAP_MIB
                + "m"
                + (cores.isEmpty() ? ", not pinned" : " on cores " + cores)
                + "; "
                + rate
                + " shelves a second (open loop, timed from the moment each is due; one answer in"
                + " four is looked at, a click by the simulation's truth goes back with its token)."
                + " A rollout has one canary of "
                + Math.round(100 * CANARY)
                + " % of visitors, a good one a ramp to "
                + Math.round(100 * RAMP)
                + " % after it, the usual judge with the groups loggedIn and anonymous. Slow: 80 ms"
                + " more an answer; shuffled: each product is replaced by another one, always the"
                + " same; failing: one request in fifty; emptyForGroup: nothing for those who are"
                + " logged in, a tenth of the shoppers. shuffledInShadow is the shuffled one behind"
                + " a shadow of 500 copies. Caught is one that was rolled back by a verdict, in a"
                + " canary or before. requestsToCatch are those that the candidate got until nobody"
                + " was answered by it any more. Outside the canary is who is not placed in it by"
                + " id, during the whole rollout with loading and rollback; a request failed that"
                + " was not answered with 200 within ten seconds, or whose click was not taken."
                + " outsideP99Ratio is their p99 beside that of the "
                + QUIET.toSeconds()
                + " s without a rollout before and after it, the median of all rollouts. Seed "
                + seed
                + ".";
    }
}
