package dev.vitrine.server.http;

import dev.vitrine.inference.session.Cancellation;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Gives every connection a deadline and closes those that miss it.
 *
 * <p>The server's sockets block without a time limit, so a client that sends a byte now and then,
 * or never reads its answer, would hold a thread for ever. Each connection therefore carries one
 * deadline: for its first headers, then for the request it is in, then for the next request to
 * come; long imports push it on with every read. A thread looks twenty times a second and closes
 * the sockets of those that are late; it also looks after callers who wait, see {@link Incoming}.
 * Threads are never interrupted for it, because an interrupt would close the files that a request
 * is reading.
 *
 * <p>A refused caller is often still sending its body. Closing then would make the network reset
 * the connection and throw away an answer that the caller has not read yet. What it sends is
 * therefore read and dropped before the connection closes: until it closes its side, is silent for
 * {@link #LINGER_SILENCE}, has sent {@link #LINGER_BYTES}, or has taken as long as the settings
 * allow. The answer says how long it is, so nobody waits for the close to know its end.
 */
final class ConnectionGuard implements ServerConnectionSelector, AutoCloseable {
    static final long LINGER_BYTES = 256 << 20;
    private static final Duration LINGER_SILENCE = Duration.ofSeconds(5);
    private static final System.Logger LOG = System.getLogger(ConnectionGuard.class.getName());

    private static final Duration TICK = Duration.ofMillis(50);
    private static final ScopedValue<Watched> CURRENT = ScopedValue.newInstance();

    private final Http1ConnectionSelector http;
    private final Duration firstRequest;
    private final Duration linger;
    private final LongSupplier nanoClock;
    private final Set<Watched> connections = ConcurrentHashMap.newKeySet();
    private final Thread watcher;
    private volatile boolean running = true;

    ConnectionGuard(
            Http1Config config, Duration firstRequest, Duration linger, LongSupplier nanoClock) {
        this.http = Http1ConnectionSelector.builder().config(config).build();
        this.firstRequest = firstRequest;
        this.linger = linger;
        this.nanoClock = nanoClock;
        this.watcher = Thread.ofPlatform().daemon().name("http-deadlines").unstarted(this::watch);
    }

    void start() {
        watcher.start();
    }

    /** How many connections are open. */
    int open() {
        return connections.size();
    }

    /** Sets when the connection of the current request will be closed. */
    static void deadline(long nanoTime) {
        if (CURRENT.isBound()) {
            CURRENT.get().deadline = nanoTime;
        }
    }

    /** Lets the connection of the current request close only when its caller has had its say. */
    static void linger() {
        if (CURRENT.isBound()) {
            CURRENT.get().lingers = true;
        }
    }

    /**
     * Does what may wait for its turn, and cancels it when the caller of the current request hangs
     * up meanwhile. The body of the request has to be read.
     */
    static <T> T attending(Cancellation request, Supplier<T> work) {
        if (!CURRENT.isBound()) {
            return work.get();
        }
        Incoming incoming = CURRENT.get().incoming;
        incoming.begins(request);
        try {
            return work.get();
        } finally {
            incoming.over(request);
        }
    }

    private void watch() {
        while (running) {
            try {
                Thread.sleep(TICK);
            } catch (InterruptedException e) {
                return;
            }
            long now = nanoClock.getAsLong();
            for (Watched connection : connections) {
                if (now - connection.deadline > 0) {
                    connection.cut();
                } else {
                    connection.incoming.look();
                }
            }
        }
    }

    @Override
    public void close() {
        running = false;
        watcher.interrupt();
    }

    @Override
    public int bytesToIdentifyConnection() {
        return http.bytesToIdentifyConnection();
    }

    @Override
    public Support supports(BufferData data) {
        return http.supports(data);
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return http.supportedApplicationProtocols();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        Watched watched = new Watched(context, nanoClock.getAsLong() + firstRequest.toNanos());
        watched.inner = http.connection(new BoundedContext(context, watched.incoming));
        connections.add(watched);
        return watched;
    }

    /** A connection with its deadline. */
    private final class Watched implements ServerConnection, InterruptableTask<Void> {
        private final ConnectionContext context;
        private final Incoming incoming;
        private volatile long deadline;
        private volatile boolean lingers;
        private ServerConnection inner;

        Watched(ConnectionContext context, long deadline) {
            this.context = context;
            this.incoming = new Incoming(context.serverSocket());
            this.deadline = deadline;
            this.inner = this;
        }

        void cut() {
            connections.remove(this);
            try {
                context.serverSocket().close();
            } catch (UncheckedIOException e) {
                LOG.log(System.Logger.Level.DEBUG, "a late connection was closed already", e);
            }
        }

        @Override
        public void handle(Limit limit) throws InterruptedException {
            try {
                ScopedValue.where(CURRENT, this)
                        .call(() -> {
                            inner.handle(limit);
                            return true;
                        });
            } finally {
                if (lingers) {
                    discard();
                }
                connections.remove(this);
            }
        }

        /** Reads and drops what still comes, within bounds. */
        private void discard() {
            long end = nanoClock.getAsLong() + linger.toNanos();
            long dropped = 0;
            try {
                while (dropped < LINGER_BYTES) {
                    long silent = nanoClock.getAsLong() + LINGER_SILENCE.toNanos();
                    deadline = silent - end < 0 ? silent : end;
                    byte[] bytes = incoming.next();
                    if (bytes == null || bytes.length == 0) {
                        return;
                    }
                    dropped += bytes.length;
                }
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.DEBUG, "the caller went or was too slow", e);
            }
        }

        @Override
        public Duration idleTime() {
            return inner.idleTime();
        }

        @Override
        public void close(boolean interrupt) {
            if (interrupt || !lingers) {
                inner.close(interrupt);
            }
        }

        @Override
        public boolean canInterrupt() {
            return !lingers && inner instanceof InterruptableTask<?> task && task.canInterrupt();
        }

        @Override
        public Void call() {
            throw new UnsupportedOperationException("a connection runs through handle");
        }
    }

    /** The connection as HTTP sees it: the same, with a bounded reader. */
    private static final class BoundedContext implements ConnectionContext {
        private final ConnectionContext inner;
        private final DataReader reader;

        BoundedContext(ConnectionContext inner, Incoming incoming) {
            this.inner = inner;
            this.reader = new ConnectionReader(inner.dataReader(), incoming);
        }

        @Override
        public ListenerContext listenerContext() {
            return inner.listenerContext();
        }

        @Override
        public ExecutorService executor() {
            return inner.executor();
        }

        @Override
        public DataWriter dataWriter() {
            return inner.dataWriter();
        }

        @Override
        public DataReader dataReader() {
            return reader;
        }

        @Override
        public Router router() {
            return inner.router();
        }

        @Override
        public Optional<ProxyProtocolData> proxyProtocolData() {
            return inner.proxyProtocolData();
        }

        @Override
        public HelidonSocket serverSocket() {
            return inner.serverSocket();
        }

        @Override
        public PeerInfo remotePeer() {
            return inner.remotePeer();
        }

        @Override
        public PeerInfo localPeer() {
            return inner.localPeer();
        }

        @Override
        public boolean isSecure() {
            return inner.isSecure();
        }

        @Override
        public String socketId() {
            return inner.socketId();
        }

        @Override
        public String childSocketId() {
            return inner.childSocketId();
        }
    }
}
