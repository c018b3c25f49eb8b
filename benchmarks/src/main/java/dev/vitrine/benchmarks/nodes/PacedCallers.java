package dev.vitrine.benchmarks.nodes;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Shoppers who ask several nodes for what is like a product, each at a pace of its own, one request
 * at a time: a node that answers late is asked less, so that the load is bounded.
 */
final class PacedCallers implements AutoCloseable {
    private static final Pattern RELEASE = Pattern.compile("\"release\":\"([^\"]+)\"");
    private static final Duration LONGEST = Duration.ofSeconds(10);

    /** Of a run at the usual pace, hours. */
    private static final int MOST = 4_000_000;

    private final List<String> products;
    private final List<Thread> threads = new ArrayList<>();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final long startedAt = System.nanoTime();
    private volatile boolean ended;
    private volatile String lastFailure = "";

    /**
     * An answer, or that there was none.
     *
     * @param node which was asked
     * @param begun when the request was sent, nanoseconds
     * @param answered when the whole answer had come
     * @param release that it names; empty where the request failed
     */
    record Answer(int node, long begun, long answered, String release) {
        boolean failed() {
            return release.isEmpty();
        }
    }

    /**
     * Begins to ask.
     *
     * @param products that are asked about
     * @param callers of each node
     * @param perSecond requests of each node in a second, all of its callers together
     */
    PacedCallers(List<URI> nodes, List<String> products, int callers, double perSecond) {
        this.products = List.copyOf(products);
        long apart = (long) (1e9 * callers / perSecond);
        for (int node = 0; node < nodes.size(); node++) {
            for (int caller = 0; caller < callers; caller++) {
                int asked = node;
                int number = caller;
                URI uri = nodes.get(node).resolve("/v1/servingConfigs/similar-items:recommend");
                threads.add(
                        Thread.ofPlatform()
                                .daemon()
                                .name("caller-" + node + "-" + caller)
                                .start(() -> ask(asked, uri, number * apart / callers, apart)));
            }
        }
    }

    private void ask(int node, URI uri, long first, long apart) {
        long next = startedAt + first;
        for (int request = 0; !ended; request++) {
            long wait = next - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(wait);
                continue;
            }
            next = Math.max(next + apart, System.nanoTime() - apart);
            Answer answer = once(node, uri, request);
            if (ended) {
                return;
            }
            if (count.incrementAndGet() > MOST) {
                throw new IllegalStateException("more answers than are kept");
            }
            answers.add(answer);
        }
    }

    private Answer once(int node, URI uri, int request) {
        long begun = System.nanoTime();
        try {
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(uri)
                                    .timeout(LONGEST)
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(body(node, request)))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            Matcher release = RELEASE.matcher(answer.body());
            if (answer.statusCode() == 200 && release.find()) {
                return new Answer(node, begun, System.nanoTime(), release.group(1));
            }
            lastFailure = answer.statusCode() + " " + answer.body();
        } catch (IOException e) {
            lastFailure = e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new Answer(node, begun, System.nanoTime(), "");
    }

    private String body(int node, int request) {
        return "{\"visitorId\":\"visitor-"
                + node
                + "-"
                + request % 500
                + "\",\"itemId\":\""
                + products.get(request * 7 % products.size())
                + "\",\"pageSize\":10}";
    }

    /** All answers so far. */
    List<Answer> answers() {
        return List.copyOf(answers);
    }

    /** Answers whose requests began after a moment. */
    List<Answer> since(long nanos) {
        return answers.stream().filter(answer -> answer.begun() - nanos >= 0).toList();
    }

    /** What the last request that failed was told; empty where none did. */
    String lastFailure() {
        return lastFailure;
    }

    @Override
    public void close() {
        ended = true;
        threads.forEach(LockSupport::unpark);
        client.close();
    }
}
