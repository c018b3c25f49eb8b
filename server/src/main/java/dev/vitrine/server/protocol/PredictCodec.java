package dev.vitrine.server.protocol;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.tensor.Port;
import dev.vitrine.inference.tensor.Signature;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;

/**
 * Reads and writes the bodies of TensorFlow Serving's {@code :predict}: rows ({@code instances} to
 * {@code predictions}) or columns ({@code inputs} to {@code outputs}). Types come from the model,
 * for the JSON names none.
 */
public final class PredictCodec {
    /** The only signature that a model of ONNX has. */
    public static final String SIGNATURE = "serving_default";

    private static final String BYTES_SUFFIX = "_bytes";

    private final Signature signature;

    private PredictCodec(Signature signature) {
        this.signature = signature;
    }

    /**
     * A request.
     *
     * @param rows whether it came row by row, and goes back so
     */
    public record Request(boolean rows, InferRequest tensors) {}

    /**
     * Reads a request.
     *
     * @param signature of the model that it is for
     * @throws VitrineException TENSOR_INVALID, INPUT_INVALID or PROTOCOL_INVALID, saying where
     */
    public static Request read(byte[] body, Signature signature) {
        try (JsonParser in = InferCodec.JSON.createParser(ObjectReadContext.empty(), body)) {
            return new PredictCodec(signature).request(in);
        } catch (JacksonException e) {
            throw InferCodec.notJson(e);
        }
    }

    private Request request(JsonParser in) {
        if (in.nextToken() != JsonToken.START_OBJECT) {
            throw invalid("expected a JSON object with 'instances' or 'inputs'");
        }
        Map<String, Tensor> inputs = Map.of();
        boolean rows = false;
        boolean columns = false;
        for (String field = in.nextName(); field != null; field = in.nextName()) {
            in.nextToken();
            switch (field) {
                case "signature_name" -> checkSignature(in);
                case "instances" -> {
                    InferCodec.once(!rows, field);
                    rows = true;
                    inputs = rows(in);
                }
                case "inputs" -> {
                    InferCodec.once(!columns, field);
                    columns = true;
                    inputs = columns(in);
                }
                default -> in.skipChildren();
            }
        }
        if (rows == columns) {
            throw invalid("expected one of 'instances' (rows) and 'inputs' (columns)");
        }
        if (in.nextToken() != null) {
            throw invalid("there is more after the end of the JSON object");
        }
        return new Request(rows, new InferRequest("", inputs, List.of(), false));
    }

    private static void checkSignature(JsonParser in) {
        String name = in.getString();
        if (name == null || !name.isEmpty() && !name.equals(SIGNATURE)) {
            throw invalid("the only signature is '" + SIGNATURE + "', found '" + name + "'");
        }
    }

