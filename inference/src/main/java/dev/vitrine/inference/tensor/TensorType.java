package dev.vitrine.inference.tensor;

import java.util.Arrays;
import java.util.Optional;

/**
 * Types of elements, by the names of the Open Inference Protocol v2, with ONNX's numbers of them
 * (TensorProto.DataType).
 */
public enum TensorType {
    BOOL(1, 9),
    UINT8(1, 2),
    UINT16(2, 4),
    UINT32(4, 12),
    UINT64(8, 13),
    INT8(1, 3),
    INT16(2, 5),
    INT32(4, 6),
    INT64(8, 7),
    FP16(2, 10),
    BF16(2, 16),
    FP32(4, 1),
    FP64(8, 11),
    /** Text of any length. */
    BYTES(0, 8);

    private final int bytes;
    private final int onnx;

    TensorType(int bytes, int onnx) {
        this.bytes = bytes;
        this.onnx = onnx;
    }

    /** Bytes of one element; 0 where they differ. */
    public int bytes() {
        return bytes;
    }

    /** The number that ONNX has for it. */
    public int onnx() {
        return onnx;
    }

    /** The type of a name such as {@code FP32}. */
    public static Optional<TensorType> of(String name) {
        return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }
}
