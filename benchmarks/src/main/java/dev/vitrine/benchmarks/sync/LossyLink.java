package dev.vitrine.benchmarks.sync;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A loopback link of limited width that breaks one connection in three, without a word, after a
 * random number of bytes. Every byte is counted where it enters, in both directions, whether or not
 * it comes out.
 */
final class LossyLink implements AutoCloseable {
    private static final int PIECE = 16 << 10;

    /** Small, so that little waits unseen where it was not counted. */
    private static final int SOCKET_BUFFER = 64 << 10;

    private final ServerSocket entrance;
    private final int exit;
    private final SplittableRandom random;
    private final long cutWithin;
    private final double bytesPerNano;
    private final AtomicLong free = new AtomicLong(System.nanoTime());
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong connections = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();

    private LossyLink(
            ServerSocket entrance,
            int exit,
            SplittableRandom random,
            long cutWithin,
            double bytesPerNano) {
        this.entrance = entrance;
        this.exit = exit;
        this.random = random;
        this.cutWithin = cutWithin;
        this.bytesPerNano = bytesPerNano;
    }

    /**
     * Opens one.
     *
     * @param exit the port of loopback that it leads to
     * @param cutWithin a broken connection breaks before so many bytes, all numbers alike
     * @param bytesPerSecond that pass, both directions and all connections together
     */
    static LossyLink open(int exit, long seed, long cutWithin, long bytesPerSecond)
            throws IOException {
        ServerSocket entrance = new ServerSocket();
        entrance.setReceiveBufferSize(SOCKET_BUFFER);
        entrance.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        LossyLink link =
                new LossyLink(
                        entrance,
                        exit,
                        new SplittableRandom(seed),
                        cutWithin,
                        bytesPerSecond / 1e9);
        Thread.ofPlatform().daemon().name("link").start(link::accept);
        return link;
    }

    int port() {
        return entrance.getLocalPort();
    }

    long bytes() {
        return bytes.get();
    }

    long connections() {
        return connections.get();
    }

    long dropped() {
        return dropped.get();
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                Socket near = entrance.accept();
                connections.incrementAndGet();
                long budget = random.nextInt(3) == 0 ? random.nextLong(cutWithin) : Long.MAX_VALUE;
                Socket far = new Socket();
                far.setReceiveBufferSize(SOCKET_BUFFER);
                far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), exit));
                Wire wire = new Wire(near, far, budget);
                Thread.ofVirtual().start(() -> wire.pump(near, far));
                Thread.ofVirtual().start(() -> wire.pump(far, near));
            } catch (IOException e) {
                if (!entrance.isClosed()) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private final class Wire {
        private final Socket near;
        private final Socket far;
        private final AtomicLong left;

        Wire(Socket near, Socket far, long budget) {
            this.near = near;
            this.far = far;
            this.left = new AtomicLong(budget);
        }

        void pump(Socket from, Socket to) {
            byte[] piece = new byte[PIECE];
            try (InputStream in = from.getInputStream();
                    OutputStream out = to.getOutputStream()) {
                for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                    bytes.addAndGet(n);
                    pass(n);
                    if (left.addAndGet(-n) <= 0) {
                        cut();
                        return;
                    }
                    out.write(piece, 0, n);
                }
            } catch (IOException e) {
                close(near);
                close(far);
            }
        }

        /** Resets both ends; whoever comes first counts. */
        private void cut() throws IOException {
            synchronized (this) {
                if (!near.isClosed()) {
                    dropped.incrementAndGet();
                    near.setSoLinger(true, 0);
                    far.setSoLinger(true, 0);
                }
                close(near);
                close(far);
            }
        }

        private static void close(Socket socket) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Waits for its turn on the link. */
    private void pass(int size) {
        long takes = (long) (size / bytesPerNano);
        long now = System.nanoTime();
        long until = free.updateAndGet(f -> Math.max(f, now) + takes);
        while (System.nanoTime() < until) {
            LockSupport.parkNanos(until - System.nanoTime());
        }
    }

    @Override
    public void close() throws IOException {
        entrance.close();
    }
}
