package dev.vitrine.benchmarks.serving;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/**
 * Sends requests at a fixed rate, whatever becomes of those before, and times each from the moment
 * it should have been sent: a server that falls behind is seen to, because what waits for it counts
 * (no coordinated omission). At most {@value #MOST_OPEN} wait for an answer at once; one that would
 * be more fails at its time without being sent.
 */
final class OpenLoop {
    static final int MOST_OPEN = 4_000;
    private static final Duration GIVE_UP = Duration.ofSeconds(10);

    private final HttpClient client;
    private final Kind kind;

    /** A kind of request. */
    record Kind(String name, IntFunction<HttpRequest> request, AnswerCheck check) {}

    /** What an answer is worth. */
    interface AnswerCheck {
        /** Whether an answer with status 200 has what was asked for. */
        boolean full(byte[] body);
    }

    /**
     * How a run went.
     *
     * @param requests that should have been sent
     * @param failed not answered with 200 in time
     * @param empty answered with 200, without what was asked for
     * @param millis latencies of all that were answered, sorted
     * @param seconds from the first due time to the last answer
     */
    record Run(int requests, int failed, int empty, double[] millis, double seconds) {
        /** A percentile of the latencies; those that failed count as the slowest. */
        double percentile(double share) {
            int place = (int) Math.ceil(share * requests) - 1;
            return place < millis.length ? millis[Math.max(0, place)] : GIVE_UP.toMillis();
        }

        double answeredPerSecond() {
            return millis.length / seconds;
        }
    }

    OpenLoop(HttpClient client, Kind kind) {
        this.client = client;
        this.kind = kind;
    }

    /**
     * Runs and waits for the last answer.
     *
     * @param first number of the first request, so that runs may ask different things
     */
    Run run(int first, double perSecond, Duration length) throws InterruptedException {
        int count = (int) Math.max(1, perSecond * length.toMillis() / 1000);
        long[] nanos = new long[count];
        AtomicInteger failed = new AtomicInteger();
        AtomicInteger empty = new AtomicInteger();
        Semaphore open = new Semaphore(MOST_OPEN);
        long start = System.nanoTime() + 1_000_000;
        for (int i = 0; i < count; i++) {
            long due = start + (long) (i * (1e9 / perSecond));
            HttpRequest request = kind.request().apply(first + i);
            waitUntil(due);
            if (!open.tryAcquire()) {
                failed.incrementAndGet();
                continue;
            }
            int place = i;
            client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
                    .whenComplete((answer, problem) -> {
                        long now = System.nanoTime();
                        if (problem != null || answer.statusCode() != 200) {
                            failed.incrementAndGet();
                        } else {
                            nanos[place] = now - due;
                            if (!kind.check().full(answer.body())) {
                                empty.incrementAndGet();
                            }
                        }
                        open.release();
                    });
        }
        if (!open.tryAcquire(MOST_OPEN, GIVE_UP.toSeconds() * 3, TimeUnit.SECONDS)) {
            throw new IllegalStateException("answers to " + kind.name() + " never ended");
        }
        double seconds = Math.max((System.nanoTime() - start) / 1e9, count / perSecond);
        double[] millis =
                Arrays.stream(nanos).filter(n -> n != 0).mapToDouble(n -> n / 1e6).toArray();
        Arrays.sort(millis);
        return new Run(count, failed.get(), empty.get(), millis, seconds);
    }

    private static void waitUntil(long due) {
        long left = due - System.nanoTime();
        while (left > 0) {
            LockSupport.parkNanos(left);
            left = due - System.nanoTime();
        }
    }

    /** The time after which a request is given up. */
    static Duration giveUp() {
        return GIVE_UP;
    }
}
