package dev.vitrine.server.http;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.access.Role;
import dev.vitrine.server.http.Route.Body;
import dev.vitrine.server.http.Route.Handler;
import java.util.List;

/** Shows operators what was imported, trained and released, and lets them change what is live. */
final class OperationRoutes {
    private final Ports ports;

    OperationRoutes(Ports ports) {
        this.ports = ports;
    }

    List<Route> routes() {
        return List.of(
                show("/v1/releases", call -> Json.reply(200, ports.releases().list(call.page()))),
                show("/v1/releases/{id}", this::release),
                change("/v1/releases/{id}:promote", this::promote),
                change("/v1/releases/{id}:rollback", this::rollback),
                show(
                        "/v1/registry/models",
                        call -> Json.reply(200, ports.models().list(call.page()))),
                show("/v1/registry/models/{name}", this::versions),
                show("/v1/registry/models/{name}/versions/{version}", this::version),
                show("/v1/data", call -> Json.reply(200, ports.data().summary())),
                show("/v1/data/imports", call -> Json.reply(200, Page.of(ports.data().imports()))),
                show("/v1/data/cleaning", call -> Json.reply(200, ports.data().cleaning())),
                show(
                        "/v1/data/setAside",
                        call ->
                                Json.reply(
                                        200,
                                        ports.data().setAside(call.query("rule"), call.page()))),
                change(
                        "/v1/data/setAside:replay",
                        call -> Json.reply(202, ports.data().replay(call.query("rule")))),
                show("/v1/data/dataset", this::dataset),
                show("/v1/training", call -> Json.reply(200, ports.training().status())),
                change(
                        "/v1/training:start",
                        call -> Json.reply(202, ports.training().start(call.caller().name()))),
                show("/v1/alerts", call -> Json.reply(200, Page.of(ports.watch().alerts()))),
                show(
                        "/v1/evaluations",
                        call -> Json.reply(200, ports.watch().evaluations(call.page()))));
    }

    private static Route show(String path, Handler handler) {
        return Route.read(path, Role.OPERATOR, handler);
    }

    private static Route change(String path, Handler handler) {
        return Route.change("POST", path, Role.OPERATOR, Body.NONE, handler);
    }

    private Reply release(Call call) {
        return Json.reply(
                200,
                ports.releases()
                        .get(call.parameter(0))
                        .orElseThrow(() ->
                                unknown(
                                        ServerError.RELEASE_NOT_FOUND,
                                        "release",
                                        call.parameter(0))));
    }

    private Reply promote(Call call) {
        return Json.reply(200, ports.releases().promote(call.parameter(0), call.caller().name()));
    }

    private Reply rollback(Call call) {
        return Json.reply(
                200,
                ports.releases()
                        .rollback(call.parameter(0), call.caller().name(), call.query("reason")));
    }

    private Reply versions(Call call) {
        List<ModelsPort.ModelView> versions = ports.models().versions(call.parameter(0));
        if (versions.isEmpty()) {
            throw unknown(ServerError.MODEL_NOT_FOUND, "model", call.parameter(0));
        }
        return Json.reply(200, Page.of(versions));
    }

    private Reply version(Call call) {
        return Json.reply(
                200,
                ports.models()
                        .version(call.parameter(0), call.parameter(1))
                        .orElseThrow(() ->
                                unknown(
                                        ServerError.MODEL_NOT_FOUND,
                                        "model version",
                                        call.parameter(0) + "/" + call.parameter(1))));
    }

    private Reply dataset(Call call) {
        return Json.reply(
                200,
                ports.data()
                        .dataset()
                        .orElseThrow(() ->
                                new VitrineException(
                                        ServerError.DATASET_NOT_FOUND,
                                        "nothing was trained yet, so there is no data" + " set")));
    }

    private static VitrineException unknown(ServerError code, String what, String id) {
        return VitrineException.field(code, "id", "there is no " + what + " '" + id + "'");
    }
}
