package dev.vitrine.benchmarks.ingest;

import dev.vitrine.benchmarks.process.Limits;
import dev.vitrine.benchmarks.process.ServerProcess;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventCursor;
import dev.vitrine.data.event.EventStore;
import dev.vitrine.data.intake.EventJson;
import dev.vitrine.data.simulation.SimulatedShop;
import dev.vitrine.data.simulation.SimulationSettings;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.Home;
import dev.vitrine.server.shop.Shop;
import dev.vitrine.server.shop.ShopSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Events to a whole server over HTTP, a hundred in a request, as the collecting end of a shop sends
 * them. Every request waits for its answer, and an answer counts with what it says was accepted;
 * afterwards the log is read and has to hold exactly that.
 */
final class HttpIngest {
    private static final int BATCH = 100;
    private static final int CLIENTS = 24;
    private static final int PRODUCTS = 20_000;
    private static final Duration MOST_TO_READY = Duration.ofMinutes(5);
    private static final Pattern ACCEPTED = Pattern.compile("\"accepted\":([0-9]+)");

    private final Path folder;
    private final String cores;

    /**
     * @param cores of the server, as taskset names them; empty for all
     */
    HttpIngest(Path folder, String cores) {
        this.folder = folder;
        this.cores = cores;
    }

    /**
     * @param refused requests that were not answered with 200
     */
    record Measured(long events, double seconds, long refused, double p99Millis) {}

    /**
     * @param warmUp events sent before the clock starts
     */
    Measured measure(int warmUp, int events) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Path home = folder.resolve("home");
        SimulatedShop simulated =
                new SimulatedShop(
                        2,
                        SimulationSettings.of(
                                PRODUCTS,
                                Math.max(1, (warmUp + events) / 20),
                                (warmUp + events) * 2L,
                                Instant.now().minus(Duration.ofHours(1))));
        fill(home, simulated.products());
        List<byte[]> bodies = bodies(simulated.events(), (warmUp + events) / BATCH);
        long before;
        Measured measured;
        try (ServerProcess server =
                ServerProcess.start(home, new Limits(cores, 0), folder.resolve("server.log"))) {
            server.awaitReady(MOST_TO_READY);
            Sender sender = new Sender(server.uri(), bodies);
            before = sender.send(0, warmUp / BATCH).events();
            measured = sender.send(warmUp / BATCH, bodies.size());
            server.stop();
        }
        long stored = count(home);
        if (stored != before + measured.events()) {
            throw new IllegalStateException(
                    "the log holds "
                            + stored
                            + " events, but "
                            + (before + measured.events())
                            + " were acknowledged");
        }
        return measured;
    }

    private static void fill(Path directory, List<Product> products) {
        try (Home home = Home.open(directory);
                Shop shop =
                        Shop.open(
                                home,
                                ShopSettings.defaults(),
                                InstantSource.system(),
                                Progress.NONE)) {
            List<Product> all = new ArrayList<>(products);
            for (int at = 0; at < all.size(); at += 2_000) {
                shop.upsert(all.subList(at, Math.min(all.size(), at + 2_000)));
            }
        }
    }

    private static List<byte[]> bodies(Iterator<Event> events, int count) {
        List<byte[]> bodies = new ArrayList<>(count);
        for (int b = 0; b < count; b++) {
            ByteArrayOutputStream body = new ByteArrayOutputStream(BATCH * 320);
            for (int i = 0; i < BATCH; i++) {
                body.write(i == 0 ? '[' : ',');
                body.writeBytes(EventJson.write(events.next()));
            }
            body.write(']');
            bodies.add(body.toByteArray());
        }
        return bodies;
    }

    private static long count(Path directory) {
        try (EventStore store = EventStore.openReadOnly(Home.readOnly(directory).root());
                EventCursor cursor = store.read(0)) {
            long found = 0;
            while (cursor.next()) {
                found++;
            }
            return found;
        }
    }

    /** So many connections, each with one request on its way. */
    private static final class Sender {
        private final URI uri;
        private final List<byte[]> bodies;

        Sender(URI server, List<byte[]> bodies) {
            this.uri = server.resolve("/v1/userEvents:write");
            this.bodies = bodies;
        }

        Measured send(int from, int to) throws InterruptedException {
            AtomicInteger next = new AtomicInteger(from);
            AtomicLong accepted = new AtomicLong();
            AtomicLong refused = new AtomicLong();
            double[] millis = new double[to - from];
            long start = System.nanoTime();
            try (HttpClient client =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
                List<Thread> threads = new ArrayList<>();
                for (int c = 0; c < CLIENTS; c++) {
                    threads.add(
                            Thread.ofVirtual()
                                    .start(() -> {
                                        for (int b = next.getAndIncrement();
                                                b < to;
                                                b = next.getAndIncrement()) {
                                            long sent = System.nanoTime();
                                            long taken = post(client, bodies.get(b));
                                            millis[b - from] = (System.nanoTime() - sent) / 1e6;
                                            accepted.addAndGet(Math.max(0, taken));
                                            refused.addAndGet(taken < 0 ? 1 : 0);
                                        }
                                    }));
                }
                for (Thread thread : threads) {
                    thread.join();
                }
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            Arrays.sort(millis);
            double p99 = millis.length == 0 ? 0 : millis[(int) (millis.length * .99)];
            return new Measured(accepted.get(), seconds, refused.get(), p99);
        }

        /** How many events were accepted; -1 when the request was not. */
        private long post(HttpClient client, byte[] body) {
            HttpRequest request =
                    HttpRequest.newBuilder(uri)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                            .build();
            try {
                HttpResponse<String> answer =
                        client.send(
                                request,
                                HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
                Matcher found = ACCEPTED.matcher(answer.body());
                return answer.statusCode() == 200 && found.find()
                        ? Long.parseLong(found.group(1))
                        : -1;
            } catch (IOException e) {
                return -1;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return -1;
            }
        }
    }
}
