package dev.vitrine.inference.host;

import dev.vitrine.inference.tensor.Port;
import dev.vitrine.inference.tensor.Signature;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Requests made up from a signature, for versions that were given none: zeros and empty texts, with
 * one and with several rows. The first dimension of an input counts as its rows where it is open;
 * every other open dimension is one.
 */
final class SyntheticRequests {
    private static final long[] ROWS = {1, 4, 32};

    /** Larger inputs are not made up. */
    private static final long MOST_ELEMENTS = 1 << 22;

    private SyntheticRequests() {}

    static List<Map<String, Tensor>> of(Signature signature) {
        List<Map<String, Tensor>> requests = new ArrayList<>();
        for (long rows : ROWS) {
            Map<String, Tensor> request = new LinkedHashMap<>();
            for (Port port : signature.inputs()) {
                long[] shape = shape(port, rows);
                if (elements(shape) > MOST_ELEMENTS) {
                    return requests;
                }
                request.put(port.name(), zeros(port.type(), shape));
            }
            requests.add(request);
            if (signature.inputs().stream().allMatch(Port::isFixed)) {
                return requests;
            }
        }
        return requests;
    }

    private static long[] shape(Port port, long rows) {
        long[] shape = new long[port.dimensions().size()];
        for (int d = 0; d < shape.length; d++) {
            Port.Dimension dimension = port.dimensions().get(d);
            shape[d] = !dimension.isOpen() ? dimension.size() : d == 0 ? rows : 1;
        }
        return shape;
    }

    /** Counted in floating point: sizes that a model declares may be absurd. */
    private static double elements(long[] shape) {
        return Arrays.stream(shape).asDoubleStream().reduce(1, (a, b) -> a * b);
    }

    private static Tensor zeros(TensorType type, long[] shape) {
        int elements = (int) Tensor.elements(shape);
        if (type != TensorType.BYTES) {
            return Tensor.of(type, shape, Tensor.direct((long) elements * type.bytes()));
        }
        String[] texts = new String[elements];
        Arrays.fill(texts, "");
        return Tensor.of(shape, texts);
    }
}
