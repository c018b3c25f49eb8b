package dev.vitrine.server.grpc;

import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.grpc.InferMessage.Form;
import dev.vitrine.server.protocol.InferCall;
import dev.vitrine.server.protocol.InferRequest;
import dev.vitrine.server.protocol.RawElements;
import dev.vitrine.server.protocol.Unserved;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code ModelInferRequest}. Fields may come in any order and unknown ones are passed over,
 * as protobuf wants. What is wrong with a message is kept with it, for an answer that says it:
 * thrown, gRPC would make an unknown failure of it.
 */
final class InferReader {
    private static final int MOST_TENSORS = 256;
    private static final int LONGEST_NAME = 1_000;
    private static final long[] NO_SIZES = new long[0];

    private final RequestRoom room;
    private final List<Input> inputs = new ArrayList<>(4);
    private final List<InferRequest.Output> outputs = new ArrayList<>(4);
    private final List<ByteBuffer> raw = new ArrayList<>(4);
    private String model = "";
    private String version = "";
    private String id = "";
    private int priority;
    private Duration timeout = InferCall.TIMEOUT;
    private @Nullable Form form;
    private boolean marksEnd;

    private static final class Input {
        String name = "";
        String type = "";
        long[] shape = NO_SIZES;
        @Nullable TypedContents typed;
    }

    private InferReader(int most) {
        this.room = new RequestRoom(most);
    }

    /**
     * Reads a message.
     *
     * @param most bytes that the elements of its inputs may take
     */
    static InferMessage read(InputStream in, int most) {
        InferReader reader = new InferReader(most);
        try {
            reader.message(WireReader.of(in));
            return reader.runnable();
        } catch (VitrineException | StatusRuntimeException e) {
            return new InferMessage.Refused(reader.model, reader.id, e);
        }
    }

