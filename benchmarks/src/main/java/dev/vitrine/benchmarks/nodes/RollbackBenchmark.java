package dev.vitrine.benchmarks.nodes;

import dev.vitrine.benchmarks.load.Hiccups;
import dev.vitrine.benchmarks.nodes.PacedCallers.Answer;
import dev.vitrine.benchmarks.process.JavaProcess;
import dev.vitrine.benchmarks.process.Limits;
import dev.vitrine.server.cli.Argument;
import dev.vitrine.server.cli.Benchmark;
import dev.vitrine.server.cli.Figures;
import dev.vitrine.server.cli.Main;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How soon a bad release is gone. Three servers in processes of their own share a registry on
 * PostgreSQL and are asked all the time. Again and again a release is made live on all of them, and
 * taken back: by {@code vitrine rollback} in a process of its own, told to one node after the
 * other, and by the call alone. What counts is from the start of the command to the last answer of
 * the bad release, by any node; each answer names its release.
 */
public final class RollbackBenchmark implements Benchmark {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** For so long all nodes have to answer by a release before it counts as theirs. */
    private static final long SETTLED_NANOS = 1_500_000_000L;

    /** For so long after it has gone nobody may answer by the bad release any more. */
    private static final Duration WATCHED = Duration.ofSeconds(3);

