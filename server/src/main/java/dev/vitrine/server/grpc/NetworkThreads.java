package dev.vitrine.server.grpc;

import dev.vitrine.inference.batch.NeverWaits;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.DefaultChannelPromise;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.IoHandlerFactory;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.util.ResourceLeakDetector;
import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutor;
import io.grpc.netty.shaded.io.netty.util.concurrent.FastThreadLocalThread;
import io.grpc.netty.shaded.io.netty.util.concurrent.GlobalEventExecutor;
import java.util.ArrayDeque;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The threads that read and write sockets: a few, for they never wait. What is short they do
 * themselves, one after another and never much of it. Linux' epoll where it can be had. Connections
 * beyond the bound are closed as they come.
 */
final class NetworkThreads implements AutoCloseable {
    private static final String LEAKS = "io.grpc.netty.shaded.io.netty.leakDetection.level";

    /** What a thread may have before it besides reading and writing. */
    private static final long MOST_AHEAD = 1_000_000;

    private final EventLoopGroup accepting;
    private final Bounded serving;

    static {
        // It takes a stack trace of one buffer in a hundred; whoever looks for a leak asks for it.
        if (System.getProperty(LEAKS) == null) {
            ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        }
    }

    NetworkThreads(int threads, int maxConnections) {
        this.accepting =
                new MultiThreadIoEventLoopGroup(
                        1, Thread.ofPlatform().name("grpc-accept").daemon().factory(), handlers());
        this.serving = new Bounded(threads, maxConnections);
    }

    private static IoHandlerFactory handlers() {
        return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }

    void use(NettyServerBuilder builder) {
        builder.bossEventLoopGroup(accepting)
                .workerEventLoopGroup(serving)
                .channelType(
                        Epoll.isAvailable()
                                ? EpollServerSocketChannel.class
                                : NioServerSocketChannel.class);
    }

    /**
     * Has the network's thread that calls do something itself, once it has read what has come and
     * has sent what it did before.
     *
     * @param nanos what that is likely to take
     * @return false when it has enough to do, when that is not known, and for other threads
     */
    boolean soon(long nanos, Runnable task) {
        return nanos > 0
                && Thread.currentThread() instanceof NetworkThread here
                && here.soon(nanos, task, serving);
    }

    int connections() {
        return serving.open.get();
    }

    @Override
    public void close() {
        accepting.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        serving.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private static ThreadFactory threads(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> new NetworkThread(task, name + number.getAndIncrement());
    }

    /** A thread that reads and writes for many callers, and what it does besides. */
    private static final class NetworkThread extends FastThreadLocalThread implements NeverWaits {
        private final ArrayDeque<Task> tasks = new ArrayDeque<>();
        private long ahead;
        private @Nullable EventExecutor loop;

        private record Task(long nanos, Runnable work) {}

        NetworkThread(Runnable task, String name) {
            super(task, name);
            setDaemon(true);
        }

        boolean soon(long nanos, Runnable work, EventLoopGroup loops) {
            if (ahead + nanos > MOST_AHEAD) {
                return false;
            }
            if (loop == null) {
                for (EventExecutor each : loops) {
                    loop = each.inEventLoop() ? each : loop;
                }
            }
            ahead += nanos;
            tasks.add(new Task(nanos, work));
            if (tasks.size() == 1 && loop != null) {
                loop.execute(this::next);
            }
            return true;
        }

        /** One at a time, so that what it has to send goes out before the next begins. */
        private void next() {
            Task task = tasks.remove();
            ahead -= task.nanos;
            try {
                task.work.run();
            } finally {
                if (!tasks.isEmpty() && loop != null) {
                    loop.execute(this::next);
                }
            }
        }
    }

    private static final class Bounded extends MultiThreadIoEventLoopGroup {
        final AtomicInteger open = new AtomicInteger();
        private final int most;

        Bounded(int threads, int most) {
            super(threads, threads("grpc-network-"), handlers());
            this.most = most;
        }

        @Override
        public ChannelFuture register(Channel channel) {
            if (open.incrementAndGet() > most) {
                open.decrementAndGet();
                return new DefaultChannelPromise(channel, GlobalEventExecutor.INSTANCE)
                        .setFailure(new IllegalStateException("too many connections"));
            }
            channel.closeFuture().addListener(closed -> open.decrementAndGet());
            return super.register(channel);
        }
    }
}
