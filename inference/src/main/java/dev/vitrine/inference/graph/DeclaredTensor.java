package dev.vitrine.inference.graph;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a tensor of an ONNX file says of itself, read without its elements. */
final class DeclaredTensor {
    private static final int MOST_DIMENSIONS = 64;
    private static final int LONGEST_TEXT = 1_000;
    private static final int BYTES = WireFormat.WIRETYPE_LENGTH_DELIMITED;
    private static final int TEXT = 8;
    private static final int UNTOLD = -1;

    private final List<Long> dimensions = new ArrayList<>();
    private String name = "";
    private int type;
    private boolean external;
    private String location = "";
    private String offset = "0";
    private String length = "";
    private long raw = UNTOLD;
    private long texts;

    /** Most elements that the fields of typed numbers can hold. */
    private long typed;

    private DeclaredTensor() {}

    /** Reads to the end of the message that the stream is in. */
    static DeclaredTensor read(CodedInputStream in) throws IOException {
        DeclaredTensor tensor = new DeclaredTensor();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            tensor.field(in, tag);
        }
        return tensor;
    }

    private void field(CodedInputStream in, int tag) throws IOException {
        boolean message = (tag & 7) == BYTES;
        switch (tag >>> 3) {
            case TensorProto.DIMS_FIELD_NUMBER -> dimensions(in, message);
            case TensorProto.DATA_TYPE_FIELD_NUMBER -> type = in.readRawVarint32();
            case TensorProto.DATA_LOCATION_FIELD_NUMBER -> external = in.readRawVarint32() == 1;
            case TensorProto.NAME_FIELD_NUMBER -> name = text(in);
            case TensorProto.EXTERNAL_DATA_FIELD_NUMBER -> entry(in);
            case TensorProto.RAW_DATA_FIELD_NUMBER -> {
                if (raw != UNTOLD) {
                    throw new InvalidProtocolBufferException("a tensor has data twice");
                }
                raw = in.readRawVarint32();
                in.skipRawBytes((int) raw);
            }
            case TensorProto.STRING_DATA_FIELD_NUMBER -> {
                texts++;
                in.skipField(tag);
            }
            case TensorProto.FLOAT_DATA_FIELD_NUMBER -> typed += numbers(in, tag, Float.BYTES);
            case TensorProto.DOUBLE_DATA_FIELD_NUMBER -> typed += numbers(in, tag, Double.BYTES);
            case TensorProto.INT32_DATA_FIELD_NUMBER -> typed += 16L * numbers(in, tag, 1);
            case TensorProto.INT64_DATA_FIELD_NUMBER, TensorProto.UINT64_DATA_FIELD_NUMBER ->
                    typed += numbers(in, tag, 1);
            default -> {
                if (!in.skipField(tag)) {
                    throw new InvalidProtocolBufferException("a group ends without its start");
                }
            }
        }
    }

    private void dimensions(CodedInputStream in, boolean packed) throws IOException {
        int behind = packed ? in.pushLimit(in.readRawVarint32()) : 0;
        while (!packed || !in.isAtEnd()) {
            dimensions.add(in.readRawVarint64());
            if (dimensions.size() > MOST_DIMENSIONS) {
                throw new InvalidProtocolBufferException(
                        "a tensor has more than " + MOST_DIMENSIONS + " dimensions");
            }
            if (!packed) {
                return;
            }
        }
        in.popLimit(behind);
    }

    /** How many numbers a field holds at most, in so many bytes each at least. */
    private static long numbers(CodedInputStream in, int tag, int least) throws IOException {
        if ((tag & 7) != BYTES) {
            in.skipField(tag);
            return 1;
        }
        int size = in.readRawVarint32();
        in.skipRawBytes(size);
        return size / least;
    }

    private static String text(CodedInputStream in) throws IOException {
        int size = in.readRawVarint32();
        if (size < 0 || size > LONGEST_TEXT) {
            throw new InvalidProtocolBufferException(
                    "the name of a tensor or of its file has more than " + LONGEST_TEXT + " bytes");
        }
        return new String(in.readRawBytes(size), StandardCharsets.UTF_8);
    }

    private void entry(CodedInputStream in) throws IOException {
        int behind = in.pushLimit(in.readRawVarint32());
        String key = "";
        String value = "";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case 1 << 3 | BYTES -> key = text(in);
                case 2 << 3 | BYTES -> value = text(in);
                default -> in.skipField(tag);
            }
        }
        in.popLimit(behind);
        switch (key) {
            case "location" -> location = value;
            case "offset" -> offset = value;
            case "length" -> length = value;
            default -> {}
        }
    }

    String name() {
        return name.length() > 100 ? name.substring(0, 100) : name;
    }

    boolean isExternal() {
        return external;
    }

    /** The file beside the model that it lies in, as the model calls it. */
    String location() {
        return location;
    }

    /** What is wrong with it as far as the model's own file goes. */
    Optional<String> complaint() {
        long elements = elements();
        if (elements < 0) {
            return Optional.of("have the impossible shape " + dimensions);
        }
        if (external || elements == 0) {
            return Optional.empty();
        }
        if (type == TEXT) {
            return elements <= texts
                    ? Optional.empty()
                    : Optional.of("are of shape " + dimensions + " and have " + texts + " texts");
        }
        if (raw != UNTOLD) {
            long needed = bytes(elements);
            return raw == needed || bits() == 0
                    ? Optional.empty()
                    : Optional.of(
                            "are of shape "
                                    + dimensions
                                    + ", which needs "
                                    + needed
                                    + " bytes, and have "
                                    + raw);
        }
        return elements <= typed
                ? Optional.empty()
                : Optional.of(
                        "are of shape "
                                + dimensions
                                + " and have data for "
                                + typed
                                + " elements at most");
    }

    /** What is wrong with where it lies in a file of so many bytes. */
    Optional<String> complaint(long fileBytes) {
        try {
            long from = Long.parseLong(offset);
            long needed = bytes(elements());
            long size = length.isEmpty() ? needed : Long.parseLong(length);
            boolean fits = from >= 0 && size >= 0 && size <= fileBytes && from <= fileBytes - size;
            if (fits && (size == needed || bits() == 0)) {
                return Optional.empty();
            }
            return Optional.of(
                    "are of shape "
                            + dimensions
                            + ", which needs "
                            + needed
                            + " bytes, and lie at "
                            + from
                            + " with "
                            + size
                            + " bytes in a file of "
                            + fileBytes);
        } catch (NumberFormatException e) {
            return Optional.of("lie at no number of bytes in their file");
        }
    }

    /** -1 for a shape that cannot be. */
    private long elements() {
        long elements = 1;
        for (long size : dimensions) {
            if (size < 0 || size > 0 && elements > Long.MAX_VALUE / Byte.SIZE / 16 / size) {
                return -1;
            }
            elements *= size;
        }
        return elements;
    }

    private long bytes(long elements) {
        return (elements * bits() + Byte.SIZE - 1) / Byte.SIZE;
    }

    /** Bits of an element by the numbers of TensorProto.DataType; 0 where that is not known. */
    private int bits() {
        return switch (type) {
            case 2, 3, 9, 17, 18, 19, 20, 24 -> 8;
            case 4, 5, 10, 16 -> 16;
            case 1, 6, 12 -> 32;
            case 7, 11, 13, 14 -> 64;
            case 15 -> 128;
            case 21, 22, 23 -> 4;
            case 25, 26 -> 2;
            default -> 0;
        };
    }
}
