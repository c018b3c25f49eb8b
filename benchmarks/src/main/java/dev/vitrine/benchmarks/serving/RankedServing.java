package dev.vitrine.benchmarks.serving;

import dev.vitrine.benchmarks.process.Limits;
import dev.vitrine.benchmarks.process.Pinning;
import dev.vitrine.benchmarks.process.ServerProcess;
import dev.vitrine.server.cli.Argument;
import dev.vitrine.server.cli.Benchmark;
import dev.vitrine.server.cli.Figures;
import dev.vitrine.server.pipeline.ModelSet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Recommendations of a large simulated shop whose release has all there is: retrievers, a
 * Transformer and a ranker. The shop is that of {@link ServingBenchmark}; what the two graphs
 * answered is read from the server's own metrics, so that a shelf that was filled without them does
 * not pass for one that was not.
 */
public final class RankedServing implements Benchmark {
    private static final double RATE = 200;
    private static final double BOUND_MS = 25;

    /** More than {@link ServingBenchmark}'s by what a million item vectors take. */
    private static final int HEAP_MIB = 3_200;

    private static final int CORES = Runtime.getRuntime().availableProcessors();
    private static final Duration MOST_TO_READY = Duration.ofMinutes(10);

    @Override
    public String name() {
        return "serving-ranked";
    }

    @Override
    public String description() {
        return "recommend with Transformer and ranker among a million products at a fixed rate";
    }

    @Override
    public List<Argument> arguments() {
        return ServingArguments.declared(HEAP_MIB);
    }

    @Override
    public String duration() {
        return "20 min";
    }

    @Override
    public Figures run(Context context) throws IOException, InterruptedException {
        ServingArguments arguments = ServingArguments.of(context.arguments());
        Path folder = Files.createDirectories(arguments.folder(context.work()));
        BuiltShop shop = BuiltShop.in(folder, arguments, context.progress());
        String cores = Pinning.shareCores();
        Limits limits = new Limits(cores, arguments.heapMiB());
        Figures figures = new Figures().put("items", arguments.items());
        List<String> weighed = measure(context, arguments, shop, limits, false, figures);
        List<String> all = measure(context, arguments, shop, limits, true, figures);
        return figures.note(
                notes(arguments, shop, !cores.isEmpty())
                        + " Asked in recommend: "
                        + String.join(", ", weighed)
                        + "; in recommendByAll: "
                        + String.join(", ", all)
                        + ".");
    }

    /**
     * One release under load.
     *
     * @param every whether all of its retrievers are asked; figures of that have names of their own
     * @return names of the retrievers that were asked
     */
    private static List<String> measure(
            Context context,
            ServingArguments arguments,
            BuiltShop shop,
            Limits limits,
            boolean every,
            Figures figures)
            throws IOException, InterruptedException {
        String kind = every ? "recommendByAll" : "recommend";
        List<String> asked =
                RankedRelease.in(
                        shop.home(),
                        every,
                        Files.createTempDirectory(context.work(), "ranked-"),
                        context.progress());
        Path log = shop.home().resolveSibling(kind + ".log");
        try (ServerProcess server = ServerProcess.start(shop.home(), limits, log);
                HttpClient client =
                        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            double ready = server.awaitReady(MOST_TO_READY);
            SteadyLoad load =
                    new SteadyLoad(
                            new OpenLoop(client, Asking.recommend(server.uri(), shop.visitors())),
                            kind,
                            RATE,
                            BOUND_MS,
                            context.out());
            context.out().println("warming up");
            for (int round = 1; round <= 3; round++) {
                load.warmUp(round);
            }
            long encoded = answered(client, server.uri(), ModelSet.SEQUENCE);
            long ranked = answered(client, server.uri(), ModelSet.RANKER);
            OpenLoop.Run run = load.measure(figures, Duration.ofSeconds(arguments.seconds()));
            encoded = answered(client, server.uri(), ModelSet.SEQUENCE) - encoded;
            ranked = answered(client, server.uri(), ModelSet.RANKER) - ranked;
            if (every) {
                figures.put(kind + "FailedRequests", load.failed());
                figures.put(kind + "EmptyAnswers", load.empty());
            } else {
                figures.put("startReadySeconds", ready);
                figures.put("requestsPerSecond", run.answeredPerSecond());
                figures.put("failedRequests", load.failed());
                figures.put("emptyAnswers", load.empty());
                figures.put("encodedShare", encoded / (double) load.asked());
                figures.put("rankedShare", ranked / (double) load.asked());
                figures.put("hiccupP99Ms", load.hiccup());
                figures.put("residentMiB", server.mostResidentMiB());
            }
            server.stop();
        }
        return asked;
    }

    /** Requests that a graph of the release has answered so far. */
    private static long answered(HttpClient client, URI server, String model)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(server.resolve("/metrics")).build();
        String start = "nv_inference_request_success{model=\"" + model + "\"";
        return client.send(request, HttpResponse.BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith(start))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static String notes(ServingArguments arguments, BuiltShop shop, boolean pinned) {
        return arguments.shoppers()
                + " simulated shoppers, about "
                + arguments.events()
                + " events; "
                + shop.visitors().size()
                + " different visitors; the Transformer has first values and the factors'"
                + " directions as item vectors, the ranker's trees are fitted to made-up rows, both"
                + " of the shape that training makes; the retrievers weigh what training gave them,"
                + " the Transformer .5 at least, and in recommendByAll all are asked; encodedShare"
                + " and rankedShare are the requests that each graph answered; server with -Xmx"
                + arguments.heapMiB()
                + "m"
                + (pinned ? ", pinned to 2 of " + CORES + " cores" : ", not pinned")
                + "; a run of "
                + arguments.seconds()
                + " s after warm-up; residentMiB is the peak of the whole process.";
    }
}
