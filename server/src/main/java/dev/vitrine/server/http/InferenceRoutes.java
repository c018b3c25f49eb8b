package dev.vitrine.server.http;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.session.Cancellation;
import dev.vitrine.inference.tensor.Port;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.BuildVersion;
import dev.vitrine.server.access.Role;
import dev.vitrine.server.protocol.InferCall;
import dev.vitrine.server.protocol.InferCodec;
import dev.vitrine.server.protocol.InferRequest;
import dev.vitrine.server.protocol.RequestLines;
import dev.vitrine.server.protocol.Unserved;
import dev.vitrine.server.telemetry.ModelStates;
import dev.vitrine.server.telemetry.RequestRing;
import dev.vitrine.server.telemetry.Telemetry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.core.JsonGenerator;

/**
 * The Open Inference Protocol v2 over HTTP, with binary tensors and the repository. Errors are
 * {@code {"error": "…"}}, as its clients expect.
 */
final class InferenceRoutes {
    static final String PREFIX = "/v2";

    /** Says in an answer which step of the model's ladder gave it. */
    static final String SERVED_BY = "X-Served-By";

    private static final String HEADER_LENGTH = "Inference-Header-Content-Length";
    private static final String MODEL = PREFIX + "/models/{model}";
    private static final String VERSION = MODEL + "/versions/{version}";
    private static final String REPOSITORY = PREFIX + "/repository";

    private static final String VERSION_TEXT = BuildVersion.text();

    private final InferencePort models;
    private final Telemetry telemetry;

    InferenceRoutes(InferencePort models, Telemetry telemetry) {
        this.models = models;
        this.telemetry = telemetry;
    }

    List<Route> routes() {
        return List.of(
                Route.open("GET", PREFIX, this::server),
                Route.open("GET", PREFIX + "/health/live", call -> Reply.empty(200)),
                Route.open("GET", PREFIX + "/health/ready", this::ready),
                Route.read(MODEL, Role.OPERATOR, this::model),
                Route.read(VERSION, Role.OPERATOR, this::model),
                Route.read(MODEL + "/ready", Role.OPERATOR, this::modelReady),
                Route.read(VERSION + "/ready", Role.OPERATOR, this::modelReady),
                Route.read(PREFIX + "/models/stats", Role.OPERATOR, this::statistics),
                Route.read(MODEL + "/stats", Role.OPERATOR, this::statistics),
                Route.read(VERSION + "/stats", Role.OPERATOR, this::statistics),
                Route.read(MODEL + "/config", Role.OPERATOR, this::config),
                Route.read(VERSION + "/config", Role.OPERATOR, this::config),
                infer(MODEL + "/infer"),
                infer(VERSION + "/infer"),
                change("/index", this::index),
                change("/models/{model}/load", this::load),
                change("/models/{model}/unload", this::unload),
                change("/models/{model}/record", this::record),
                change("/models/{model}/labels/{label}", this::label),
                Route.read(REPOSITORY + "/events", Role.OPERATOR, this::events));
    }

    private Route infer(String path) {
        return new Route(
                "POST",
                PathTemplate.of(path),
                Optional.of(Role.OPERATOR),
                Route.Body.TENSORS,
                false,
                RequestRing.Group.OTHER,
                this::infer);
    }

    private static Route change(String path, Route.Handler handler) {
        return Route.change("POST", REPOSITORY + path, Role.OPERATOR, Route.Body.COMMAND, handler);
    }

    private Reply server(Call call) {
        return Json.reply(
                200,
                json -> {
                    json.writeStartObject();
                    json.writeStringProperty("name", "vitrine");
                    json.writeStringProperty("version", VERSION_TEXT);
                    json.writeArrayPropertyStart("extensions");
                    InferencePort.EXTENSIONS.forEach(json::writeString);
                    json.writeEndArray();
                    json.writeEndObject();
                });
    }

    private Reply ready(Call call) {
        return Reply.empty(telemetry.health().problems().isEmpty() ? 200 : 503);
    }

