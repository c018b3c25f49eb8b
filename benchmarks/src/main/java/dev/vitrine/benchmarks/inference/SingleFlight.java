package dev.vitrine.benchmarks.inference;

import dev.vitrine.benchmarks.process.Limits;
import dev.vitrine.benchmarks.process.Pinning;
import dev.vitrine.benchmarks.process.ServerProcess;
import dev.vitrine.server.cli.Argument;
import dev.vitrine.server.cli.Benchmark;
import dev.vitrine.server.cli.Figures;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * {@code vitrine benchmark single-flight}: as many connections as there are requests, all sent the
 * same question before any is answered, to a model that keeps its answers and has never been asked.
 */
public final class SingleFlight implements Benchmark {
    private static final Subject SUBJECT = Subject.ENCODER_12;
    private static final String REQUESTS = "requests";

    /** Files that a process may have open at once are bounded by the system. */
    private static final int MOST_REQUESTS = 15_000;

    private static final int TOKENS = 512;
    private static final int WORDS = 8_000;
    private static final Duration MOST_TO_READY = Duration.ofMinutes(5);

    @Override
    public String name() {
        return "single-flight";
    }

    @Override
    public String description() {
        return "the same question from 10,000 connections at once, and how often the model ran";
    }

    @Override
    public List<Argument> arguments() {
        return List.of(new Argument.Whole(REQUESTS, 10_000, 1, MOST_REQUESTS));
    }

    @Override
    public String duration() {
        return "1 min";
    }

    @Override
    public Figures run(Context context) throws IOException, InterruptedException {
        int requests = context.arguments().whole(REQUESTS);
        Path model = context.work().resolve(SUBJECT.model() + ".onnx");
        SUBJECT.graph().save(model);
        Path settings = context.work().resolve("server.yaml");
        Files.writeString(
                settings,
                "maxConnections: " + 2 * requests + "\nmaxRequests: " + 2 * requests + "\n");
        try (ServerProcess server =
                ServerProcess.start(
                        context.work().resolve("home"),
                        new Limits(Pinning.shareCores(), 0),
                        context.work().resolve("server.log"),
                        "--server",
                        settings.toString())) {
            server.awaitReady("/health/live", MOST_TO_READY);
            server.serve(model, SUBJECT.model(), "--cache", "PT10M");
            server.awaitReady("/v2/models/" + SUBJECT.model() + "/ready", MOST_TO_READY);
            return measure(context, server.uri(), requests);
        }
    }

    private static Figures measure(Context context, URI uri, int requests)
            throws IOException, InterruptedException {
        double ranBefore = read(uri, "nv_inference_exec_count");
        SameQuestion asked =
                SameQuestion.ask(
                        uri, "/v2/models/" + SUBJECT.model() + "/infer", question(), requests);
        double runs = read(uri, "nv_inference_exec_count") - ranBefore;
        double waited = read(uri, "vitrine_model_cache_total", "result=\"wait\"");
        context.out()
                .printf(
                        Locale.ROOT,
                        "%d requests answered alike, %d otherwise; the model ran %.0f times;"
                                + " %.0f waited for its run; all in %.2f s%n",
                        asked.alike(),
                        requests - asked.alike(),
                        runs,
                        waited,
                        asked.seconds());
        return new Figures()
                .put("requests", asked.alike())
                .put("failedRequests", requests - asked.alike())
                .put("runs", runs)
                .put("waitedRequests", waited)
                .put("secondsInAll", asked.seconds())
                .note(
                        "Every connection is open before the first request is sent, and every"
                                + " request is sent before the first answer is read; a request"
                                + " counts when its answer is 200 and byte for byte that of the"
                                + " others. The others than the waiting ones came when the answer"
                                + " was there.");
    }

    private static String question() {
        Random random = new Random(1);
        String ids =
                random.ints(TOKENS, 0, WORDS)
                        .mapToObj(Integer::toString)
                        .collect(Collectors.joining(","));
        String mask = "1,".repeat(TOKENS - 1) + "1";
        String shape = "\"shape\":[1," + TOKENS + "],\"datatype\":\"INT64\"";
        return "{\"inputs\":[{\"name\":\"input_ids\","
                + shape
                + ",\"data\":["
                + ids
                + "]},{\"name\":\"attention_mask\","
                + shape
                + ",\"data\":["
                + mask
                + "]}]}";
    }

    /** The sum of the samples of a metric, of those that have some labels. */
    private static double read(URI uri, String metric, String... labels)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            String text =
                    client.send(
                                    HttpRequest.newBuilder(uri.resolve("/metrics")).build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .body();
            return text.lines()
                    .filter(line -> line.startsWith(metric + "{"))
                    .filter(line -> List.of(labels).stream().allMatch(line::contains))
                    .mapToDouble(
                            line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        }
    }
}