    private Map<String, Tensor> rows(JsonParser in) {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw invalid("'instances' has to be an array");
        }
        Map<String, NestedElements> columns = new LinkedHashMap<>();
        signature
                .inputs()
                .forEach(port ->
                        columns.put(port.name(), new NestedElements(port.name(), port.type())));
        long count = 0;
        while (in.nextToken() != JsonToken.END_ARRAY) {
            if (in.currentToken() == JsonToken.START_OBJECT && !isText()) {
                named(in, columns, count);
            } else {
                NestedElements column = columns.get(only().name());
                Objects.requireNonNull(column).row(in);
            }
            count++;
        }
        if (count == 0) {
            throw invalid("'instances' is empty");
        }
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (Map.Entry<String, NestedElements> column : columns.entrySet()) {
            inputs.put(column.getKey(), column.getValue().rows(count));
        }
        return inputs;
    }

    /** Whether the model takes one text: then an object is that text in base 64. */
    private boolean isText() {
        return signature.inputs().size() == 1
                && signature.inputs().getFirst().type() == TensorType.BYTES
                && !signature.inputs().getFirst().name().equals(NestedElements.BASE64);
    }

    private static void named(JsonParser in, Map<String, NestedElements> columns, long row) {
        List<String> seen = new ArrayList<>();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            NestedElements column = columns.get(name);
            if (column == null || seen.contains(name)) {
                throw invalid(
                        "instance "
                                + row
                                + ": "
                                + (column == null ? "there is no input '" : "twice input '")
                                + shortened(name)
                                + "'; the inputs are "
                                + columns.keySet());
            }
            seen.add(name);
            in.nextToken();
            column.row(in);
        }
        if (seen.size() != columns.size()) {
            throw invalid(
                    "instance " + row + " has the inputs " + seen + " of " + columns.keySet());
        }
    }

    private Map<String, Tensor> columns(JsonParser in) {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        if (in.currentToken() != JsonToken.START_OBJECT) {
            Port port = only();
            inputs.put(port.name(), new NestedElements(port.name(), port.type()).whole(in));
            return inputs;
        }
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            Port port = port(name);
            if (port == null) {
                if (isText() && name.equals(NestedElements.BASE64)) {
                    Port text = only();
                    inputs.put(
                            text.name(), new NestedElements(text.name(), text.type()).base64(in));
                    return inputs;
                }
                throw invalid("there is no input '" + shortened(name) + "'");
            }
            in.nextToken();
            if (inputs.put(name, new NestedElements(name, port.type()).whole(in)) != null) {
                throw invalid("input '" + name + "' is given twice");
            }
        }
        return inputs;
    }

    private @Nullable Port port(String name) {
        for (Port port : signature.inputs()) {
            if (port.name().equals(name)) {
                return port;
            }
        }
        return null;
    }

    private Port only() {
        if (signature.inputs().size() != 1) {
            throw invalid(
                    "the model has "
                            + signature.inputs().size()
                            + " inputs, so each has to be named: "
                            + signature.inputs().stream().map(Port::name).toList());
        }
        return signature.inputs().getFirst();
    }

    private static String shortened(String name) {
        return name.substring(0, Math.min(40, name.length()));
    }

    /**
     * Writes an answer.
     *
     * @param rows row by row
     * @throws VitrineException OUTPUT_UNKNOWN when outputs have no rows, or not equally many
     */
    public static byte[] write(boolean rows, Map<String, Tensor> outputs) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json =
                InferCodec.JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            List<Column> columns =
                    outputs.entrySet().stream()
                            .map(e -> new Column(e.getKey(), e.getValue()))
                            .toList();
            json.writeStartObject();
            json.writeName(rows ? "predictions" : "outputs");
            if (rows) {
                long count = count(columns);
                json.writeStartArray();
                for (long row = 0; row < count; row++) {
                    one(json, columns, 1);
                }
                json.writeEndArray();
            } else {
                one(json, columns, 0);
            }
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static long count(List<Column> columns) {
        long count = -1;
        for (Column column : columns) {
            long rows = column.tensor.dimensions() == 0 ? -1 : column.tensor.size(0);
            if (rows < 0 || count >= 0 && rows != count) {
                throw new VitrineException(
                        InferenceError.OUTPUT_UNKNOWN,
                        "output '"
                                + column.name
                                + "' of shape "
                                + column.tensor
                                + " has no row for each instance; ask for columns ('inputs')");
            }
            count = rows;
        }
        return count;
    }

    private static void one(JsonGenerator json, List<Column> columns, int from) {
        if (columns.size() == 1) {
            columns.getFirst().write(json, from);
            return;
        }
        json.writeStartObject();
        for (Column column : columns) {
            json.writeName(column.name);
            column.write(json, from);
        }
        json.writeEndObject();
    }

    /** An output, written from where the last write of it ended. */
    private static final class Column {
        final String name;
        final Tensor tensor;
        private final ByteBuffer data;
        private int text;

        Column(String name, Tensor tensor) {
            this.name = name;
            this.tensor = tensor;
            this.data = tensor.data();
        }

        void write(JsonGenerator json, int dimension) {
            if (dimension < tensor.dimensions()) {
                json.writeStartArray();
                for (long i = 0; i < tensor.size(dimension); i++) {
                    write(json, dimension + 1);
                }
                json.writeEndArray();
            } else if (tensor.type() != TensorType.BYTES) {
                JsonElements.writeNext(tensor.type(), data, json);
            } else {
                text(json, tensor.texts()[text++]);
            }
        }

        /** By its name an output says whether it is bytes rather than text. */
        private void text(JsonGenerator json, String value) {
            if (!name.endsWith(BYTES_SUFFIX)) {
                json.writeString(value);
                return;
            }
            json.writeStartObject();
            json.writeStringProperty(
                    NestedElements.BASE64,
                    Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
            json.writeEndObject();
        }
    }

    private static VitrineException invalid(String message) {
        return new VitrineException(InferenceError.PROTOCOL_INVALID, message);
    }
}
