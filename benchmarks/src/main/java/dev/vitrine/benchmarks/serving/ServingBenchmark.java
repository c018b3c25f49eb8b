package dev.vitrine.benchmarks.serving;

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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Recommendations and searches of a large simulated shop under load, from outside: the shop is
 * imported and trained by the product itself, the server is a process of its own on two cores, and
 * requests come at a fixed rate from the other cores. Recommendations are asked for by different
 * visitors with a history, searches are all different and ask for facets.
 */
public final class ServingBenchmark implements Benchmark {
    private static final int CORES = Runtime.getRuntime().availableProcessors();
    private static final Duration MOST_TO_READY = Duration.ofMinutes(10);

    @Override
    public String name() {
        return "serving";
    }

    @Override
    public String description() {
        return "recommend and search among a million products at a fixed rate";
    }

    @Override
    public List<Argument> arguments() {
        return ServingArguments.DECLARED;
    }

    @Override
    public String duration() {
        return "45 min";
    }

    @Override
    public Figures run(Context context) throws IOException, InterruptedException {
        ServingArguments arguments = ServingArguments.of(context.arguments());
        Path folder = Files.createDirectories(arguments.folder(context.work()));
        BuiltShop shop = BuiltShop.in(folder, arguments, context.progress());
        context.out().printf("trained in %.0f s%n", shop.trainSeconds());
        RetrievalRecall.Found recall = RetrievalRecall.of(shop, context.progress());
        Figures figures =
                new Figures()
                        .put("items", arguments.items())
                        .put("retrievalRecall", recall.mean(), recall.least(), 1)
                        .put("trainSeconds", shop.trainSeconds());
        String cores = Pinning.shareCores();
        boolean pinned = !cores.isEmpty();
        Limits limits = new Limits(cores, arguments.heapMiB());
        try (ServerProcess server =
                        ServerProcess.start(shop.home(), limits, folder.resolve("server.log"));
                HttpClient client =
                        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            figures.put("startReadySeconds", server.awaitReady(MOST_TO_READY));
            OpenLoop.Kind recommend = recommend(server.uri(), shop.visitors());
            OpenLoop.Kind search = search(server.uri(), shop.queries());
            new Load(client, recommend, search, arguments.seconds(), context.out())
                    .measure(figures);
            figures.put("residentMiB", server.mostResidentMiB());
            server.stop();
        }
        return figures.note(notes(arguments, shop, recall, pinned));
    }

    private static String notes(
            ServingArguments arguments,
            BuiltShop shop,
            RetrievalRecall.Found recall,
            boolean pinned) {
        return arguments.shoppers()
                + " simulated shoppers, about "
                + arguments.events()
                + " events; "
                + shop.visitors().size()
                + " different visitors and "
                + shop.queries().size()
                + " different searches; recall@100 over "
                + recall.shoppers()
                + " folded-in shoppers, its spread their worst and 1; server with -Xmx"
                + arguments.heapMiB()
                + "m"
                + (pinned ? ", pinned to 2 of " + CORES + " cores" : ", not pinned")
                + "; each run "
                + arguments.seconds()
                + " s after warm-up; residentMiB is the peak of the whole process.";
    }

    private static OpenLoop.Kind recommend(URI server, List<String> visitors) {
        URI uri = server.resolve("/v1/servingConfigs/recommended-for-you:recommend");
        byte[] personal = "\"servedBy\":\"personal\"".getBytes(StandardCharsets.UTF_8);
        byte[] like = "\"servedBy\":\"like-yours\"".getBytes(StandardCharsets.UTF_8);
        return new OpenLoop.Kind(
                "recommend",
                n ->
                        post(
                                uri,
                                "{\"visitorId\":\""
                                        + visitors.get(n % visitors.size())
                                        + "\",\"pageSize\":20}"),
                body -> contains(body, personal) || contains(body, like));
    }

    private static OpenLoop.Kind search(URI server, List<String> queries) {
        URI uri = server.resolve("/v1/servingConfigs/search:search");
        byte[] found = "\"servedBy\":\"index\"".getBytes(StandardCharsets.UTF_8);
        return new OpenLoop.Kind(
                "search",
                n ->
                        post(
                                uri,
                                "{\"query\":\""
                                        + queries.get(n % queries.size())
                                        + "\",\"pageSize\":20,"
                                        + "\"facets\":[\"brand\",\"categories\"]}"),
                body -> contains(body, found));
    }

    private static HttpRequest post(URI uri, String body) {
        return HttpRequest.newBuilder(uri)
                .timeout(OpenLoop.giveUp())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static boolean contains(byte[] body, byte[] part) {
        for (int from = body.length - part.length; from >= 0; from--) {
            int same = 0;
            while (same < part.length && body[from + same] == part[same]) {
                same++;
            }
            if (same == part.length) {
                return true;
            }
        }
        return false;
    }
}
