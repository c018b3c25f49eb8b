package dev.vitrine.server.http;

import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.kernel.error.Category;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.access.AccessControl;
import dev.vitrine.server.access.AccessRequest;
import dev.vitrine.server.access.Caller;
import dev.vitrine.server.access.Role;
import dev.vitrine.server.audit.Audit;
import io.helidon.common.buffers.DataReader;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes each request through the same steps: route, access, room, body, handler, answer, count. All
 * that can go wrong in any of them becomes an answer here.
 */
final class Dispatcher implements Handler {
    private static final System.Logger LOG = System.getLogger(Dispatcher.class.getName());
    private static final HeaderName API_KEY = HeaderNames.create("X-Api-Key");
    private static final Set<String> JSON_TYPES =
            Set.of(
                    "application/json",
                    "application/x-ndjson",
                    "application/jsonl",
                    "application/x-jsonlines");

    private final RouteTable routes;
    private final AccessControl access;
    private final Audit audit;
    private final HttpSettings settings;
    private final ReplyWriter writer;
    private final Semaphore room;
    private final BodyRoom bodies;
    private final RequestIds ids;
    private final LongSupplier nanoClock;

    Dispatcher(
            RouteTable routes,
            AccessControl access,
            Audit audit,
            HttpSettings settings,
            BodyRoom bodies,
            RequestIds ids,
            LongSupplier nanoClock) {
        this.routes = routes;
        this.access = access;
        this.audit = audit;
        this.settings = settings;
        this.writer = new ReplyWriter(settings, access, nanoClock);
        this.room = new Semaphore(settings.maxRequests());
        this.bodies = bodies;
        this.ids = ids;
        this.nanoClock = nanoClock;
    }

    /** Requests that are being answered, of those that take room. */
    int busy() {
        return settings.maxRequests() - room.availablePermits();
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) {
        long start = nanoClock.getAsLong();
        ConnectionGuard.deadline(start + settings.request().toNanos());
        Exchange exchange = new Exchange(request, response, ids.next(), start);
        String rawPath = request.prologue().uriPath().rawPath();
        String method = request.prologue().method().text();
        RouteTable.Match match = routes.find(method, rawPath.isEmpty() ? "/" : rawPath);
        var meter =
                match instanceof RouteTable.Match.Found found ? found.meter() : routes.unknown();
        meter.started();
        int status = 500;
        try {
            Reply reply = kept(exchange, match, method, answer(exchange, match, method));
            status = reply.status();
            if (status >= 400
                    && (rawPath.startsWith(InferenceRoutes.PREFIX)
                            || rawPath.startsWith(PredictRoutes.PREFIX))) {
                reply = ErrorReply.plain(reply);
            }
            writer.write(exchange, reply);
        } finally {
            exchange.release();
            meter.finished(status, nanoClock.getAsLong() - start, exchange.received());
            ConnectionGuard.deadline(nanoClock.getAsLong() + settings.idle().toNanos());
        }
    }

    /**
     * Keeps who called for what, before the caller learns of it. Paths with the ids of people are
     * kept without them, or erasing would leave a trace of whom it erased.
     */
    private Reply kept(Exchange exchange, RouteTable.Match match, String method, Reply reply) {
        if (!exchange.audited() || !(match instanceof RouteTable.Match.Found found)) {
            return reply;
        }
        String path = found.route().path().text();
        String named = String.join("/", found.parameters());
        String subject = path.startsWith("/v1/users/") ? "" : named.isEmpty() ? made(reply) : named;
        try {
            audit.record(
                    exchange.caller().name(),
                    method + " " + path,
                    subject,
                    Map.of(
                            "role",
                            exchange.caller().role().wire(),
                            "status",
                            Integer.toString(reply.status()),
                            "request",
                            exchange.id()));
            return reply;
        } catch (VitrineException e) {
            LOG.log(System.Logger.Level.ERROR, "request " + exchange.id() + " was not recorded", e);
            return ErrorReply.of(
                    ServerError.AUDIT_UNAVAILABLE,
                    "the call was answered with "
                            + reply.status()
                            + ", but could not be recorded; look at the server's disk and log",
                    "",
                    exchange.id());
        }
    }

    /** The id of what a call made, where it says where that is. */
    private static String made(Reply reply) {
        String location = reply.headers().getOrDefault(Reply.LOCATION, "");
        return location.substring(location.lastIndexOf('/') + 1);
    }

