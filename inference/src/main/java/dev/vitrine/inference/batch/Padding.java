package dev.vitrine.inference.batch;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.session.Scratch;
import dev.vitrine.inference.tensor.Port;
import dev.vitrine.inference.tensor.Signature;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Lets requests of different length share a run: the shorter are filled up to the longest with a
 * value that the model's mask makes it overlook, and what an output has of the fill is cut off
 * again. That a model overlooks it is declared, it cannot be seen. Lengths are classed in buckets,
 * two to each power of two, so that no request is made longer than by half; requests of different
 * buckets do not share a run.
 */
public final class Padding {
    /** Nothing is filled up. */
    public static final Padding NONE = new Padding(Map.of(), Map.of(), Map.of());

    private final Map<String, Integer> inputAxes;
    private final Map<String, Integer> outputAxes;
    private final Map<String, byte[]> fills;

    private Padding(
            Map<String, Integer> inputAxes,
            Map<String, Integer> outputAxes,
            Map<String, byte[]> fills) {
        this.inputAxes = inputAxes;
        this.outputAxes = outputAxes;
        this.fills = fills;
    }

    /**
     * Checks what is declared.
     *
     * @param values by input: each has one and the same open dimension, which no other input has
     * @throws VitrineException MODEL_INVALID, naming the input
     */
    public static Padding of(Signature signature, Map<String, Double> values) {
        if (values.isEmpty()) {
            return NONE;
        }
        Map<String, Integer> inputAxes = new HashMap<>();
        Map<String, byte[]> fills = new HashMap<>();
        Optional<String> dimension = Optional.empty();
        for (Map.Entry<String, Double> declared : values.entrySet()) {
            Port port =
                    signature.inputs().stream()
                            .filter(input -> input.name().equals(declared.getKey()))
                            .findFirst()
                            .orElseThrow(() ->
                                    invalid(declared.getKey(), "the model has no such input"));
            String open = open(port);
            if (!dimension.orElse(open).equals(open)) {
                throw invalid(port.name(), "its open dimension is '" + open + "', not another's");
            }
            dimension = Optional.of(open);
            fills.put(port.name(), element(port, declared.getValue()));
            inputAxes.put(port.name(), axis(port, open));
        }
        String name = dimension.orElseThrow();
        for (Port port : signature.inputs()) {
            if (axis(port, name) > 0 && !fills.containsKey(port.name())) {
                throw invalid(port.name(), "it has the dimension '" + name + "' but no value");
            }
        }
        Map<String, Integer> outputAxes = new HashMap<>();
        signature.outputs().forEach(port -> outputAxes.put(port.name(), axis(port, name)));
        return new Padding(inputAxes, outputAxes, fills);
    }

    /** The name of the only open dimension behind the first. */
    private static String open(Port port) {
        List<String> open =
                port.dimensions().stream()
                        .skip(1)
                        .filter(Port.Dimension::isOpen)
                        .map(Port.Dimension::name)
                        .toList();
        if (open.size() != 1 || open.getFirst().isEmpty()) {
            throw invalid(
                    port.name(),
                    "expected one named open dimension behind the first, found "
                            + port.dimensions());
        }
        return open.getFirst();
    }

    /** Where a dimension stands behind the first; 0 for nowhere. */
    private static int axis(Port port, String name) {
        for (int d = 1; d < port.dimensions().size(); d++) {
            if (port.dimensions().get(d).isOpen() && port.dimensions().get(d).name().equals(name)) {
                return d;
            }
        }
        return 0;
    }

    private static byte[] element(Port port, double value) {
        ByteBuffer element =
                ByteBuffer.allocate(port.type().bytes()).order(ByteOrder.LITTLE_ENDIAN);
        switch (port.type()) {
            case FP32 -> element.putFloat((float) value);
            case FP64 -> element.putDouble(value);
            case INT64 -> element.putLong((long) value);
            case INT32 -> element.putInt((int) value);
            case INT16 -> element.putShort((short) value);
            case INT8, BOOL, UINT8 -> element.put((byte) value);
            case BYTES, FP16, BF16, UINT16, UINT32, UINT64 ->
                    throw invalid(port.name(), port.type() + " is not filled up");
        }
        return element.array();
    }

