package dev.vitrine.server.http;

import dev.vitrine.inference.session.Cancellation;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What a connection brings next. Whoever reads it is blocked until something comes, and while a
 * request is being answered nobody reads, so that nobody hears of a caller that hung up. For a
 * request that has waited for some time, and only for such, a thread of its own therefore begins to
 * read: the end of the stream cancels the request, and other bytes are kept for the request that
 * they belong to.
 */
final class Incoming {
    private final HelidonSocket socket;

    /** The request that may be cancelled, or the reading that has begun for one. */
    private final AtomicReference<@Nullable Object> state = new AtomicReference<>();

    /** The request that waited when it was looked last; for the watching thread alone. */
    private @Nullable Object seen;

    Incoming(HelidonSocket socket) {
        this.socket = socket;
    }

    /** The next bytes, for the thread of the connection; null at the end. */
    byte @Nullable [] next() {
        if (!(state.get() instanceof Ahead ahead)) {
            return socket.get();
        }
        state.set(null);
        return ahead.await();
    }

    /** A request whose body is read begins to be answered. */
    void begins(Cancellation request) {
        state.compareAndSet(null, request);
    }

    /** It is over; whoever reads ahead goes on, for the next one. */
    void over(Cancellation request) {
        state.compareAndSet(request, null);
    }

    /** Looks after a request that is still the one of the last time. */
    void look() {
        Object now = state.get();
        if (now instanceof Cancellation request && isSeen(request)) {
            Ahead ahead = new Ahead(request);
            if (state.compareAndSet(request, ahead)) {
                Thread.ofVirtual().name("http-hang-up").start(ahead);
            }
        }
        seen = now;
    }

    @SuppressWarnings("ReferenceEquality")
    private boolean isSeen(Object request) {
        return seen == request;
    }

    /** One read while a request waits. */
    private final class Ahead implements Runnable {
        private final Cancellation request;
        private final CountDownLatch done = new CountDownLatch(1);
        private byte @Nullable [] bytes;
        private @Nullable UncheckedIOException failure;

        Ahead(Cancellation request) {
            this.request = request;
        }

        @Override
        public void run() {
            try {
                bytes = socket.get();
            } catch (UncheckedIOException e) {
                failure = e;
            } finally {
                done.countDown();
            }
            if (bytes == null || bytes.length == 0) {
                request.cancel();
            }
        }

        byte @Nullable [] await() {
            try {
                done.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ServerConnectionException("the server stops", e);
            }
            if (failure != null) {
                throw failure;
            }
            return bytes;
        }
    }
}
