package dev.vitrine.benchmarks.inference;

import dev.vitrine.inference.batch.BatchQueue;
import dev.vitrine.inference.batch.Turns;
import dev.vitrine.inference.batch.Work;
import dev.vitrine.inference.session.Cancellation;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;

/**
 * Clients on virtual threads that ask a queue, each again as soon as it has its answer and one
 * thread, which is that of the network in a server, has handed it the next request. Without that a
 * client that need not wait would never give its processor to another.
 */
final class QueueClients implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Turns turns;
    private final OnnxSession session;
    private final List<Map<String, Tensor>> ring;
    private final List<String> outputs;
    private final ExecutorService network =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().name("network").daemon().factory());

    QueueClients(Turns turns, OnnxSession session, Subject subject) {
        this.turns = turns;
        this.session = session;
        this.ring = subject.ring();
        this.outputs = List.of(subject.output());
    }

    /** Rows of a request. */
    long rows() {
        return ring.getFirst().values().iterator().next().size(0);
    }

    /**
     * What clients saw.
     *
     * @param sorted nanoseconds of each answer
     */
    record Ran(long[] sorted, double seconds) {
        long nanos(double share) {
            return sorted[Math.min(sorted.length - 1, (int) (share * sorted.length))];
        }

        /** Answers a second that came within a bound. */
        double perSecond(long bound) {
            int at = Arrays.binarySearch(sorted, bound);
            return (at < 0 ? -at - 1 : at + 1) / seconds;
        }
    }

    /** Asks for a time with so many clients. */
    Ran run(BatchQueue queue, int clients, double seconds) throws InterruptedException {
        List<FutureTask<long[]>> running = new ArrayList<>();
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        for (int c = 0; c < clients; c++) {
            int first = c * ring.size() / clients;
            FutureTask<long[]> client = new FutureTask<>(() -> ask(queue, first, end));
            Thread.ofVirtual().start(client);
            running.add(client);
        }
        try {
            long[] all = {};
            for (FutureTask<long[]> client : running) {
                long[] more = client.get();
                int from = all.length;
                all = Arrays.copyOf(all, from + more.length);
                System.arraycopy(more, 0, all, from, more.length);
            }
            double took = (System.nanoTime() - start) / 1e9;
            Arrays.sort(all);
            return new Ran(all, took);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a request failed", e.getCause());
        }
    }

    private long[] ask(BatchQueue queue, int first, long end) {
        long[] took = new long[1 << 10];
        int count = 0;
        long before = System.nanoTime();
        do {
            Map<String, Tensor> inputs = ring.get((first + count) % ring.size());
            turns.run(
                    queue, session::run, new Work(inputs, outputs, 0, TIMEOUT, new Cancellation()));
            long after = System.nanoTime();
            if (count == took.length) {
                took = Arrays.copyOf(took, 2 * count);
            }
            took[count++] = after - before;
            CompletableFuture.runAsync(() -> {}, network).join();
            before = System.nanoTime();
        } while (before - end < 0);
        return Arrays.copyOf(took, count);
    }

    @Override
    public void close() {
        network.close();
    }
}
