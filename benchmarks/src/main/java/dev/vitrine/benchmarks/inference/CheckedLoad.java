package dev.vitrine.benchmarks.inference;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks a stack model at a fixed rate, times each request from the moment it should have been sent,
 * and compares each answer with what the version that it names has to answer. Batches add up in
 * another order than single requests, so numbers may differ by a thousandth of the longest.
 */
final class CheckedLoad {
    private static final int MOST_OPEN = 2_000;
    private static final Duration GIVE_UP = Duration.ofSeconds(10);
    private static final String JSON_LENGTH = "Inference-Header-Content-Length";
    private static final Pattern VERSION = Pattern.compile("\"model_version\":\"(\\d+)\"");

    private final HttpClient client;
    private final List<HttpRequest> requests;
    private final LongFunction<List<float[]>> answers;

    /**
     * @param answers right ones, by version and request
     */
    CheckedLoad(HttpClient client, URI server, String model, LongFunction<List<float[]>> answers) {
        this.client = client;
        this.answers = answers;
        this.requests =
                StackModel.bodies().stream()
                        .map(body ->
                                HttpRequest.newBuilder(
                                                server.resolve("/v2/models/" + model + "/infer"))
                                        .timeout(GIVE_UP)
                                        .header("Content-Type", "application/octet-stream")
                                        .header(JSON_LENGTH, Integer.toString(body.json()))
                                        .POST(HttpRequest.BodyPublishers.ofByteArray(body.bytes()))
                                        .build())
                        .toList();
    }

    /**
     * How a run went.
     *
     * @param failed not answered with 200
     * @param mixed answered with something else than the version that they name answers
     * @param millis latencies, sorted; those that failed are the longest
     */
    record Run(int requests, int failed, int mixed, double[] millis, double seconds) {
        double p99() {
            return millis[Math.max(0, (int) Math.ceil(0.99 * millis.length) - 1)];
        }

        double p50() {
            return millis[(millis.length - 1) / 2];
        }
    }

    /** What many callers get who ask again as soon as they are answered, by second. */
    double saturated(int callers, Duration length) throws InterruptedException {
        long end = System.nanoTime() + length.toNanos();
        AtomicInteger answered = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        Thread[] threads = new Thread[callers];
        for (int c = 0; c < callers; c++) {
            int first = c;
            threads[c] =
                    Thread.ofVirtual()
                            .start(() -> {
                                for (int n = first; System.nanoTime() < end; n++) {
                                    try {
                                        int status = send(n).statusCode();
                                        (status == 200 ? answered : failed).incrementAndGet();
                                    } catch (java.io.IOException e) {
                                        failed.incrementAndGet();
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                        return;
                                    }
                                }
                            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (failed.get() > answered.get()) {
            throw new IllegalStateException(failed + " of the requests at full load failed");
        }
        return answered.get() / (length.toNanos() / 1e9);
    }

    private HttpResponse<byte[]> send(int n) throws java.io.IOException, InterruptedException {
        return client.send(
                requests.get(n % requests.size()), HttpResponse.BodyHandlers.ofByteArray());
    }

    /** A run of a fixed length. */
    Run run(double perSecond, Duration length) throws InterruptedException {
        long end = System.nanoTime() + length.toNanos();
        return run(perSecond, () -> System.nanoTime() < end);
    }

    /** A run as long as the condition holds. */
    Run run(double perSecond, BooleanSupplier on) throws InterruptedException {
        Counts counts = new Counts();
        Semaphore open = new Semaphore(MOST_OPEN);
        long start = System.nanoTime() + 1_000_000;
        int count = 0;
        for (; on.getAsBoolean(); count++) {
            long due = start + (long) (count * (1e9 / perSecond));
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            if (!open.tryAcquire()) {
                counts.add(GIVE_UP.toNanos(), true, false);
                continue;
            }
            int request = count % requests.size();
            client.sendAsync(requests.get(request), HttpResponse.BodyHandlers.ofByteArray())
                    .whenComplete((answer, problem) -> {
                        long took = System.nanoTime() - due;
                        boolean failed = problem != null || answer.statusCode() != 200;
                        counts.add(
                                failed ? GIVE_UP.toNanos() : took,
                                failed,
                                !failed && !isRight(answer, request));
                        open.release();
                    });
        }
        if (!open.tryAcquire(MOST_OPEN, 3 * GIVE_UP.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("some answers never came");
        }
        return counts.run(count, (System.nanoTime() - start) / 1e9);
    }

    private boolean isRight(HttpResponse<byte[]> answer, int request) {
        byte[] body = answer.body();
        int json = Integer.parseInt(answer.headers().firstValue(JSON_LENGTH).orElse("0"));
        Matcher version = VERSION.matcher(new String(body, 0, json, StandardCharsets.UTF_8));
        if (body.length - json != 4 * StackModel.WIDTH || !version.find()) {
            return false;
        }
        float[] right = answers.apply(Long.parseLong(version.group(1))).get(request);
        ByteBuffer numbers =
                ByteBuffer.wrap(body, json, body.length - json)
                        .slice()
                        .order(ByteOrder.LITTLE_ENDIAN);
        double most = 0;
        double off = 0;
        for (int i = 0; i < right.length; i++) {
            most = Math.max(most, Math.abs(right[i]));
            off = Math.max(off, Math.abs(right[i] - numbers.getFloat(4 * i)));
        }
        return off <= most / 1_000;
    }

    /** Collects outcomes from the client's threads. */
    private static final class Counts {
        private double[] millis = new double[1 << 12];
        private int count;
        private int failed;
        private int mixed;

        synchronized void add(long nanos, boolean isFailed, boolean isMixed) {
            if (count == millis.length) {
                millis = Arrays.copyOf(millis, 2 * count);
            }
            millis[count++] = nanos / 1e6;
            failed += isFailed ? 1 : 0;
            mixed += isMixed ? 1 : 0;
        }

        synchronized Run run(int requests, double seconds) {
            double[] sorted = Arrays.copyOf(millis, count);
            Arrays.sort(sorted);
            return new Run(requests, failed, mixed, sorted, seconds);
        }
    }
}
