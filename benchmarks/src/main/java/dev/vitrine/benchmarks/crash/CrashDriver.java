package dev.vitrine.benchmarks.crash;

import dev.vitrine.benchmarks.process.Limits;
import dev.vitrine.benchmarks.process.ServerProcess;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.Home;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Kills servers and looks what is left. One home lives through all kills but those during an
 * import, which get a home of their own each. Moments come in turn; when within a moment the kill
 * falls is drawn from the seed, as far as a machine repeats itself.
 */
public final class CrashDriver {
    private static final Duration MOST_TO_READY = Duration.ofMinutes(5);
    private static final Duration SURVIVAL = Duration.ofSeconds(10);
    private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]+)\"");
    private static final Pattern PRICE = Pattern.compile("\"price\":([0-9.]+)");
    private static final List<String> CONFIGS =
            List.of("recommended-for-you:recommend", "trending:recommend", "search:search");

    private final Path folder;
    private final Limits limits;
    private final PrintStream out;
    private final Random random;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Traffic.Acknowledged acknowledged = new Traffic.Acknowledged();
    private final Map<Moment, Integer> kills = new EnumMap<>(Moment.class);
    private final List<Double> restarts = new ArrayList<>();
    private final List<Double> resumed = new ArrayList<>();
    private final List<Double> stops = new ArrayList<>();
    private List<ProcessHandle> orphans = List.of();
    private long killedAt;
    private long importedEvents;
    private long lost;
    private long duplicated;
    private long lostChanges;
    private long incomplete;
    private long survivors;

    public CrashDriver(Path folder, Limits limits, long seed, PrintStream out) {
        this.folder = folder;
        this.limits = limits;
        this.random = new Random(seed);
        this.out = out;
    }

    /**
     * Runs.
     *
     * @param importedEvents events of the files whose import is killed
     * @throws IllegalStateException when a server does not come back, or left what is not whole
     */
    public CrashReport run(int wanted, int importedEvents)
            throws IOException, InterruptedException {
        return run(wanted, importedEvents, new String[0]);
    }

    /**
     * As {@link #run(int, int)} on a shop of files instead of the demonstration shop.
     *
     * @param shop a folder with shop.yaml
     */
    public CrashReport run(int wanted, Path shop, int importedEvents)
            throws IOException, InterruptedException {
        return run(wanted, importedEvents, new String[] {"--data", shop.toString()});
    }

    /** Writes a shop that is imported and trained in seconds, and gives its folder. */
    public static Path smallShop(Path folder) throws IOException {
        return ShopFiles.write(folder, 3, 1_000, 20_000).folder();
    }

    private CrashReport run(int wanted, int importedEvents, String[] arguments)
            throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Path home = folder.resolve("home");
        ServerProcess server = start(home, arguments);
        try {
            server.awaitReady(MOST_TO_READY);
            List<String> products = products(server.uri());
            for (int k = 0; k < wanted; k++) {
                Moment moment = Moment.values()[k % Moment.values().length];
                if (moment == Moment.IMPORT) {
                    killImport(k, importedEvents);
                } else {
                    killServing(server, moment, products);
                    server = restart(home, arguments);
                    check(home, server);
                }
                kills.merge(moment, 1, Integer::sum);
                out.printf(
                        Locale.ROOT,
                        "kill %d of %d, %s: %d events acknowledged, %d lost; ready again after"
                                + " %.1f s%n",
                        k + 1,
                        wanted,
                        moment.name().toLowerCase(Locale.ROOT),
                        acknowledged.events.size() + this.importedEvents,
                        lost,
                        (moment == Moment.IMPORT ? resumed : restarts).getLast());
            }
            stops.add(server.stop());
        } finally {
            server.close();
            client.close();
        }
        StoredEvents stored = StoredEvents.of(home);
        lost += stored.lost(acknowledged.events);
        duplicated += stored.repeated("crash-");
        verifyArtifacts(home);
        requireNoDebris(home);
        return new CrashReport(
                kills,
                acknowledged.events.size() + this.importedEvents,
                lost,
                duplicated,
                acknowledged.changes.get(),
                lostChanges,
                acknowledged.failed.get(),
                incomplete,
                survivors,
                restarts,
                resumed,
                stops);
    }

    private ServerProcess start(Path home, String... arguments) throws IOException {
        return ServerProcess.start(home, limits, folder.resolve("server.log"), arguments);
    }

    private ServerProcess restart(Path home, String... arguments)
            throws IOException, InterruptedException {
        ServerProcess server = start(home, arguments);
        restarts.add(server.awaitReady(MOST_TO_READY));
        return server;
    }

    /** Lets traffic run and kills in the midst of it. */
    private void killServing(ServerProcess server, Moment moment, List<String> products)
            throws IOException, InterruptedException {
        try (Traffic traffic = new Traffic(server.uri(), products, acknowledged)) {
            traffic.start(
                    moment == Moment.SERVING ? 1 : 4,
                    moment == Moment.SERVING ? 6 : 1,
                    random.nextLong());
            Thread.sleep(300 + random.nextInt(700));
            if (moment == Moment.TRAINING) {
                post(server.uri(), "/v1/training:start", "{}");
                Thread.sleep(random.nextInt(6_000));
            }
            kill(server);
        }
    }

    private void kill(ServerProcess server) {
        orphans = server.children();
        server.kill();
        killedAt = System.nanoTime();
        server.close();
    }

    /** Called once the next server is up, which did not wait for the killed one's children. */
    private void countSurvivors() throws InterruptedException {
        while (System.nanoTime() - killedAt < SURVIVAL.toNanos()
                && orphans.stream().anyMatch(ProcessHandle::isAlive)) {
            Thread.sleep(20);
        }
        survivors += orphans.stream().filter(ProcessHandle::isAlive).count();
        orphans = List.of();
    }

    /** Kills an import, lets it go on, and counts what the log holds of the file. */
    private void killImport(int number, int events) throws IOException, InterruptedException {
        ShopFiles files = ShopFiles.write(folder.resolve("files-" + number), number, 2_000, events);
        Path home = folder.resolve("import-" + number);
        String[] arguments = {"--data", files.folder().toString()};
        try (ServerProcess server = start(home, arguments)) {
            awaitImport(home, server);
            Thread.sleep(random.nextInt(1_500));
            kill(server);
        }
        try (ServerProcess server = start(home, arguments)) {
            resumed.add(server.awaitReady(MOST_TO_READY));
            countSurvivors();
            incomplete += incomplete(server.uri());
            stops.add(server.stop());
        }
        StoredEvents stored = StoredEvents.of(home);
        lost += stored.lost(files.events());
        duplicated += stored.surplus(files.events());
        importedEvents += files.events().size();
        verifyArtifacts(home);
        requireNoDebris(home);
    }

    /** The import of a fresh home has begun when its record is there. */
    private static void awaitImport(Path home, ServerProcess server) throws InterruptedException {
        long end = System.nanoTime() + MOST_TO_READY.toNanos();
        while (!Files.isDirectory(home.resolve("imports"))) {
            if (System.nanoTime() > end || !server.isAlive()) {
                throw new IllegalStateException("no import began in " + home);
            }
            Thread.sleep(5);
        }
    }

    private void check(Path home, ServerProcess server) throws IOException, InterruptedException {
        countSurvivors();
        verifyArtifacts(home);
        long missing = StoredEvents.of(home).lost(acknowledged.events);
        if (missing > 0) {
            out.printf("%d acknowledged events are not in the log%n", missing);
        }
        for (Map.Entry<String, Integer> change : acknowledged.prices.entrySet()) {
            String id = change.getKey();
            int price = change.getValue();
            int found = price(get(server.uri(), "/v1/products/" + id));
            if (found != price
                    && !acknowledged.unanswered.getOrDefault(id, Set.of()).contains(found)) {
                lostChanges++;
                out.printf("product %s costs %d, acknowledged was %d%n", id, found, price);
            }
        }
        acknowledged.prices.clear();
        acknowledged.unanswered.clear();
        incomplete += incomplete(server.uri());
    }

    private static int price(String product) {
        Matcher found = PRICE.matcher(product);
        return found.find() ? (int) Math.round(Double.parseDouble(found.group(1)) * 100) : -1;
    }

    /** Serving configs that give less than ten results, or do not say of which release. */
    private long incomplete(URI server) throws IOException, InterruptedException {
        long count = 0;
        for (String config : CONFIGS) {
            String answer =
                    post(server, Traffic.config(config), "{\"visitorId\":\"c1\",\"pageSize\":10}");
            Matcher results = ID.matcher(answer.substring(0, Math.max(0, end(answer))));
            long found = results.results().map(r -> r.group(1)).distinct().count();
            if (found < 10 || answer.contains("\"release\":\"\"")) {
                count++;
                out.printf("incomplete answer of %s: %s%n", config, answer);
            }
        }
        return count;
    }

    private static int end(String answer) {
        int facets = answer.indexOf("\"attributionToken\"");
        return facets < 0 ? answer.length() : facets;
    }

    private List<String> products(URI server) throws IOException, InterruptedException {
        String answer =
                post(
                        server,
                        Traffic.config("trending:recommend"),
                        "{\"visitorId\":\"driver\",\"pageSize\":100}");
        List<String> ids = ID.matcher(answer).results().map(r -> r.group(1)).distinct().toList();
        if (ids.isEmpty()) {
            throw new IllegalStateException("no product to write events about: " + answer);
        }
        return ids;
    }

    private String post(URI server, String path, String body)
            throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(server.resolve(path))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private String get(URI server, String path) throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(server.resolve(path)).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** Every registered artefact is whole, and a release is live. */
    private static void verifyArtifacts(Path directory) throws IOException {
        Home home = Home.readOnly(directory);
        ArtifactStore artifacts = ArtifactStore.open(home.artifacts());
        try (ReleaseStore releases = ReleaseStore.open(home.registry())) {
            for (ModelVersion version : releases.models()) {
                artifacts.verify(version.artifact());
            }
            if (releases.live().isEmpty()) {
                throw new IllegalStateException("no release is live in " + directory);
            }
        }
    }

    /** A server that was told to stop leaves no half-done work behind, not even a training's. */
    private static void requireNoDebris(Path directory) throws IOException {
        Home home = Home.readOnly(directory);
        if (Files.isDirectory(home.work())) {
            try (Stream<Path> left = Files.list(home.work())) {
                List<Path> debris = left.toList();
                if (!debris.isEmpty()) {
                    throw new IllegalStateException("unfinished work was left: " + debris);
                }
            }
        }
    }
}
