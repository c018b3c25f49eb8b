package dev.vitrine.inference.cache;

import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tensors that outlive the request they came with: copies on the heap, which go with it. */
public final class Tensors {
    private static final int TEXT_OVERHEAD = 48;

    private Tensors() {}

    /** Copies that share nothing with what they were made of. */
    public static Map<String, Tensor> copy(Map<String, Tensor> tensors) {
        Map<String, Tensor> copies = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> copies.put(name, joined(List.of(tensor))));
        return copies;
    }

    /** Bytes that tensors take in memory. */
    public static long bytes(Map<String, Tensor> tensors) {
        long bytes = 0;
        for (Tensor tensor : tensors.values()) {
            bytes += tensor.data().remaining();
            for (String text : tensor.texts()) {
                bytes += TEXT_OVERHEAD + 2L * text.length();
            }
        }
        return bytes;
    }

    /** One tensor of all rows, in order. */
    static Tensor joined(List<Tensor> parts) {
        long[] shape = parts.getFirst().shape();
        if (parts.size() > 1) {
            shape[0] = parts.stream().mapToLong(part -> part.size(0)).sum();
        }
        if (parts.getFirst().type() == TensorType.BYTES) {
            List<String> texts = new ArrayList<>();
            parts.forEach(part -> texts.addAll(List.of(part.texts())));
            return Tensor.of(shape, texts.toArray(String[]::new));
        }
        long bytes = parts.stream().mapToLong(part -> part.data().remaining()).sum();
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
        parts.forEach(part -> all.put(part.data()));
        return Tensor.of(parts.getFirst().type(), shape, all.flip());
    }
}