    private static OptionalLong version(Call call) {
        return call.parameters() < 2
                ? OptionalLong.empty()
                : OptionalLong.of(number(call.parameter(1)));
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new VitrineException(
                    InferenceError.MODEL_UNKNOWN,
                    "versions are whole numbers, found '"
                            + text.substring(0, Math.min(40, text.length()))
                            + "'",
                    e);
        }
    }

    private Reply model(Call call) {
        InferencePort.Served model = models.model(call.parameter(0), version(call));
        return Json.reply(
                200,
                json -> {
                    json.writeStartObject();
                    json.writeStringProperty("name", model.name());
                    json.writeArrayPropertyStart("versions");
                    model.versions().forEach(v -> json.writeString(Long.toString(v)));
                    json.writeEndArray();
                    json.writeStringProperty("platform", InferencePort.PLATFORM);
                    ports(json, "inputs", model.signature().inputs());
                    ports(json, "outputs", model.signature().outputs());
                    json.writeEndObject();
                });
    }

    private static void ports(JsonGenerator json, String name, List<Port> ports) {
        json.writeArrayPropertyStart(name);
        for (Port port : ports) {
            json.writeStartObject();
            json.writeStringProperty("name", port.name());
            json.writeStringProperty("datatype", port.type().name());
            json.writeArrayPropertyStart("shape");
            for (long size : port.shape()) {
                json.writeNumber(size);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private Reply statistics(Call call) {
        return ModelDetails.statistics(
                call.parameters() == 0
                        ? models.statistics("", OptionalLong.empty())
                        : models.statistics(call.parameter(0), version(call)));
    }

    private Reply config(Call call) {
        return ModelDetails.config(models.model(call.parameter(0), version(call)));
    }

    /** 200 when it answers; 503, or 404 for one that is unknown, by the error of asking. */
    private Reply modelReady(Call call) {
        models.model(call.parameter(0), version(call));
        return Reply.empty(200);
    }

    private Reply infer(Call call) {
        byte[] body = call.body();
        String header = call.header(HEADER_LENGTH);
        InferRequest request =
                InferCodec.read(body, header.isEmpty() ? body.length : headerLength(header));
        Cancellation cancellation = new Cancellation();
        InferCall asked =
                new InferCall(
                        call.parameter(0),
                        version(call),
                        Optional.empty(),
                        request,
                        call.caller().client(),
                        request.priority(),
                        request.timeout(),
                        cancellation);
        InferencePort.Outcome outcome =
                ConnectionGuard.attending(cancellation, () -> models.infer(asked));
        InferCodec.Answer answer =
                InferCodec.write(
                        outcome.model(),
                        outcome.version(),
                        outcome.servedBy(),
                        request,
                        outcome.outputs());
        Map<String, String> headers = new HashMap<>();
        if (!outcome.servedBy().isEmpty()) {
            headers.put(SERVED_BY, outcome.servedBy());
        }
        boolean json = answer.json() == answer.bytes().length;
        if (!json) {
            headers.put(HEADER_LENGTH, Integer.toString(answer.json()));
        }
        return new Reply.Whole(
                200,
                json ? Reply.JSON : "application/octet-stream",
                answer.bytes(),
                answer.bytes().length,
                headers);
    }

    private static int headerLength(String header) {
        try {
            return Integer.parseInt(header);
        } catch (NumberFormatException e) {
            throw new VitrineException(
                    InferenceError.PROTOCOL_INVALID,
                    HEADER_LENGTH + " has to be a number of bytes",
                    e);
        }
    }

    /** Of all models, or with {@code {"ready": true}} of those that answer. */
    private Reply index(Call call) {
        AtomicBoolean ready = new AtomicBoolean();
        read(
                call,
                (field, in) -> {
                    if (field.equals("ready")) {
                        ready.set(in.flag(field));
                    } else {
                        in.skip();
                    }
                });
        return Json.reply(
                200,
                json -> {
                    json.writeStartArray();
                    for (InferencePort.Listed each : models.repository()) {
                        if (ready.get() && !each.isReady()) {
                            continue;
                        }
                        json.writeStartObject();
                        json.writeStringProperty("name", each.name());
                        json.writeStringProperty("version", each.version());
                        json.writeStringProperty("state", each.state());
                        json.writeStringProperty("reason", each.reason());
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                });
    }

    private Reply load(Call call) {
        read(
                call,
                (field, in) -> {
                    if (field.equals("parameters")) {
                        in.object(field, InferenceRoutes::parameterOfLoad);
                    } else {
                        in.skip();
                    }
                });
        models.load(call.parameter(0));
        return Reply.empty(200);
    }

    private static void parameterOfLoad(String path, CommandReader in) {
        Unserved.refuseOfLoad(path.substring("parameters.".length()));
        in.skip();
    }

    private Reply unload(Call call) {
        models.unload(call.parameter(0));
        return Reply.empty(200);
    }

    /** {@code ?requests=N} says how many are kept; 0 ends it. Only the file's name goes back. */
    private Reply record(Call call) {
        call.required("requests");
        String file =
                models.record(
                                call.parameter(0),
                                call.query("requests", 0, RequestLines.MOST_LINES, 0))
                        .toString();
        return Json.reply(
                200,
                json -> {
                    json.writeStartObject();
                    json.writeStringProperty("file", file);
                    json.writeEndObject();
                });
    }

    /** {@code ?version=N} says where the label goes; without it, it is taken away. */
    private Reply label(Call call) {
        String version = call.query("version");
        models.label(
                call.parameter(0),
                call.parameter(1),
                version.isEmpty() ? OptionalLong.empty() : OptionalLong.of(number(version)));
        return Reply.empty(200);
    }

    /** Changes of states after one that the caller knows, in order. */
    private Reply events(Call call) {
        int after = call.query("after", 0, Integer.MAX_VALUE, 0);
        int limit = call.query("limit", 1, ModelStates.KEPT, 100);
        return Json.reply(
                200,
                json -> {
                    json.writeStartObject();
                    json.writeArrayPropertyStart("events");
                    for (ModelStates.Change change : models.changes(after, limit)) {
                        json.writeStartObject();
                        json.writeNumberProperty("number", change.number());
                        json.writeStringProperty("at", change.at().toString());
                        json.writeStringProperty("model", change.model());
                        json.writeStringProperty("version", Long.toString(change.version()));
                        json.writeStringProperty("state", change.state().name());
                        json.writeStringProperty("reason", change.reason());
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                    json.writeEndObject();
                });
    }

    /** A body may be left out, and have fields that are not known. */
    private static void read(Call call, CommandReader.Fields fields) {
        byte[] body = call.body();
        if (body.length > 0) {
            CommandReader.read(body, fields);
        }
    }
}
