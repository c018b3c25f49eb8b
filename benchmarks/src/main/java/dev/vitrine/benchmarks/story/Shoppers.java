package dev.vitrine.benchmarks.story;

import dev.vitrine.data.simulation.Truth;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Simulated shoppers who ask a server for shelves at a steady rate, whatever became of those
 * before, and click what they want by the simulation's truth. A click names the attribution token
 * of its answer, as a storefront's does. At most {@value #MOST_OPEN} wait at once; one that would
 * be more has failed.
 *
 * <p>One answer in four is looked at. Who looks goes down the shelf, gets as far as place k with
 * the chance that shoppers of the simulation have (1 / (1 + 0.22 k)), and ends with the first
 * product that they want enough.
 */
public final class Shoppers implements AutoCloseable {
    private static final int MOST_OPEN = 450;
    private static final Duration GIVE_UP = Duration.ofSeconds(10);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int SHOWN = 10;
    private static final double LOOKED_AT = .25;
    private static final int LOGGED_IN_ONE_OF = 10;
    private static final double ACTIVITY_SKEW = 1.6;

    private final URI server;
    private final StoryShop shop;
    private final Truth truth;
    private final InstantSource clock;
    private final double perSecond;
    private final SplittableRandom random;
    private final Semaphore open = new Semaphore(MOST_OPEN);
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Thread thread;
    private final Object counting = new Object();
    private List<Visit> visits = new ArrayList<>();
    private volatile boolean closed;

    /** Begins at once. */
    public Shoppers(URI server, StoryShop shop, double perSecond, long seed, InstantSource clock) {
        this.server = server;
        this.shop = shop;
        this.truth = shop.truth();
        this.perSecond = perSecond;
        this.random = new SplittableRandom(seed);
        this.clock = clock;
        this.thread = Thread.ofPlatform().daemon().name("shoppers").start(this::come);
    }

    /** What was answered since the last time. */
    public List<Visit> take() {
        synchronized (counting) {
            List<Visit> taken = visits;
            visits = new ArrayList<>();
            return taken;
        }
    }

    private void count(Visit visit) {
        synchronized (counting) {
            visits.add(visit);
        }
    }

    private void come() {
        long start = System.nanoTime();
        for (long i = 0; !closed; i++) {
            long due = start + (long) (i * 1e9 / perSecond);
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            int shopper = (int) (shop.shoppers() * Math.pow(random.nextDouble(), ACTIVITY_SKEW));
            ask(new Asking(shopper, due, random.split()));
        }
    }

    private record Asking(int shopper, long due, SplittableRandom random) {}

    private Map<String, Object> who(int shopper) {
        String visitor = truth.visitor(shopper);
        return shopper % LOGGED_IN_ONE_OF == 0
                ? Map.of("visitorId", visitor, "userId", truth.user(shopper))
                : Map.of("visitorId", visitor);
    }

    private String key(int shopper) {
        return shopper % LOGGED_IN_ONE_OF == 0 ? truth.user(shopper) : truth.visitor(shopper);
    }

    private void ask(Asking asking) {
        if (!open.tryAcquire()) {
            count(failed(asking));
            return;
        }
        Map<String, Object> question = new TreeMap<>(who(asking.shopper()));
        question.put("pageSize", SHOWN);
        client.sendAsync(
                        post("/v1/servingConfigs/recommended-for-you:recommend", question),
                        HttpResponse.BodyHandlers.ofByteArray())
                .whenComplete((answer, problem) -> {
                    double millis = (System.nanoTime() - asking.due()) / 1e6;
                    try {
                        if (problem != null || answer.statusCode() != 200) {
                            count(failed(asking));
                        } else {
                            look(asking, millis, JSON.readTree(answer.body()));
                        }
                    } finally {
                        open.release();
                    }
                });
    }

    private Visit failed(Asking asking) {
        double millis = (System.nanoTime() - asking.due()) / 1e6;
        return new Visit(key(asking.shopper()), asking.due(), millis, true, false, "", false);
    }

    private HttpRequest post(String path, Object body) {
        return HttpRequest.newBuilder(server.resolve(path))
                .timeout(GIVE_UP)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                .build();
    }

    private void look(Asking asking, double millis, JsonNode answer) {
        JsonNode results = answer.path("results");
        String release = answer.path("release").asString("");
        String wanted = "";
        SplittableRandom chance = asking.random();
        if (chance.nextDouble() < LOOKED_AT) {
            for (int place = 0; place < results.size() && wanted.isEmpty(); place++) {
                String id = results.get(place).path("id").asString("");
                boolean seen = chance.nextDouble() < 1 / (1 + 0.22 * place);
                if (seen && chance.nextDouble() < pull(asking.shopper(), id)) {
                    wanted = id;
                }
            }
        }
        String key = key(asking.shopper());
        boolean empty = results.isEmpty();
        if (wanted.isEmpty()) {
            count(new Visit(key, asking.due(), millis, false, empty, release, false));
            return;
        }
        Map<String, Object> click = new TreeMap<>(who(asking.shopper()));
        click.put("eventType", "click");
        click.put("eventTime", clock.instant().toString());
        click.put("productDetails", List.of(Map.of("id", wanted)));
        click.put("attributionToken", answer.path("attributionToken").asString(""));
        client.sendAsync(
                        post("/v1/userEvents:write", click), HttpResponse.BodyHandlers.discarding())
                .whenComplete((taken, problem) -> {
                    boolean failed = problem != null || taken.statusCode() != 200;
                    count(new Visit(key, asking.due(), millis, failed, empty, release, true));
                });
    }

    /** The chance that a shopper who sees a product clicks on it, as the simulation has it. */
    private double pull(int shopper, String id) {
        int item = shop.item(id);
        return item < 0 ? 0 : 1 / (1 + Math.exp(3.2 - 1.6 * truth.affinity(shopper, item)));
    }

    /** Ends after the last answer. */
    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
        if (!open.tryAcquire(MOST_OPEN, 2 * GIVE_UP.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("answers never ended");
        }
        client.close();
    }
}
