package dev.vitrine.server.http;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.access.Role;
import dev.vitrine.server.telemetry.Health;
import dev.vitrine.server.telemetry.RequestRing;
import dev.vitrine.server.telemetry.Telemetry;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Health, metrics, the description of the API, the storefront's snippet and the console's files.
 */
final class SystemRoutes {
    private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

    private final Telemetry telemetry;
    private final StaticFiles root = new StaticFiles("web");
    private final StaticFiles console = new StaticFiles("console");

    SystemRoutes(Telemetry telemetry) {
        this.telemetry = telemetry;
    }

    List<Route> routes() {
        return List.of(
                Route.open("GET", "/", call -> Reply.redirect("/console/")),
                Route.open("GET", "/console", call -> Reply.redirect("/console/")),
                Route.open("GET", "/console/{path+}", this::console),
                Route.open("GET", "/vitrine.js", call -> file(call, "vitrine.js")),
                Route.open("GET", "/openapi.json", call -> file(call, "openapi.json")),
                Route.open("GET", "/health/live", call -> Json.reply(200, new Live("live"))),
                Route.open("GET", "/health/ready", this::ready),
                Route.read("/metrics", Role.OPERATOR, this::metrics),
                Route.read("/v1/status", Role.OPERATOR, this::status),
                Route.read("/v1/metrics/requests", Role.OPERATOR, this::requests));
    }

    /** That the process answers. */
    record Live(String status) {}

    /** Whether the shop's questions can be answered, and if not, why. */
    record Ready(String status, List<Health.Reason> reasons) {}

    /** Who asks, and how the server stands. */
    record Status(String caller, String role, boolean ready, List<Health.Reason> reasons) {}

    /** A series of request rates and latencies. */
    record Series(String group, int step, List<RequestRing.Point> points) {}

    private Reply ready(Call call) {
        List<Health.Reason> problems = telemetry.health().problems();
        return problems.isEmpty()
                ? Json.reply(200, new Ready("ready", problems))
                : Json.reply(503, new Ready("not-ready", problems));
    }

    private Reply metrics(Call call) {
        return Reply.bytes(200, METRICS, telemetry.scrape().getBytes(StandardCharsets.UTF_8));
    }

    private Reply status(Call call) {
        List<Health.Reason> problems = telemetry.health().problems();
        return Json.reply(
                200,
                new Status(
                        call.caller().name(),
                        call.caller().role().wire(),
                        problems.isEmpty(),
                        problems));
    }

    private Reply requests(Call call) {
        int step = call.query("step", 1, RequestRing.SECONDS, 5);
        int seconds = call.query("seconds", 1, RequestRing.SECONDS, RequestRing.SECONDS);
        String name = call.query("group");
        if (name.isEmpty()) {
            return Json.reply(
                    200, new Series("all", step, telemetry.requests().series(step, seconds)));
        }
        Optional<RequestRing.Group> group =
                Arrays.stream(RequestRing.Group.values())
                        .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(name))
                        .findFirst();
        return Json.reply(
                200,
                new Series(
                        name,
                        step,
                        telemetry
                                .requests()
                                .series(
                                        group.orElseThrow(() ->
                                                VitrineException.field(
                                                        ServerError.REQUEST_INVALID,
                                                        "group",
                                                        "group: expected recommend,"
                                                                + " search, predict, events"
                                                                + " or other")),
                                        step,
                                        seconds)));
    }

    private Reply console(Call call) {
        return console.find(call.parameter(0), call.header("If-None-Match"))
                .orElseThrow(SystemRoutes::nothing);
    }

    private Reply file(Call call, String name) {
        return root.find(name, call.header("If-None-Match")).orElseThrow(SystemRoutes::nothing);
    }

    private static VitrineException nothing() {
        return new VitrineException(
                ServerError.PATH_NOT_FOUND,
                "there is nothing at this path; /openapi.json lists what there is");
    }
}
