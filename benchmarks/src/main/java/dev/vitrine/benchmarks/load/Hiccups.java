package dev.vitrine.benchmarks.load;

import java.util.Arrays;

/**
 * The machine's own noise: how much later than asked a thread wakes that sleeps a millisecond at a
 * time.
 */
public final class Hiccups implements AutoCloseable {
    private static final int MOST = 1_000_000;

    private final long[] late = new long[MOST];
    private final Thread thread;
    private int count;
    private volatile boolean closed;

    public Hiccups() {
        thread = Thread.ofPlatform().daemon().name("hiccups").start(this::watch);
    }

    private void watch() {
        try {
            while (!closed && count < MOST) {
                long before = System.nanoTime();
                Thread.sleep(1);
                late[count++] = Math.max(0, System.nanoTime() - before - 1_000_000);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the watch; the 99th percentile in milliseconds. */
    public double p99Ms() throws InterruptedException {
        closed = true;
        thread.join();
        if (count == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(late, count);
        Arrays.sort(sorted);
        return sorted[(int) Math.ceil(count * 0.99) - 1] / 1e6;
    }

    @Override
    public void close() {
        closed = true;
    }
}
