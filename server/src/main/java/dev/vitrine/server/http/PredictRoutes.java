package dev.vitrine.server.http;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.session.Cancellation;
import dev.vitrine.inference.tensor.Port;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.access.Role;
import dev.vitrine.server.protocol.InferCall;
import dev.vitrine.server.protocol.PredictCodec;
import dev.vitrine.server.telemetry.RequestRing;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JsonGenerator;

/**
 * TensorFlow Serving's REST interface to the same models: states, metadata and {@code :predict}.
 * Errors are {@code {"error": "…"}}, as its clients expect.
 */
final class PredictRoutes {
    static final String PREFIX = "/v1/models/";

    private static final String MODEL = PREFIX + "{model}";
    private static final String VERSION = MODEL + "/versions/{version}";
    private static final String LABEL = MODEL + "/labels/{label}";

    private final InferencePort models;

    PredictRoutes(InferencePort models) {
        this.models = models;
    }

    List<Route> routes() {
        return List.of(
                Route.read(MODEL, Role.OPERATOR, call -> states(call, By.ANY)),
                Route.read(VERSION, Role.OPERATOR, call -> states(call, By.VERSION)),
                Route.read(LABEL, Role.OPERATOR, call -> states(call, By.LABEL)),
                Route.read(MODEL + "/metadata", Role.OPERATOR, call -> metadata(call, By.ANY)),
                Route.read(
                        VERSION + "/metadata", Role.OPERATOR, call -> metadata(call, By.VERSION)),
                Route.read(LABEL + "/metadata", Role.OPERATOR, call -> metadata(call, By.LABEL)),
                predict(MODEL, By.ANY),
                predict(VERSION, By.VERSION),
                predict(LABEL, By.LABEL));
    }

    private Route predict(String path, By by) {
        return new Route(
                "POST",
                PathTemplate.of(path + ":predict"),
                Optional.of(Role.OPERATOR),
                Route.Body.TENSORS,
                false,
                RequestRing.Group.OTHER,
                call -> predict(call, by));
    }

    /** How a path names a version. */
    private enum By {
        ANY,
        VERSION,
        LABEL;

        OptionalLong version(Call call) {
            if (this != VERSION) {
                return OptionalLong.empty();
            }
            try {
                return OptionalLong.of(Long.parseLong(call.parameter(1)));
            } catch (NumberFormatException e) {
                throw new VitrineException(
                        InferenceError.MODEL_UNKNOWN,
                        "versions are whole numbers, found '"
                                + call.parameter(1)
                                        .substring(0, Math.min(40, call.parameter(1).length()))
                                + "'",
                        e);
            }
        }

        Optional<String> label(Call call) {
            return this == LABEL ? Optional.of(call.parameter(1)) : Optional.empty();
        }
    }

    private InferencePort.Served model(Call call, By by) {
        String name = call.parameter(0);
        Optional<String> label = by.label(call);
        return label.isPresent()
                ? models.labelled(name, label.get())
                : models.model(name, by.version(call));
    }

    private Reply predict(Call call, By by) {
        PredictCodec.Request request = PredictCodec.read(call.body(), model(call, by).signature());
        Cancellation cancellation = new Cancellation();
        InferCall asked =
                new InferCall(
                        call.parameter(0),
                        by.version(call),
                        by.label(call),
                        request.tensors(),
                        call.caller().client(),
                        0,
                        InferCall.TIMEOUT,
                        cancellation);
        InferencePort.Outcome outcome =
                ConnectionGuard.attending(cancellation, () -> models.infer(asked));
        byte[] answer = PredictCodec.write(request.rows(), outcome.outputs());
        return new Reply.Whole(
                200,
                Reply.JSON,
                answer,
                answer.length,
                outcome.servedBy().isEmpty()
                        ? Map.of()
                        : Map.of(InferenceRoutes.SERVED_BY, outcome.servedBy()));
    }

    private Reply states(Call call, By by) {
        String name = call.parameter(0);
        OptionalLong only =
                by == By.LABEL ? OptionalLong.of(model(call, by).version()) : by.version(call);
        List<InferencePort.Listed> versions =
                models.repository().stream()
                        .filter(each -> each.name().equals(name))
                        .filter(each ->
                                only.isEmpty()
                                        || each.version().equals(Long.toString(only.getAsLong())))
                        .toList();
        if (versions.isEmpty()) {
            throw new VitrineException(
                    InferenceError.MODEL_UNKNOWN,
                    "there is no model '"
                            + name
                            + "'"
                            + (only.isEmpty() ? "" : " of version " + only.getAsLong()));
        }
        return Json.reply(
                200,
                json -> {
                    json.writeStartObject();
                    json.writeArrayPropertyStart("model_version_status");
                    versions.forEach(each -> state(json, each));
                    json.writeEndArray();
                    json.writeEndObject();
                });
    }

    private static void state(JsonGenerator json, InferencePort.Listed version) {
        json.writeStartObject();
        json.writeStringProperty("version", version.version());
        json.writeStringProperty(
                "state",
                switch (version.state()) {
                    case "READY" -> "AVAILABLE";
                    case "UNAVAILABLE" -> "END";
                    default -> version.state();
                });
        json.writeObjectPropertyStart("status");
        json.writeStringProperty("error_code", version.failed() ? "UNKNOWN" : "OK");
        json.writeStringProperty("error_message", version.reason());
        json.writeEndObject();
        json.writeEndObject();
    }

    private Reply metadata(Call call, By by) {
        InferencePort.Served model = model(call, by);
        return Json.reply(
                200,
                json -> {
                    json.writeStartObject();
                    json.writeObjectPropertyStart("model_spec");
                    json.writeStringProperty("name", model.name());
                    json.writeStringProperty("signature_name", "");
                    json.writeStringProperty("version", Long.toString(model.version()));
                    json.writeEndObject();
                    json.writeObjectPropertyStart("metadata");
                    json.writeObjectPropertyStart("signature_def");
                    json.writeObjectPropertyStart("signature_def");
                    json.writeObjectPropertyStart(PredictCodec.SIGNATURE);
                    ports(json, "inputs", model.signature().inputs());
                    ports(json, "outputs", model.signature().outputs());
                    json.writeStringProperty("method_name", "tensorflow/serving/predict");
                    for (int open = 0; open < 5; open++) {
                        json.writeEndObject();
                    }
                });
    }

    private static void ports(JsonGenerator json, String name, List<Port> ports) {
        json.writeObjectPropertyStart(name);
        for (Port port : ports) {
            json.writeObjectPropertyStart(port.name());
            json.writeStringProperty("dtype", type(port.type()));
            json.writeObjectPropertyStart("tensor_shape");
            json.writeArrayPropertyStart("dim");
            for (Port.Dimension dimension : port.dimensions()) {
                json.writeStartObject();
                json.writeStringProperty(
                        "size", dimension.isOpen() ? "-1" : Long.toString(dimension.size()));
                json.writeStringProperty("name", dimension.name());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeBooleanProperty("unknown_rank", false);
            json.writeEndObject();
            json.writeStringProperty("name", port.name());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static String type(TensorType type) {
        return switch (type) {
            case FP16 -> "DT_HALF";
            case BF16 -> "DT_BFLOAT16";
            case FP32 -> "DT_FLOAT";
            case FP64 -> "DT_DOUBLE";
            case BYTES -> "DT_STRING";
            default -> "DT_" + type.name();
        };
    }
}
