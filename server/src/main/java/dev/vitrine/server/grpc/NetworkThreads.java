package dev.vitrine.server.grpc;

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
import io.grpc.netty.shaded.io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that read and write sockets: a few, for they never wait and never run a model. Linux'
 * epoll where it can be had. Connections beyond the bound are closed as they come.
 */
final class NetworkThreads implements AutoCloseable {
    private final EventLoopGroup accepting;
    private final Bounded serving;

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

    int connections() {
        return serving.open.get();
    }

    @Override
    public void close() {
        accepting.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        serving.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private static final class Bounded extends MultiThreadIoEventLoopGroup {
        final AtomicInteger open = new AtomicInteger();
        private final int most;

        Bounded(int threads, int most) {
            super(
                    threads,
                    Thread.ofPlatform().name("grpc-network-", 0).daemon().factory(),
                    handlers());
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