    private static VitrineException invalid(String input, String message) {
        return VitrineException.field(
                InferenceError.MODEL_INVALID, "pad", "pad of input '" + input + "': " + message);
    }

    /** Whether two sizes of one input may be in a run together. */
    boolean together(String input, int dimension, long one, long other) {
        return one == other
                || Objects.equals(inputAxes.get(input), dimension) && bucket(one) == bucket(other);
    }

    /** 8, 12, 16, 24, 32 and so on: the length up to which a bucket reaches. */
    static long bucket(long length) {
        long power = Math.max(8, Long.highestOneBit(Math.max(1, length)));
        if (length <= power) {
            return power;
        }
        return length <= power + power / 2 ? power + power / 2 : 2 * power;
    }

    private int axis(String input) {
        return inputAxes.getOrDefault(input, 0);
    }

    /** The length of a request that is filled up; 0 where nothing is. */
    private long length(Map<String, Tensor> inputs) {
        for (Map.Entry<String, Integer> axis : inputAxes.entrySet()) {
            return Objects.requireNonNull(inputs.get(axis.getKey())).size(axis.getValue());
        }
        return 0;
    }

    /** All rows of an input, those of shorter requests filled up. */
    Tensor joined(String input, List<Tensor> parts, Scratch scratch) {
        int axis = axis(input);
        long[] shape = parts.getFirst().shape();
        shape[0] = 0;
        for (Tensor part : parts) {
            shape[0] += part.size(0);
            shape[axis] = axis == 0 ? shape[0] : Math.max(shape[axis], part.size(axis));
        }
        TensorType type = parts.getFirst().type();
        if (type == TensorType.BYTES) {
            List<String> texts = new ArrayList<>();
            parts.forEach(part -> texts.addAll(List.of(part.texts())));
            return Tensor.of(shape, texts.toArray(String[]::new));
        }
        ByteBuffer all = scratch.take(Tensor.elements(shape) * type.bytes());
        for (Tensor part : parts) {
            if (axis == 0 || part.size(axis) == shape[axis]) {
                all.put(part.data());
            } else {
                fill(input, part, axis, shape[axis], all);
            }
        }
        return Tensor.of(type, shape, all.flip());
    }

    private void fill(String input, Tensor part, int axis, long length, ByteBuffer all) {
        byte[] element = Objects.requireNonNull(fills.get(input));
        ByteBuffer data = part.data();
        int block = block(part, axis);
        long missing = (length - part.size(axis)) * inner(part, axis);
        for (int at = 0; at < data.capacity(); at += block) {
            all.put(data.slice(at, block));
            for (long more = 0; more < missing; more++) {
                all.put(element);
            }
        }
    }

    /** An output of some rows without what it has of the fill of others. */
    Tensor cut(String output, Tensor part, Map<String, Tensor> inputs) {
        int axis = outputAxes.getOrDefault(output, 0);
        long length = length(inputs);
        if (axis == 0 || part.size(axis) == length || part.type() == TensorType.BYTES) {
            return part;
        }
        long[] shape = part.shape();
        shape[axis] = length;
        ByteBuffer data = part.data();
        int block = block(part, axis);
        int kept = (int) (length * inner(part, axis) * part.type().bytes());
        ByteBuffer cut = ByteBuffer.allocate((int) (Tensor.elements(shape) * part.type().bytes()));
        for (int at = 0; at < data.capacity(); at += block) {
            cut.put(data.slice(at, kept));
        }
        return Tensor.of(part.type(), shape, cut.flip());
    }

    /** Bytes from one place of the axis before to the next. */
    private static int block(Tensor tensor, int axis) {
        return Math.max(1, (int) (tensor.size(axis) * inner(tensor, axis) * tensor.type().bytes()));
    }

    /** Elements behind an axis. */
    private static long inner(Tensor tensor, int axis) {
        long inner = 1;
        for (int d = axis + 1; d < tensor.dimensions(); d++) {
            inner *= tensor.size(d);
        }
        return inner;
    }
}
