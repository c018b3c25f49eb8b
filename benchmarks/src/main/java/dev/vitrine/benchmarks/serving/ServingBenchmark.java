package dev.vitrine.benchmarks.serving;

import dev.vitrine.benchmarks.process.Limits;
import dev.vitrine.benchmarks.process.Pinning;
import dev.vitrine.benchmarks.process.ServerProcess;
import dev.vitrine.server.cli.Argument;
import dev.vitrine.server.cli.Benchmark;
import dev.vitrine.server.cli.Figures;
import java.io.IOException;
import java.net.http.HttpClient;
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
    private static final int HEAP_MIB = 2_200;
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
        return ServingArguments.declared(HEAP_MIB);
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
            OpenLoop.Kind recommend = Asking.recommend(server.uri(), shop.visitors());
            OpenLoop.Kind search = Asking.search(server.uri(), shop.queries());
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
}