    private Reply answer(Exchange exchange, RouteTable.Match match, String method) {
        try {
            return switch (match) {
                case RouteTable.Match.Found found -> call(exchange, found);
                case RouteTable.Match.WrongMethod wrong -> wrongMethod(exchange, wrong, method);
                case RouteTable.Match.Nothing() ->
                        preflightOr(
                                exchange,
                                method,
                                ErrorReply.of(
                                        ServerError.PATH_NOT_FOUND,
                                        "there is nothing at this path; /openapi.json lists what"
                                                + " there is",
                                        "",
                                        exchange.id()));
            };
        } catch (VitrineException e) {
            Category category = e.code().category();
            if (category == Category.INTERNAL || category == Category.OUTSIDE) {
                LOG.log(System.Logger.Level.ERROR, "request " + exchange.id() + " failed", e);
            }
            return ErrorReply.of(e, exchange.id(), exchange.trusted());
        } catch (RequestException | CloseConnectionException | UncheckedIOException e) {
            throw e;
        } catch (DataReader.InsufficientDataAvailableException e) {
            throw new CloseConnectionException("the caller went in the middle of its request", e);
        } catch (Exception | StackOverflowError | AssertionError e) {
            LOG.log(System.Logger.Level.ERROR, "request " + exchange.id() + " failed", e);
            return ErrorReply.of(
                    ServerError.INTERNAL,
                    "the server failed; its log says more under " + exchange.id(),
                    "",
                    exchange.id());
        }
    }

    private Reply call(Exchange exchange, RouteTable.Match.Found found) throws Exception {
        Route route = found.route();
        Map<String, String> query = UriText.query(exchange.request().prologue().query().rawValue());
        Caller caller = Caller.ANONYMOUS;
        if (route.role().isPresent()) {
            caller = admit(exchange, route, query);
            exchange.admitted(caller, route.audited());
            if (!room.tryAcquire()) {
                throw VitrineException.refusal(
                        ServerError.OVERLOADED,
                        "the server is answering "
                                + settings.maxRequests()
                                + " requests already; try again soon");
            }
        }
        try {
            List<String> parameters = found.parameters().stream().map(UriText::segment).toList();
            RequestBody body = body(exchange, route);
            exchange.body(body);
            return route.handler()
                    .handle(
                            new Call(
                                    exchange.id(),
                                    caller,
                                    parameters,
                                    query,
                                    exchange::header,
                                    body));
        } finally {
            if (route.role().isPresent()) {
                room.release();
            }
        }
    }

    private Caller admit(Exchange exchange, Route route, Map<String, String> query) {
        Role needed = route.role().orElseThrow();
        return access.admit(
                new AccessRequest(
                        key(exchange, route, query),
                        exchange.header(HeaderNames.HOST),
                        exchange.header(HeaderNames.ORIGIN),
                        needed));
    }

    /** A beacon cannot send headers, so events may carry their (public) key in the query. */
    private static String key(Exchange exchange, Route route, Map<String, String> query) {
        String authorization = exchange.header(HeaderNames.AUTHORIZATION);
        if (authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return authorization.substring(7).strip();
        }
        String key = exchange.header(API_KEY);
        return key.isEmpty() && takesBeacons(route) ? query.getOrDefault("key", "") : key;
    }

    /** A page that goes away can only send text without headers: no JSON type, and no key. */
    private static boolean takesBeacons(Route route) {
        return route.path().text().equals("/v1/userEvents:write");
    }

    private RequestBody body(Exchange exchange, Route route) {
        if (route.body() == Route.Body.NONE || !exchange.hasBody()) {
            return new RequestBody(
                    InputStream.nullInputStream(),
                    Packing.NONE,
                    0,
                    settings.maxBody(),
                    ReadProgress.NONE,
                    bodies);
        }
        if (route.body() != Route.Body.TENSORS) {
            checkType(exchange, takesBeacons(route));
        }
        boolean stream = route.body() == Route.Body.STREAM;
        long end = exchange.start() + settings.imports().toNanos();
        return new RequestBody(
                exchange.request().content().inputStream(),
                packing(exchange),
                exchange.request().headers().contentLength().orElse(-1),
                limit(route.body()),
                stream ? new ReadDeadline(end, settings.stall(), nanoClock) : ReadProgress.NONE,
                bodies);
    }

    private DataSize limit(Route.Body body) {
        return switch (body) {
            case NONE, COMMAND -> settings.maxBody();
            case TENSORS -> settings.maxTensors();
            case STREAM -> settings.maxImport();
        };
    }

