package dev.vitrine.server.http;

import dev.vitrine.server.access.Role;
import dev.vitrine.server.http.Route.Body;
import java.util.List;

/** Makes experiments, starts and stops them, and shows what they found. */
final class ExperimentRoutes {
    private static final String PATH = "/v1/experiments";

    private final ExperimentsPort experiments;

    ExperimentRoutes(ExperimentsPort experiments) {
        this.experiments = experiments;
    }

    List<Route> routes() {
        return List.of(
                Route.read(
                        PATH,
                        Role.OPERATOR,
                        call -> Json.reply(200, call.page().of(experiments.list()))),
                Route.change(
                        "POST",
                        PATH,
                        Role.OPERATOR,
                        Body.COMMAND,
                        call ->
                                Json.reply(
                                        201,
                                        experiments.create(call.text(), call.caller().name()))),
                Route.change(
                        "POST",
                        PATH + ":estimate",
                        Role.OPERATOR,
                        Body.COMMAND,
                        call -> Json.reply(200, experiments.estimate(call.text()))),
                Route.read(
                        PATH + "/{id}",
                        Role.OPERATOR,
                        call -> Json.reply(200, experiments.get(call.parameter(0)))),
                Route.change("DELETE", PATH + "/{id}", Role.OPERATOR, Body.NONE, this::delete),
                Route.change(
                        "POST",
                        PATH + "/{id}:start",
                        Role.OPERATOR,
                        Body.NONE,
                        call ->
                                Json.reply(
                                        200,
                                        experiments.start(
                                                call.parameter(0), call.caller().name()))),
                Route.change(
                        "POST",
                        PATH + "/{id}:stop",
                        Role.OPERATOR,
                        Body.NONE,
                        call ->
                                Json.reply(
                                        200,
                                        experiments.stop(
                                                call.parameter(0),
                                                call.caller().name(),
                                                call.query("reason")))));
    }

    private Reply delete(Call call) {
        experiments.delete(call.parameter(0), call.caller().name());
        return Reply.empty(204);
    }
}