    /** As the launcher starts a command that only talks. */
    private static final Limits COMMAND =
            new Limits("", 0, List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));

    private static final int CALLERS = 2;
    private static final int HEAP_MIB = 768;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Override
    public String name() {
        return "rollback";
    }

    @Override
    public String description() {
        return "from the command to the last answer of a bad release, on three nodes under load";
    }

    @Override
    public List<Argument> arguments() {
        return List.of(
                new Argument.Whole("nodes", 3, 1, 9),
                new Argument.Whole("repeats", 10, 5, 1_000),
                new Argument.Whole("rate", 40, 1, 1_000));
    }

    @Override
    public String duration() {
        return "5 min";
    }

    /**
     * One rollback.
     *
     * @param seconds from the start to the last answer of the bad release
     * @param told seconds until the command, or the call, came back
     * @param after answers by the bad release that came later than that
     */
    private record Gone(double seconds, double told, int after) {}

    /** Tells a node to roll back, and comes back when it has; when that was begun, nanoseconds. */
    private interface Told {
        long tell(URI node, String release) throws IOException, InterruptedException;
    }

    @Override
    public Figures run(Context context) throws IOException, InterruptedException {
        int nodes = context.arguments().whole("nodes");
        int repeats = context.arguments().whole("repeats");
        double rate = context.arguments().whole("rate");
        try (NodeSet set =
                        NodeSet.start(
                                context.work(),
                                nodes,
                                new Limits("", HEAP_MIB),
                                context.progress());
                HttpClient client =
                        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            String good = set.live();
            String bad = set.another();
            Path log = context.work().resolve("commands.log");
            Told byCommand =
                    (node, release) -> {
                        try (JavaProcess command =
                                JavaProcess.start(
                                        Main.class,
                                        COMMAND,
                                        log,
                                        List.of(
                                                "rollback",
                                                "--server",
                                                node.toString(),
                                                release))) {
                            if (!command.awaitEnd(PATIENCE.toSeconds())) {
                                throw new IllegalStateException("no end" + command.lastWords());
                            }
                            return command.startedAt();
                        }
                    };
            Told byCall =
                    (node, release) -> {
                        long start = System.nanoTime();
                        post(client, node.resolve("/v1/releases/" + release + ":rollback"));
                        return start;
                    };
            try (PacedCallers callers =
                            new PacedCallers(set.uris(), set.products(), CALLERS, rate);
                    Hiccups hiccups = new Hiccups()) {
                long start = System.nanoTime();
                List<Gone> commands = new ArrayList<>();
                List<Gone> calls = new ArrayList<>();
                List<Double> switches = new ArrayList<>();
                awaitAll(callers, nodes, good);
                for (int i = 0; i < 2 * repeats; i++) {
                    URI node = set.uris().get(i / 2 % nodes);
                    switches.add(promote(client, set, callers, node, bad));
                    Gone gone =
                            rollBack(
                                    callers,
                                    nodes,
                                    node,
                                    i % 2 == 0 ? byCommand : byCall,
                                    bad,
                                    good);
                    (i % 2 == 0 ? commands : calls).add(gone);
                    context.out()
                            .printf(
                                    Locale.ROOT,
                                    "%s: %.3f s to the last answer, back after %.3f s%n",
                                    i % 2 == 0 ? "command" : "call",
                                    gone.seconds(),
                                    gone.told());
                    awaitEnd(client, node);
                }
                double lasted = (System.nanoTime() - start) / 1e9;
                List<Answer> answers = callers.answers();
                long failed = answers.stream().filter(Answer::failed).count();
                if (failed > 0) {
                    context.out().println("the last that failed: " + callers.lastFailure());
                }
                return figures(commands, calls, switches, failed)
                        .put("nodes", nodes)
                        .put("repeats", repeats)
                        .put("requests", answers.size())
                        .put("requestsPerSecond", answers.size() / lasted)
                        .put("answerP99Ms", p99(answers))
                        .put("hiccupP99Ms", hiccups.p99Ms())
                        .note(
                                nodes
                                        + " servers with -Xmx"
                                        + HEAP_MIB
                                        + "m, a PostgreSQL, the callers and the command on the same"
                                        + " machine, which others used too; 1,000 simulated"
                                        + " products without behaviour;"
                                        + " each node asked at "
                                        + (int) rate
                                        + " shelves a second by "
                                        + CALLERS
                                        + " callers who wait for their answers. seconds, apiSeconds"
                                        + " and switchSeconds are medians with the least and the"
                                        + " most. seconds has the start of the command's own process"
                                        + " in it. All requests count, those while a release is made"
                                        + " live too.");
            }
        }
    }

    private static Figures figures(
            List<Gone> commands, List<Gone> calls, List<Double> switches, long failed) {
        Figures figures = new Figures();
        put(figures, "seconds", commands.stream().map(Gone::seconds).toList());
        figures.put("failedRequests", failed);
        put(figures, "apiSeconds", calls.stream().map(Gone::seconds).toList());
        int after =
                commands.stream().mapToInt(Gone::after).sum()
                        + calls.stream().mapToInt(Gone::after).sum();
        figures.put("badReleaseAnswersAfter", after);
        put(figures, "commandSeconds", commands.stream().map(Gone::told).toList());
        put(figures, "apiCallSeconds", calls.stream().map(Gone::told).toList());
        put(figures, "switchSeconds", switches);
        return figures;
    }

    /**
     * Makes a release live on all nodes.
     *
     * @return seconds from the call to the first answer after which no node answered otherwise
     */
    private static double promote(
            HttpClient client, NodeSet set, PacedCallers callers, URI node, String release)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        post(client, node.resolve("/v1/releases/" + release + ":promote"));
        awaitAll(callers, set.uris().size(), release);
        long last =
                callers.since(start).stream()
                        .filter(answer -> !answer.failed() && !answer.release().equals(release))
                        .mapToLong(Answer::answered)
                        .max()
                        .orElse(start);
        return (last - start) / 1e9;
    }

    private static Gone rollBack(
            PacedCallers callers, int nodes, URI node, Told told, String bad, String good)
            throws IOException, InterruptedException {
        long start = told.tell(node, bad);
        long back = System.nanoTime();
        awaitAll(callers, nodes, good);
        Thread.sleep(WATCHED);
        // Also those that had begun before: the last answer is the one that came last.
        List<Answer> by =
                callers.answers().stream()
                        .filter(answer -> answer.release().equals(bad))
                        .filter(answer -> answer.answered() - start >= 0)
                        .toList();
        long last = by.stream().mapToLong(Answer::answered).max().orElse(start);
        int after = (int) by.stream().filter(answer -> answer.begun() - back >= 0).count();
        return new Gone((last - start) / 1e9, (back - start) / 1e9, after);
    }

    /** Waits until every node has answered by a release, and by no other, for a while. */
    private static void awaitAll(PacedCallers callers, int nodes, String release)
            throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            Thread.sleep(Duration.ofMillis(100));
            List<Answer> last = callers.since(System.nanoTime() - SETTLED_NANOS);
            boolean only = last.stream().allMatch(answer -> answer.release().equals(release));
            long asked = last.stream().mapToInt(Answer::node).distinct().count();
            if (only && asked == nodes) {
                return;
            }
        }
        throw new IllegalStateException(
                "not every node answers by "
                        + release
                        + " within "
                        + PATIENCE
                        + "; "
                        + callers.lastFailure());
    }

    /** Waits until a rollout has nothing left to do. */
    private static void awaitEnd(HttpClient client, URI node)
            throws IOException, InterruptedException {
        Predicate<JsonNode> ended = list -> list.get("items").get(0).get("ended").asBoolean();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(node.resolve("/v1/rollouts")).build(),
                            HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 200 && ended.test(JSON.readTree(answer.body()))) {
                return;
            }
            Thread.sleep(Duration.ofMillis(100));
        }
        throw new IllegalStateException("the rollout did not end within " + PATIENCE);
    }

    private static void post(HttpClient client, URI uri) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                client.send(
                        HttpRequest.newBuilder(uri)
                                .timeout(PATIENCE)
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(uri + " answered " + answer.body());
        }
    }

    private static double p99(List<Answer> answers) {
        double[] millis =
                answers.stream()
                        .filter(answer -> !answer.failed())
                        .mapToDouble(answer -> (answer.answered() - answer.begun()) / 1e6)
                        .sorted()
                        .toArray();
        return millis.length == 0 ? 0 : millis[(int) Math.ceil(millis.length * 0.99) - 1];
    }

    private static void put(Figures figures, String name, List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        figures.put(name, sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
    }
}
