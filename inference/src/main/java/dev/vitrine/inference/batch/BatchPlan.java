package dev.vitrine.inference.batch;

import dev.vitrine.inference.session.Scratch;
import dev.vitrine.inference.tensor.Port;
import dev.vitrine.inference.tensor.Signature;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * How requests to a model are put together along its first dimension and taken apart again. A model
 * can be batched when every input and output begins with one and the same open dimension, named as
 * is usual for batches, which stands nowhere else; whether its rows are independent of each other
 * cannot be seen, so that a model whose first dimension is called otherwise has to declare it.
 */
public final class BatchPlan {
    private static final Set<String> USUAL =
            Set.of("batch", "batch_size", "batchsize", "batch_dim", "n");

    private BatchPlan() {}

    /**
     * Whether requests to a model may share a run.
     *
     * @param declared that its rows are independent, whatever their dimension is called
     */
    public static boolean fits(Signature signature, boolean declared) {
        if (signature.inputs().isEmpty() || signature.outputs().isEmpty()) {
            return false;
        }
        Optional<String> name = first(signature.inputs().getFirst());
        if (name.isEmpty()
                || !declared && !USUAL.contains(name.get().toLowerCase(java.util.Locale.ROOT))) {
            return false;
        }
        List<Port> ports = new ArrayList<>(signature.inputs());
        ports.addAll(signature.outputs());
        return ports.stream().allMatch(port -> first(port).equals(name) && !again(port));
    }

    private static Optional<String> first(Port port) {
        if (port.dimensions().isEmpty()
                || !port.dimensions().getFirst().isOpen()
                || port.dimensions().getFirst().name().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(port.dimensions().getFirst().name());
    }

    private static boolean again(Port port) {
        String name = port.dimensions().getFirst().name();
        return port.dimensions().stream().skip(1).anyMatch(d -> d.name().equals(name));
    }

    /** Rows of a request. */
    public static long rows(Map<String, Tensor> inputs) {
        return inputs.values().iterator().next().size(0);
    }

    /** Whether two requests differ in nothing but rows, content and what may be filled up. */
    static boolean together(Map<String, Tensor> left, Map<String, Tensor> right, Padding padding) {
        for (Map.Entry<String, Tensor> one : left.entrySet()) {
            Tensor other = right.get(one.getKey());
            Tensor tensor = one.getValue();
            if (other == null
                    || other.type() != tensor.type()
                    || other.dimensions() != tensor.dimensions()) {
                return false;
            }
            for (int d = 1; d < tensor.dimensions(); d++) {
                if (!padding.together(one.getKey(), d, tensor.size(d), other.size(d))) {
                    return false;
                }
            }
        }
        return left.size() == right.size();
    }

    /** One request of all rows, in the order of the requests. */
    static Map<String, Tensor> joined(
            List<Map<String, Tensor>> requests, Padding padding, Scratch scratch) {
        Map<String, Tensor> joined = new LinkedHashMap<>();
        for (String name : requests.getFirst().keySet()) {
            List<Tensor> parts = new ArrayList<>(requests.size());
            for (Map<String, Tensor> request : requests) {
                parts.add(Objects.requireNonNull(request.get(name)));
            }
            joined.put(name, padding.joined(name, parts, scratch));
        }
        return joined;
    }

    /** Whether every output has as many rows as went in. */
    static boolean hasRows(Map<String, Tensor> outputs, long rows) {
        return outputs.values().stream()
                .allMatch(tensor -> tensor.dimensions() > 0 && tensor.size(0) == rows);
    }

    /** The rows {@code from} to {@code from + rows - 1} of every output, out of any scratch. */
    static Map<String, Tensor> part(Map<String, Tensor> outputs, long from, long rows) {
        Map<String, Tensor> part = new LinkedHashMap<>();
        outputs.forEach((name, tensor) -> part.put(name, part(tensor, from, rows)));
        return part;
    }

    /** Outputs out of any scratch. */
    static Map<String, Tensor> kept(Map<String, Tensor> outputs) {
        Map<String, Tensor> kept = new LinkedHashMap<>();
        outputs.forEach((name, tensor) ->
                kept.put(
                        name,
                        tensor.data().isDirect()
                                ? Tensor.of(tensor.type(), tensor.shape(), kept(tensor.data()))
                                : tensor));
        return kept;
    }

    private static ByteBuffer kept(ByteBuffer data) {
        return data.isDirect() ? ByteBuffer.allocate(data.remaining()).put(data).flip() : data;
    }

    private static Tensor part(Tensor tensor, long from, long rows) {
        long[] shape = tensor.shape();
        long all = shape[0];
        shape[0] = rows;
        if (tensor.type() == TensorType.BYTES) {
            int each = (int) (tensor.texts().length / Math.max(1, all));
            return Tensor.of(
                    shape,
                    java.util.Arrays.copyOfRange(
                            tensor.texts(), (int) from * each, (int) (from + rows) * each));
        }
        ByteBuffer data = tensor.data();
        int each = (int) (data.remaining() / Math.max(1, all));
        return Tensor.of(
                tensor.type(), shape, kept(data.slice((int) from * each, (int) rows * each)));
    }
}