    private static void checkType(Exchange exchange, boolean beacons) {
        String header = exchange.header(HeaderNames.CONTENT_TYPE);
        String type = header.toLowerCase(Locale.ROOT);
        int semicolon = type.indexOf(';');
        String bare = (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
        boolean utf8 =
                semicolon < 0
                        || !type.contains("charset")
                        || type.contains("utf-8")
                        || type.contains("utf8");
        boolean known =
                bare.isEmpty() || JSON_TYPES.contains(bare) || beacons && bare.equals("text/plain");
        if (!known || !utf8) {
            throw VitrineException.field(
                    ServerError.CONTENT_TYPE_UNSUPPORTED,
                    "Content-Type",
                    "expected application/json or application/x-ndjson in UTF-8, found '"
                            + header.substring(0, Math.min(100, header.length()))
                            + "'");
        }
    }

    private static Packing packing(Exchange exchange) {
        String encoding = exchange.header(HeaderNames.CONTENT_ENCODING).toLowerCase(Locale.ROOT);
        return switch (encoding) {
            case "", "identity" -> Packing.NONE;
            case "gzip", "x-gzip" -> Packing.GZIP;
            case "deflate" -> Packing.DEFLATE;
            default ->
                    throw VitrineException.field(
                            ServerError.CONTENT_TYPE_UNSUPPORTED,
                            "Content-Encoding",
                            "expected gzip, deflate or none, found '" + encoding + "'");
        };
    }

    private Reply wrongMethod(
            Exchange exchange, RouteTable.Match.WrongMethod wrong, String method) {
        if (method.equals("OPTIONS") && exchange.header(HeaderNames.ORIGIN).isEmpty()) {
            return new Reply.Empty(204, Map.of("Allow", wrong.allow()));
        }
        Reply.Whole refusal =
                (Reply.Whole)
                        ErrorReply.of(
                                ServerError.METHOD_NOT_ALLOWED,
                                method + " is not possible here; possible: " + wrong.allow(),
                                "",
                                exchange.id());
        return preflightOr(
                exchange,
                method,
                new Reply.Whole(
                        refusal.status(),
                        refusal.type(),
                        refusal.bytes(),
                        refusal.length(),
                        Map.of("Allow", wrong.allow())));
    }

    /** Answers a browser that asks beforehand whether a page may call. */
    private Reply preflightOr(Exchange exchange, String method, Reply otherwise) {
        String origin = exchange.header(HeaderNames.ORIGIN);
        if (!method.equals("OPTIONS") || origin.isEmpty()) {
            return otherwise;
        }
        if (!access.knowsOrigin(origin)) {
            return ErrorReply.of(
                    ServerError.ORIGIN_FORBIDDEN,
                    "no key may be used from pages of this origin",
                    "",
                    exchange.id());
        }
        return new Reply.Empty(
                204,
                Map.of(
                        "Access-Control-Allow-Methods",
                        "GET, POST, PUT, PATCH, DELETE",
                        "Access-Control-Allow-Headers",
                        "Authorization, Content-Type, X-Api-Key",
                        "Access-Control-Max-Age",
                        "600"));
    }

    /** What is known of one request on its way. */
    static final class Exchange {
        private final ServerRequest request;
        private final ServerResponse response;
        private final String id;
        private final long start;
        private Caller caller = Caller.ANONYMOUS;
        private boolean audited;
        private @Nullable RequestBody body;

        Exchange(ServerRequest request, ServerResponse response, String id, long start) {
            this.request = request;
            this.response = response;
            this.id = id;
            this.start = start;
        }

        ServerRequest request() {
            return request;
        }

        ServerResponse response() {
            return response;
        }

        String id() {
            return id;
        }

        long start() {
            return start;
        }

        void admitted(Caller who, boolean leavesLine) {
            caller = who;
            audited = leavesLine;
        }

        void body(RequestBody read) {
            body = read;
        }

        long received() {
            return body == null ? 0 : body.received();
        }

        void release() {
            if (body != null) {
                body.release();
            }
        }

        boolean hasBody() {
            return request.content().hasEntity();
        }

        /** Whether the caller may read what our own faults say. */
        boolean trusted() {
            return caller.role().includes(Role.OPERATOR);
        }

        String header(HeaderName name) {
            Optional<String> value = request.headers().first(name);
            return value.orElse("");
        }

        String header(String name) {
            return header(HeaderNames.create(name));
        }

        boolean audited() {
            return audited;
        }

        Caller caller() {
            return caller;
        }
    }
}
