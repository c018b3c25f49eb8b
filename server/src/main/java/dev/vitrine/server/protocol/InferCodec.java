package dev.vitrine.server.protocol;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads and writes the bodies of {@code infer}: JSON, and behind it the bytes of the tensors that
 * say so (the binary tensor extension). Unknown fields and parameters are passed over, as the
 * protocol wants, but for what is {@link Unserved}; known ones may be given once.
 *
 * <p>A body is as large as the server lets it be, and what is made of it is bounded by it: outside
 * the heap {@value #DIRECT_FACTOR} bytes for each of its own (FP64 as {@code 1,}), on the heap
 * {@value #HEAP_FACTOR} (texts of a letter). No shape makes room for more than the data brings.
 */
public final class InferCodec {
    static final int DIRECT_FACTOR = 4;
    static final int HEAP_FACTOR = 32;
    private static final int MOST_TENSORS = 256;
    private static final int LONGEST_NAME = 1_000;

    static final JsonFactory JSON =
            JsonFactory.builder()
                    .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(32)
                                    .maxStringLength(4_000_000)
                                    .maxNameLength(LONGEST_NAME)
                                    .maxNumberLength(400)
                                    .build())
                    .build();

    private final byte[] body;
    private final int json;
    private int nextByte;
    private boolean binary;
    private int priority;
    private Duration timeout = InferCall.TIMEOUT;

    /** The name of the input that is being read, once it is known. */
    private String reading = "";

    private InferCodec(byte[] body, int json) {
        this.body = body;
        this.json = json;
        this.nextByte = json;
    }

    /**
     * Reads a request.
     *
     * @param json how many bytes of the body are JSON, from its start
     * @throws VitrineException TENSOR_INVALID, INPUT_INVALID or PROTOCOL_INVALID, saying where
     */
    public static InferRequest read(byte[] body, int json) {
        if (json < 0 || json > body.length) {
            throw invalid(
                    "Inference-Header-Content-Length is "
                            + json
                            + ", the body has "
                            + body.length
                            + " bytes");
        }
        InferCodec codec = new InferCodec(body, json);
        try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), body, 0, json)) {
            InferRequest request = codec.request(in);
            if (in.nextToken() != null) {
                throw invalid("there is more after the end of the JSON object");
            }
            if (codec.nextByte != body.length) {
                throw invalid(
                        (body.length - codec.nextByte)
                                + " bytes behind the JSON belong to no input; binary_data_size of"
                                + " an input says how many are its own");
            }
            return request;
        } catch (JacksonException e) {
            throw notJson(e);
        }
    }

    /** What the parser refuses; what goes beyond one of its bounds comes without a place. */
    static VitrineException notJson(JacksonException e) {
        TokenStreamLocation place = e.getLocation();
        return new VitrineException(
                InferenceError.PROTOCOL_INVALID,
                "not JSON"
                        + (place == null ? "" : " at byte " + place.getByteOffset())
                        + ": "
                        + e.getOriginalMessage(),
                e);
    }

    private InferRequest request(JsonParser in) {
        if (in.nextToken() != JsonToken.START_OBJECT) {
            throw invalid("expected a JSON object with 'inputs'");
        }
        String id = "";
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        List<Output> outputs = new ArrayList<>();
        for (String field = in.nextName(); field != null; field = in.nextName()) {
            in.nextToken();
            switch (field) {
                case "id" -> id = text(in, "id");
                case "inputs" -> {
                    once(inputs.isEmpty(), "inputs");
                    each(in, "inputs", () -> named(in, inputs));
                }
                case "outputs" -> {
                    once(outputs.isEmpty(), "outputs");
                    each(in, "outputs", () -> outputs.add(output(in, outputs)));
                }
                case "parameters" -> parameters(in);
                default -> in.skipChildren();
            }
        }
        if (in.currentToken() != JsonToken.END_OBJECT) {
            throw invalid("the JSON object does not end");
        }
        if (inputs.isEmpty()) {
            throw invalid("'inputs' is missing or empty");
        }
        boolean all = binary;
        return new InferRequest(
                id,
                inputs,
                outputs.stream()
                        .map(o ->
                                new InferRequest.Output(o.name, o.binary == null ? all : o.binary))
                        .toList(),
                binary,
                priority,
                timeout);
    }

    /**
     * Of the whole request; {@code timeout} is in microseconds and 0 for none, as Triton has it.
     */
    private void parameters(JsonParser in) {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            throw invalid("'parameters' has to be an object");
        }
        for (String field = in.nextName(); field != null; field = in.nextName()) {
            in.nextToken();
            switch (field) {
                case "binary_data_output" -> binary = whole(in, field) == 1;
                case "priority" -> priority = (int) Math.min(Integer.MAX_VALUE, whole(in, field));
                case "timeout" -> {
                    long micros = whole(in, field);
                    if (micros > 0 && micros < InferCall.TIMEOUT.toNanos() / 1_000) {
                        timeout = Duration.ofNanos(micros * 1_000);
                    }
                }
                default -> in.skipChildren();
            }
        }
    }

    /** A number that is not negative, or a flag as 0 or 1. */
    private static long whole(JsonParser in, String parameter) {
        JsonToken token = in.currentToken();
        if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
            return token == JsonToken.VALUE_TRUE ? 1 : 0;
        }
        if (token == JsonToken.VALUE_NUMBER_INT
                && in.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                && in.getLongValue() >= 0) {
            return in.getLongValue();
        }
        throw invalid("parameter '" + parameter + "' is no number or flag");
    }

    /** An output as it was asked for; it may leave open how it goes back. */
    private record Output(String name, @Nullable Boolean binary) {}

    private static void each(JsonParser in, String field, Runnable one) {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw invalid("'" + field + "' has to be an array");
        }
        int count = 0;
        while (in.nextToken() == JsonToken.START_OBJECT) {
            if (++count > MOST_TENSORS) {
                throw invalid("'" + field + "' has more than " + MOST_TENSORS + " elements");
            }
            one.run();
        }
        if (in.currentToken() != JsonToken.END_ARRAY) {
            throw invalid("'" + field + "' has to be an array of objects");
        }
    }

    /** Reads an input; whatever is wrong with it, the error names it. */
    private void named(JsonParser in, Map<String, Tensor> inputs) {
        reading = "";
        try {
            input(in, inputs);
        } catch (VitrineException e) {
            if (e.field().isPresent()) {
                throw e;
            }
            String which =
                    reading.isEmpty() ? "number " + (inputs.size() + 1) : "'" + reading + "'";
            throw new VitrineException(
                    e.code(), "input " + which + ": " + e.getMessage(), reading, e);
        }
    }

    static void once(boolean holds, String field) {
        if (!holds) {
            throw invalid("'" + field + "' is given twice");
        }
    }

    private void input(JsonParser in, Map<String, Tensor> inputs) {
        String name = "";
        @Nullable TensorType type = null;
        long @Nullable [] shape = null;
        @Nullable Tensor tensor = null;
        long early = -1;
        long binarySize = -1;
        for (String field = in.nextName(); field != null; field = in.nextName()) {
            in.nextToken();
            switch (field) {
                case "name" -> {
                    once(name.isEmpty(), field);
                    name = text(in, "'name'");
                    reading = name;
                }
                case "datatype" -> {
                    once(type == null, field);
                    type = type(text(in, "'datatype'"));
                }
                case "shape" -> {
                    once(shape == null, field);
                    shape = shape(in);
                }
                case "parameters" -> {
                    once(binarySize < 0, field);
                    binarySize = number(in, "binary_data_size", Unserved::refuseOfInput);
                }
                case "data" -> {
                    once(tensor == null && early < 0, field);
                    requireArray(in);
                    if (type != null && shape != null && !name.isEmpty()) {
                        tensor = elements(name, type, shape, in, 0);
                    } else {
                        early = in.currentTokenLocation().getByteOffset();
                        in.skipChildren();
                    }
                }
                default -> in.skipChildren();
            }
        }
        if (name.isEmpty() || type == null || shape == null) {
            throw invalid("an input needs 'name', 'shape' and 'datatype'");
        }
        if (early >= 0) {
            // Its type was not known yet; now it is.
            try (JsonParser again =
                    JSON.createParser(
                            ObjectReadContext.empty(), body, (int) early, json - (int) early)) {
                again.nextToken();
                tensor = elements(name, type, shape, again, (int) early);
            }
        }
        if (binarySize >= 0) {
            if (tensor != null) {
                throw invalid("it has both 'data' and binary_data_size");
            }
            tensor = binary(type, shape, binarySize);
        }
        if (tensor == null) {
            throw invalid("it has neither 'data' nor binary_data_size");
        }
        if (inputs.put(name, tensor) != null) {
            throw invalid("it is given twice");
        }
    }

    /** Elements that the parser stands before, whose positions count from a byte of the body. */
    private Tensor elements(String name, TensorType type, long[] shape, JsonParser in, int from) {
        long at = from + in.currentTokenLocation().getByteOffset();
        return JsonElements.read(name, type, shape, in, json - at);
    }

    private static void requireArray(JsonParser in) {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw invalid("'data' has to be an array");
        }
    }

    private Tensor binary(TensorType type, long[] shape, long size) {
        if (size > body.length - nextByte) {
            throw invalid(
                    "binary_data_size says "
                            + size
                            + " bytes, behind the JSON are "
                            + (body.length - nextByte)
                            + " left");
        }
        ByteBuffer part = ByteBuffer.wrap(body, nextByte, (int) size);
        nextByte += (int) size;
        return RawElements.read(type, shape, part);
    }

    private static Output output(JsonParser in, List<Output> others) {
        String name = "";
        @Nullable Boolean binary = null;
        for (String field = in.nextName(); field != null; field = in.nextName()) {
            in.nextToken();
            switch (field) {
                case "name" -> name = text(in, "the name of an output");
                case "parameters" -> {
                    long found = number(in, "binary_data", Unserved::refuseOfOutput);
                    binary = found < 0 ? null : found == 1;
                }
                default -> in.skipChildren();
            }
        }
        if (name.isEmpty()) {
            throw invalid("an output needs a 'name'");
        }
        for (Output other : others) {
            if (other.name.equals(name)) {
                throw invalid("output '" + name + "' is wanted twice");
            }
        }
        return new Output(name, binary);
    }

    private static String text(JsonParser in, String what) {
        if (in.currentToken() != JsonToken.VALUE_STRING || in.getString().length() > LONGEST_NAME) {
            throw invalid(what + " has to be text of at most " + LONGEST_NAME + " characters");
        }
        return in.getString();
    }

    private static TensorType type(String name) {
        return TensorType.of(name)
                .orElseThrow(() ->
                        invalid(
                                "there is no datatype '"
                                        + name.substring(0, Math.min(40, name.length()))
                                        + "'; there are "
                                        + List.of(TensorType.values())));
    }

    private static long[] shape(JsonParser in) {
        List<Long> sizes = new ArrayList<>();
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw invalid("'shape' has to be an array");
        }
        while (in.nextToken() == JsonToken.VALUE_NUMBER_INT
                && in.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            sizes.add(in.getLongValue());
            if (sizes.size() > Tensor.MAX_DIMENSIONS) {
                throw invalid("at most " + Tensor.MAX_DIMENSIONS + " dimensions are taken");
            }
        }
        if (in.currentToken() != JsonToken.END_ARRAY) {
            throw invalid("'shape' has to be an array of whole numbers");
        }
        long[] shape = sizes.stream().mapToLong(Long::longValue).toArray();
        Tensor.elements(shape);
        return shape;
    }

    /**
     * One parameter of an object of parameters; a flag is 0 or 1, and -1 says that it is not there.
     *
     * @param others refuses what must not be passed over
     */
    private static long number(JsonParser in, String wanted, Consumer<String> others) {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            throw invalid("'parameters' has to be an object");
        }
        long found = -1;
        for (String field = in.nextName(); field != null; field = in.nextName()) {
            JsonToken token = in.nextToken();
            if (!field.equals(wanted)) {
                others.accept(field);
                in.skipChildren();
            } else if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
                found = token == JsonToken.VALUE_TRUE ? 1 : 0;
            } else if (token == JsonToken.VALUE_NUMBER_INT
                    && in.getNumberType() == JsonParser.NumberType.INT
                    && in.getIntValue() >= 0) {
                found = in.getIntValue();
            } else {
                throw invalid("parameter '" + wanted + "' is no number or flag");
            }
        }
        return found;
    }

    /** An answer: JSON, and the bytes behind it. */
    public record Answer(byte[] bytes, int json) {}

    /**
     * Writes the answer to a request.
     *
     * @param servedBy what answered instead of the model, or as it; empty where nothing else could
     */
    public static Answer write(
            String model,
            long version,
            String servedBy,
            InferRequest request,
            Map<String, Tensor> outputs) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        List<Tensor> behind = new ArrayList<>();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("model_name", model);
            json.writeStringProperty("model_version", Long.toString(version));
            if (!request.id().isEmpty()) {
                json.writeStringProperty("id", request.id());
            }
            if (!servedBy.isEmpty()) {
                json.writeObjectPropertyStart("parameters");
                json.writeStringProperty("served_by", servedBy);
                json.writeEndObject();
            }
            json.writeArrayPropertyStart("outputs");
            int place = 0;
            for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
                boolean binary =
                        request.outputs().isEmpty()
                                ? request.binary()
                                : request.outputs().get(place).binary();
                write(output.getKey(), output.getValue(), binary, json);
                if (binary) {
                    behind.add(output.getValue());
                }
                place++;
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        int length = out.size();
        behind.forEach(tensor -> RawElements.write(tensor, out));
        return new Answer(out.toByteArray(), length);
    }

    /** A request of these inputs, all in JSON. */
    static byte[] writeInputs(Map<String, Tensor> inputs) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeArrayPropertyStart("inputs");
            inputs.forEach((name, tensor) -> write(name, tensor, false, json));
            json.writeEndArray();
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void write(String name, Tensor tensor, boolean binary, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("name", name);
        json.writeStringProperty("datatype", tensor.type().name());
        json.writeArrayPropertyStart("shape");
        for (long size : tensor.shape()) {
            json.writeNumber(size);
        }
        json.writeEndArray();
        if (binary) {
            json.writeObjectPropertyStart("parameters");
            json.writeNumberProperty("binary_data_size", RawElements.size(tensor));
            json.writeEndObject();
        } else {
            json.writeName("data");
            JsonElements.write(tensor, json);
        }
        json.writeEndObject();
    }

    private static VitrineException invalid(String message) {
        return new VitrineException(InferenceError.PROTOCOL_INVALID, message);
    }
}
