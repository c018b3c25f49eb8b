package dev.vitrine.server.http;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.access.Role;
import dev.vitrine.server.http.Route.Body;
import java.util.List;

/** Begins rollouts, shows them, and lets operators step in. */
final class RolloutRoutes {
    private static final String PATH = "/v1/rollouts";

    private final RolloutsPort rollouts;

    RolloutRoutes(RolloutsPort rollouts) {
        this.rollouts = rollouts;
    }

    List<Route> routes() {
        return List.of(
                Route.read(
                        PATH,
                        Role.OPERATOR,
                        call -> Json.reply(200, call.page().of(rollouts.list()))),
                Route.change("POST", PATH, Role.OPERATOR, Body.COMMAND, this::begin),
                Route.read(PATH + "/{id}", Role.OPERATOR, this::one),
                Route.read(
                        PATH + "/{id}/course",
                        Role.OPERATOR,
                        call ->
                                Json.reply(
                                        200,
                                        rollouts.course(call.parameter(0))
                                                .orElseThrow(() -> unknown(call)))),
                change("pause", RolloutsPort.Change.PAUSE),
                change("resume", RolloutsPort.Change.RESUME),
                change("abort", RolloutsPort.Change.ABORT),
                change("promote", RolloutsPort.Change.PROMOTE));
    }

    private Reply begin(Call call) {
        RolloutsPort.RolloutView begun = rollouts.start(call.text(), call.caller().name());
        return Json.created(PATH + "/" + begun.id(), begun);
    }

    private Reply one(Call call) {
        return Json.reply(200, rollouts.get(call.parameter(0)).orElseThrow(() -> unknown(call)));
    }

    private static VitrineException unknown(Call call) {
        return VitrineException.field(
                ServerError.ROLLOUT_NOT_FOUND,
                "id",
                "there is no rollout '" + call.parameter(0) + "'");
    }

    private Route change(String verb, RolloutsPort.Change change) {
        return Route.change(
                "POST",
                PATH + "/{id}:" + verb,
                Role.OPERATOR,
                Body.NONE,
                call ->
                        Json.reply(
                                200,
                                rollouts.change(
                                        call.parameter(0),
                                        change,
                                        call.caller().name(),
                                        call.query("reason"))));
    }
}
