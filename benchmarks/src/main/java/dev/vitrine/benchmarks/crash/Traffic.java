package dev.vitrine.benchmarks.crash;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes events, changes products and asks for answers until it is told to stop, and remembers what
 * was acknowledged. A request that fails because the server is gone is no failure.
 */
final class Traffic implements AutoCloseable {
    private static final Duration GIVE_UP = Duration.ofSeconds(20);
    private static final int BATCH = 20;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Thread> threads = new ArrayList<>();
    private final URI server;
    private final List<String> products;
    private final Acknowledged acknowledged;
    private volatile boolean stopped;

    /** What servers have acknowledged over all their lives. */
    static final class Acknowledged {
        final Set<String> events = ConcurrentHashMap.newKeySet();

        /** Last acknowledged price of a product, in cents. */
        final Map<String, Integer> prices = new ConcurrentHashMap<>();

        /** Prices that were sent after the last acknowledged one; any of them may be visible. */
        final Map<String, Set<Integer>> unanswered = new ConcurrentHashMap<>();

        final AtomicLong changes = new AtomicLong();
        final AtomicLong failed = new AtomicLong();
        final AtomicLong nextEvent = new AtomicLong();
        final AtomicLong nextProduct = new AtomicLong();
    }

    Traffic(URI server, List<String> products, Acknowledged acknowledged) {
        this.server = server;
        this.products = products;
        this.acknowledged = acknowledged;
    }

    /** Begins; threads that write stay apart by the products they change. */
    void start(int writers, int readers, long seed) {
        for (int w = 0; w < writers; w++) {
            Random random = new Random(seed + w);
            int writer = w;
            threads.add(Thread.ofVirtual().start(() -> loop(() -> write(random))));
            threads.add(
                    Thread.ofVirtual().start(() -> loop(() -> change(random, writer, writers))));
        }
        for (int r = 0; r < readers; r++) {
            Random random = new Random(seed + 100 + r);
            threads.add(Thread.ofVirtual().start(() -> loop(() -> ask(random))));
        }
    }

    private void loop(Runnable step) {
        while (!stopped) {
            step.run();
        }
    }

    private void write(Random random) {
        List<String> ids = new ArrayList<>();
        StringBuilder body = new StringBuilder("[");
        for (int i = 0; i < BATCH; i++) {
            String id = "crash-" + acknowledged.nextEvent.getAndIncrement();
            ids.add(id);
            body.append(i == 0 ? "" : ",")
                    .append("{\"eventId\":\"")
                    .append(id)
                    .append("\",\"eventType\":\"detail-page-view\",\"visitorId\":\"c")
                    .append(random.nextInt(5_000))
                    .append("\",\"eventTime\":\"")
                    .append(Instant.now())
                    .append("\",\"productDetails\":[{\"id\":\"")
                    .append(products.get(random.nextInt(products.size())))
                    .append("\"}]}");
        }
        String answer = send("POST", "/v1/userEvents:write", body.append(']').toString());
        if (answer.contains("\"accepted\":" + BATCH)) {
            acknowledged.events.addAll(ids);
        } else if (!answer.isEmpty()) {
            acknowledged.failed.incrementAndGet();
        }
    }

    private void change(Random random, int writer, int writers) {
        int place = random.nextInt(Math.max(1, products.size() / writers)) * writers + writer;
        String id = products.get(Math.min(place, products.size() - 1));
        if (Math.floorMod(products.indexOf(id), writers) != writer) {
            return;
        }
        if (random.nextInt(4) == 0) {
            String added = "crash-p" + acknowledged.nextProduct.getAndIncrement();
            change(added, random, "PUT", "{\"title\":\"Added " + added + "\",\"price\":");
        } else {
            change(id, random, "PATCH", "{\"price\":");
        }
    }

    private void change(String id, Random random, String method, String begin) {
        int cents = 100 + random.nextInt(100_000);
        acknowledged
                .unanswered
                .computeIfAbsent(id, product -> ConcurrentHashMap.newKeySet())
                .add(cents);
        String price = cents / 100 + "." + String.format("%02d", cents % 100);
        String answer = send(method, "/v1/products/" + id, begin + price + "}");
        if (!answer.isEmpty()) {
            acknowledged.prices.put(id, cents);
            acknowledged.unanswered.remove(id);
            acknowledged.changes.incrementAndGet();
        }
    }

    private void ask(Random random) {
        String visitor = "{\"visitorId\":\"c" + random.nextInt(5_000) + "\",\"pageSize\":10";
        String body =
                random.nextBoolean()
                        ? send("POST", config("recommended-for-you:recommend"), visitor + "}")
                        : send(
                                "POST",
                                config("search:search"),
                                visitor + ",\"query\":\"red\",\"facets\":[\"brand\"]}");
        if (!body.isEmpty() && !body.contains("\"results\"")) {
            acknowledged.failed.incrementAndGet();
        }
    }

    static String config(String call) {
        return "/v1/servingConfigs/" + call;
    }

    /** The body of a 200; empty when there is no answer; counts any other status as failed. */
    private String send(String method, String path, String body) {
        try {
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(server.resolve(path))
                                    .timeout(GIVE_UP)
                                    .header("Content-Type", "application/json")
                                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 200) {
                return answer.body();
            }
            acknowledged.failed.incrementAndGet();
            return "";
        } catch (IOException e) {
            pause();
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopped = true;
            return "";
        }
    }

    /** Where the server is gone there is nothing to hurry for. */
    private void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopped = true;
        }
    }

    /** Waits until no request is on its way. */
    @Override
    public void close() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
        client.close();
    }
}
