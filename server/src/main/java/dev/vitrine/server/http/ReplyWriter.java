package dev.vitrine.server.http;

import dev.vitrine.server.access.AccessControl;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerResponse;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.function.LongSupplier;

/** Sends answers, and takes leave of callers who are still sending. */
final class ReplyWriter {
    private static final Header NOSNIFF =
            HeaderValues.createCached("X-Content-Type-Options", "nosniff");
    private static final Header NO_STORE =
            HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-store");
    private static final HeaderName REQUEST_ID = HeaderNames.create("X-Request-Id");
    private static final Header VARY_ORIGIN = HeaderValues.createCached(HeaderNames.VARY, "Origin");
    private static final Header EXPOSE =
            HeaderValues.createCached("Access-Control-Expose-Headers", "X-Request-Id, Retry-After");
    private static final Header TYPE_JSON =
            HeaderValues.createCached(HeaderNames.CONTENT_TYPE, Reply.JSON);

    private final HttpSettings settings;
    private final AccessControl access;
    private final LongSupplier nanoClock;

    ReplyWriter(HttpSettings settings, AccessControl access, LongSupplier nanoClock) {
        this.settings = settings;
        this.access = access;
        this.nanoClock = nanoClock;
    }

    void write(Dispatcher.Exchange exchange, Reply reply) {
        ServerResponse response = exchange.response();
        boolean unread = exchange.hasBody() && !exchange.request().content().consumed();
        headers(exchange, reply, unread);
        switch (reply) {
            case Reply.Whole whole -> response.send(whole.bytes(), 0, whole.length());
            case Reply.Empty empty -> response.send();
            case Reply.Stream stream -> stream(response, stream);
        }
        if (unread) {
            ConnectionGuard.linger();
        }
        if (unread || exchange.request().headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
            throw new CloseConnectionException("closed after the answer, as announced");
        }
    }

    private void headers(Dispatcher.Exchange exchange, Reply reply, boolean unread) {
        ServerResponse response = exchange.response();
        response.status(Status.create(reply.status()));
        response.header(NOSNIFF);
        response.header(REQUEST_ID, exchange.id());
        if (unread) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        String origin = exchange.header(HeaderNames.ORIGIN);
        if (!origin.isEmpty() && access.knowsOrigin(origin)) {
            response.header(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            response.header(VARY_ORIGIN);
            response.header(EXPOSE);
        }
        String type =
                switch (reply) {
                    case Reply.Whole whole -> whole.type();
                    case Reply.Stream stream -> stream.type();
                    case Reply.Empty empty -> "";
                };
        if (type.equals(Reply.JSON)) {
            response.header(TYPE_JSON);
        } else if (!type.isEmpty()) {
            response.header(HeaderNames.CONTENT_TYPE, type);
        }
        if (!reply.headers().containsKey("Cache-Control")) {
            response.header(NO_STORE);
        }
        reply.headers().forEach((name, value) -> response.header(name, value));
    }

    private void stream(ServerResponse response, Reply.Stream stream) {
        long end = nanoClock.getAsLong() + settings.imports().toNanos();
        ReadDeadline deadline = new ReadDeadline(end, settings.stall(), nanoClock);
        try (OutputStream out = new Watched(response.outputStream(), deadline)) {
            stream.writer().write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw new CloseConnectionException("an answer broke off", e);
        }
    }

    /** Lets each write take only so long. */
    private static final class Watched extends FilterOutputStream {
        private final ReadDeadline deadline;

        Watched(OutputStream out, ReadDeadline deadline) {
            super(out);
            this.deadline = deadline;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            deadline.before();
            out.write(bytes, offset, length);
            deadline.after();
        }
    }
}