    private void message(WireReader in) {
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case 1 << 3 | WireReader.BYTES -> model = name(in, "model_name");
                case 2 << 3 | WireReader.BYTES -> version = name(in, "model_version");
                case 3 << 3 | WireReader.BYTES -> id = name(in, "id");
                case 4 << 3 | WireReader.BYTES -> parameter(in);
                case 5 << 3 | WireReader.BYTES -> {
                    few(inputs, "inputs");
                    inputs.add(input(in));
                }
                case 6 << 3 | WireReader.BYTES -> {
                    few(outputs, "outputs");
                    outputs.add(output(in));
                }
                case 7 << 3 | WireReader.BYTES -> {
                    few(raw, "raw_input_contents");
                    raw.add(in.bytes());
                }
                default -> in.skip(tag, "ModelInferRequest");
            }
        }
    }

    private static void few(List<?> list, String what) {
        if (list.size() == MOST_TENSORS) {
            throw WireReader.invalid(what + " has more than " + MOST_TENSORS + " elements");
        }
    }

    private static String name(WireReader in, String what) {
        String text = in.text();
        if (text.length() > LONGEST_NAME) {
            throw WireReader.invalid(what + " has more than " + LONGEST_NAME + " characters");
        }
        return text;
    }

    private void parameter(WireReader in) {
        Parameter parameter = Parameter.read(in);
        switch (parameter.name()) {
            case "priority" -> priority = (int) parameter.number(0, Integer.MAX_VALUE);
            case "timeout" -> {
                long micros = parameter.number(0, Long.MAX_VALUE / 1_000);
                if (micros > 0) {
                    timeout = shorter(timeout, Duration.ofNanos(micros * 1_000));
                }
            }
            case "binary_data_output" -> form = parameter.flag() ? Form.RAW : Form.TYPED;
            case "triton_enable_empty_final_response" -> marksEnd = parameter.flag();
            default -> {}
        }
    }

    static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private Input input(WireReader in) {
        Input input = new Input();
        int after = in.enter();
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case 1 << 3 | WireReader.BYTES -> input.name = name(in, "name of an input");
                case 2 << 3 | WireReader.BYTES -> input.type = name(in, "datatype");
                case 3 << 3 | WireReader.BYTES -> {
                    int behind = in.enter();
                    while (in.left() > 0) {
                        input.shape = with(input.shape, in.varint());
                    }
                    in.leave(behind);
                }
                case 3 << 3 | WireReader.VARINT -> input.shape = with(input.shape, in.varint());
                case 4 << 3 | WireReader.BYTES -> Unserved.refuseOfInput(Parameter.read(in).name());
                case 5 << 3 | WireReader.BYTES -> {
                    TypedContents typed = input.typed;
                    if (typed == null) {
                        typed = new TypedContents(room);
                        input.typed = typed;
                    }
                    typed.read(in);
                }
                default -> in.skip(tag, "an input");
            }
        }
        in.leave(after);
        return input;
    }

    private static long[] with(long[] shape, long size) {
        if (shape.length == Tensor.MAX_DIMENSIONS) {
            throw WireReader.invalid("at most " + Tensor.MAX_DIMENSIONS + " dimensions are taken");
        }
        long[] longer = Arrays.copyOf(shape, shape.length + 1);
        longer[shape.length] = size;
        return longer;
    }

    private InferRequest.Output output(WireReader in) {
        String name = "";
        int after = in.enter();
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case 1 << 3 | WireReader.BYTES -> name = name(in, "name of an output");
                case 2 << 3 | WireReader.BYTES ->
                        Unserved.refuseOfOutput(Parameter.read(in).name());
                default -> in.skip(tag, "an output");
            }
        }
        in.leave(after);
        if (name.isEmpty()) {
            throw WireReader.invalid("an output needs a 'name'");
        }
        for (InferRequest.Output other : outputs) {
            if (other.name().equals(name)) {
                throw WireReader.invalid("output '" + name + "' is asked for twice");
            }
        }
        return new InferRequest.Output(name, true);
    }

    private InferMessage runnable() {
        if (model.isEmpty()) {
            throw WireReader.invalid("'model_name' is missing");
        }
        if (inputs.isEmpty()) {
            throw WireReader.invalid("'inputs' is missing or empty");
        }
        if (!raw.isEmpty() && raw.size() != inputs.size()) {
            throw WireReader.invalid(
                    "raw_input_contents has "
                            + raw.size()
                            + " elements for "
                            + inputs.size()
                            + " inputs; there has to be one for each");
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            Input input = inputs.get(i);
            if (tensors.put(input.name, tensor(input, i)) != null) {
                throw WireReader.invalid("input '" + input.name + "' is given twice");
            }
        }
        Form how = form != null ? form : raw.isEmpty() ? Form.BOTH : Form.RAW;
        return new InferMessage.Runnable(
                model,
                version,
                new InferRequest(id, tensors, outputs, true),
                priority,
                timeout,
                how,
                marksEnd);
    }

    private Tensor tensor(Input input, int place) {
        if (input.name.isEmpty()) {
            throw WireReader.invalid("an input needs a 'name'");
        }
        TensorType type =
                TensorType.of(input.type)
                        .orElseThrow(() ->
                                WireReader.invalid(
                                        "input '"
                                                + input.name
                                                + "': there is no datatype '"
                                                + input.type
                                                + "'; there are "
                                                + List.of(TensorType.values())));
        TypedContents typed = input.typed;
        if (raw.isEmpty()) {
            return (typed == null ? new TypedContents(room) : typed)
                    .tensor(input.name, type, input.shape);
        }
        if (typed != null) {
            throw WireReader.invalid(
                    "input '" + input.name + "' has contents beside raw_input_contents");
        }
        if (type == TensorType.BYTES) {
            room.texts(Tensor.elements(input.shape));
        }
        try {
            return RawElements.read(type, input.shape, raw.get(place));
        } catch (VitrineException e) {
            throw new VitrineException(
                    e.code(), "input '" + input.name + "': " + e.getMessage(), input.name, e);
        }
    }
}
