package dev.vitrine.benchmarks.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;

/**
 * Sends requests over many connections from few threads, each with an event loop of its own. A
 * connection has one request under way at a time, as one caller of a pool of connections has.
 *
 * <p>In an open loop every request is timed from the moment it should have been sent, also while it
 * waits for a connection; one that is past its deadline before there is one is given up unsent.
 */
public final class Generator implements AutoCloseable {
    private static final Duration GIVE_UP = Duration.ofSeconds(10);
    private static final long LEAD_NANOS = 2_000_000;

    private final List<Loop> loops = new ArrayList<>();

    /**
     * Connects.
     *
     * @param threads each with its share of the connections
     */
    public Generator(SocketAddress server, Wire wire, int connections, int threads)
            throws IOException {
        int used = Math.min(threads, connections);
        for (int i = 0; i < used; i++) {
            int share = connections / used + (i < connections % used ? 1 : 0);
            loops.add(new Loop(server, wire, share, i));
        }
    }

    /** Every connection sends as soon as its last request is answered. */
    public LoadRun closed(Duration length) throws InterruptedException {
        long start = System.nanoTime() + LEAD_NANOS;
        return all(loop -> loop.closed(start, length.toNanos(), GIVE_UP.toNanos()));
    }

    /**
     * Requests at a fixed rate.
     *
     * @param deadline after which a request that waits for a connection is given up
     */
    public LoadRun open(double perSecond, Duration length, Duration deadline)
            throws InterruptedException {
        return open(List.of(new Step(perSecond, length)), deadline);
    }

    /** As {@link #open(double, Duration, Duration)}, with rates that follow each other. */
    public LoadRun open(List<Step> steps, Duration deadline) throws InterruptedException {
        Schedule schedule =
                new Schedule(
                        System.nanoTime() + LEAD_NANOS,
                        steps,
                        loops.size(),
                        deadline.toNanos(),
                        GIVE_UP.toNanos());
        return all(loop -> loop.open(schedule));
    }

    /** A rate for a time. */
    public record Step(double perSecond, Duration length) {
        int count() {
            return (int) (perSecond * length.toNanos() / 1e9);
        }
    }

    private LoadRun all(Function<Loop, LoadRun> work) throws InterruptedException {
        List<FutureTask<LoadRun>> running = new ArrayList<>();
        for (Loop loop : loops) {
            FutureTask<LoadRun> task = new FutureTask<>(() -> work.apply(loop));
            Thread.ofPlatform().daemon().name("load").start(task);
            running.add(task);
        }
        try {
            LoadRun whole = running.getFirst().get();
            for (FutureTask<LoadRun> other : running.subList(1, running.size())) {
                whole.addAll(other.get());
            }
            return whole;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the load broke off", e.getCause());
        }
    }

    /** Asks one question over a connection of its own and gives the body of the answer. */
    public static byte[] ask(InetSocketAddress server, Wire wire, int number) throws IOException {
        try (SocketChannel channel = SocketChannel.open(server)) {
            return Loop.ask(channel, wire.open(), number);
        }
    }

    @Override
    public void close() throws IOException {
        for (Loop loop : loops) {
            loop.close();
        }
    }
}
