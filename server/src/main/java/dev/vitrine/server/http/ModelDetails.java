package dev.vitrine.server.http;

import dev.vitrine.inference.tensor.Port;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.server.telemetry.RunCounts;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** Configuration and statistics of models as clients of Triton read them. */
final class ModelDetails {
    private ModelDetails() {}

    static Reply config(InferencePort.Served model) {
        return Json.reply(
                200,
                json -> {
                    json.writeStartObject();
                    json.writeStringProperty("name", model.name());
                    json.writeStringProperty("platform", InferencePort.PLATFORM);
                    json.writeStringProperty("backend", "onnxruntime");
                    json.writeObjectPropertyStart("version_policy");
                    json.writeObjectPropertyStart("latest");
                    json.writeNumberProperty("num_versions", 1);
                    json.writeEndObject();
                    json.writeEndObject();
                    json.writeNumberProperty("max_batch_size", 0);
                    ports(json, "input", model.signature().inputs());
                    ports(json, "output", model.signature().outputs());
                    json.writeArrayPropertyStart("instance_group");
                    json.writeStartObject();
                    json.writeStringProperty("name", model.name());
                    json.writeStringProperty("kind", "KIND_CPU");
                    json.writeNumberProperty("count", 1);
                    json.writeEndObject();
                    json.writeEndArray();
                    json.writeStringProperty("default_model_filename", "model.onnx");
                    json.writeObjectPropertyStart("model_transaction_policy");
                    json.writeBooleanProperty("decoupled", false);
                    json.writeEndObject();
                    json.writeEndObject();
                });
    }

    private static void ports(JsonGenerator json, String name, List<Port> ports) {
        json.writeArrayPropertyStart(name);
        for (Port port : ports) {
            json.writeStartObject();
            json.writeStringProperty("name", port.name());
            json.writeStringProperty(
                    "data_type",
                    "TYPE_" + (port.type() == TensorType.BYTES ? "STRING" : port.type().name()));
            json.writeArrayPropertyStart("dims");
            for (long size : port.shape()) {
                json.writeNumber(size);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static Reply statistics(List<InferencePort.Counted> versions) {
        return Json.reply(
                200,
                json -> {
                    json.writeStartObject();
                    json.writeArrayPropertyStart("model_stats");
                    versions.forEach(version -> version(json, version));
                    json.writeEndArray();
                    json.writeEndObject();
                });
    }

    private static void version(JsonGenerator json, InferencePort.Counted version) {
        RunCounts runs = version.runs();
        json.writeStartObject();
        json.writeStringProperty("name", version.model());
        json.writeStringProperty("version", Long.toString(version.version()));
        json.writeNumberProperty("last_inference", runs.lastMillis());
        json.writeNumberProperty("inference_count", runs.succeeded());
        json.writeNumberProperty("execution_count", runs.runs());
        json.writeObjectPropertyStart("inference_stats");
        duration(json, "success", runs.succeeded(), runs.totalNanos());
        duration(json, "fail", runs.failed(), 0);
        duration(json, "queue", runs.succeeded(), runs.queueNanos());
        duration(json, "compute_input", runs.succeeded(), runs.batchNanos());
        duration(json, "compute_infer", runs.succeeded(), runs.runNanos());
        duration(json, "compute_output", runs.succeeded(), 0);
        duration(json, "cache_hit", version.cache().hits(), version.cache().hitNanos());
        duration(json, "cache_miss", version.cache().misses(), version.cache().missNanos());
        json.writeEndObject();
        json.writeArrayPropertyStart("batch_stats");
        for (RunCounts.Batch batch : runs.batches()) {
            json.writeStartObject();
            json.writeNumberProperty("batch_size", batch.requests());
            duration(json, "compute_input", batch.runs(), batch.batchNanos());
            duration(json, "compute_infer", batch.runs(), batch.nanos());
            duration(json, "compute_output", batch.runs(), 0);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void duration(JsonGenerator json, String name, long count, long nanos) {
        json.writeObjectPropertyStart(name);
        json.writeNumberProperty("count", count);
        json.writeNumberProperty("ns", nanos);
        json.writeEndObject();
    }
}
