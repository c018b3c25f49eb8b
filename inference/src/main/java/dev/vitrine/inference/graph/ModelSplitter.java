package dev.vitrine.inference.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Writes an ONNX model as a small graph and one file of its large weights, which the runtime maps
 * instead of copying. The model stays the same; weights that lay in files beside it are taken in,
 * so that what comes out refers to nothing else. The model is never in memory: it is read message
 * by message, and weights of {@value #LARGE} bytes and more go from file to file.
 */
public final class ModelSplitter implements AutoCloseable {
    /** Weights from this size on are written to the file of weights. */
    public static final int LARGE = 1 << 20;

    /** The graph, that is the operators and small weights, may have this many bytes. */
    public static final int MOST_GRAPH = 256 << 20;

    /** Names of the files that are written. */
    public static final String GRAPH = "model.onnx";

    public static final String WEIGHTS = "weights.bin";

    private static final int MODEL_GRAPH = ModelProto.GRAPH_FIELD_NUMBER;
    private static final int INITIALIZER = GraphProto.INITIALIZER_FIELD_NUMBER;
    private static final int BYTES = WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private final ExternalFiles external;
    private final WeightFile weights;
    private final String name;
    private final Map<Range, Long> taken = new HashMap<>();
    private long graphBytes;

    private ModelSplitter(Path model, Path weights) throws IOException {
        this.name = String.valueOf(model.getFileName());
        this.external = new ExternalFiles(model);
        this.weights = new WeightFile(weights);
    }

    /** A part of an external file; models share weights by naming the same part twice. */
    private record Range(String location, long offset, long length) {}

    /**
     * Writes {@value #GRAPH}, and {@value #WEIGHTS} where there are large weights, into a
     * directory.
     *
     * @throws VitrineException MODEL_INVALID for what is no ONNX model, and for external files that
     *     are refused or too short; no weights are left then
     */
    public static void split(Path model, Path directory) throws IOException {
        Path weights = directory.resolve(WEIGHTS);
        boolean any = false;
        try (ModelSplitter splitter = new ModelSplitter(model, weights);
                InputStream in = Files.newInputStream(model)) {
            byte[] graph = splitter.model(CodedInputStream.newInstance(in, 1 << 16));
            Files.write(directory.resolve(GRAPH), graph);
            ModelCheck.check(directory.resolve(GRAPH), splitter.name);
            any = splitter.weights.size() > 0;
        } catch (InvalidProtocolBufferException e) {
            throw new VitrineException(
                    InferenceError.MODEL_INVALID,
                    model.getFileName() + " is no ONNX model: " + e.getMessage(),
                    e);
        } finally {
            if (!any) {
                Files.deleteIfExists(weights);
            }
        }
    }

    private byte[] model(CodedInputStream in) throws IOException {
        ByteString.Output bytes = ByteString.newOutput();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        boolean found = false;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == tag(MODEL_GRAPH)) {
                found = true;
                out.writeBytes(MODEL_GRAPH, inside(in, this::graph));
            } else {
                copy(in, tag, out);
            }
        }
        if (!found) {
            throw invalid("it has no graph");
        }
        out.flush();
        return bytes.toByteString().toByteArray();
    }

    private void graph(CodedInputStream in, CodedOutputStream out) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == tag(INITIALIZER)) {
                out.writeBytes(INITIALIZER, inside(in, this::tensor));
            } else {
                copy(in, tag, out);
            }
        }
    }

    /** Rewrites one message. */
    private interface Rewriting {
        void rewrite(CodedInputStream in, CodedOutputStream out) throws IOException;
    }

    private ByteString inside(CodedInputStream in, Rewriting message) throws IOException {
        int before = in.pushLimit(in.readRawVarint32());
        ByteString.Output bytes = ByteString.newOutput();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        message.rewrite(in, out);
        out.flush();
        in.popLimit(before);
        return bytes.toByteString();
    }

    private void tensor(CodedInputStream in, CodedOutputStream out) throws IOException {
        TensorProto.Builder small = TensorProto.newBuilder();
        long at = -1;
        long length = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag != tag(TensorProto.RAW_DATA_FIELD_NUMBER)) {
                ByteString.Output field = ByteString.newOutput();
                CodedOutputStream one = CodedOutputStream.newInstance(field);
                copy(in, tag, one);
                one.flush();
                small.mergeFrom(field.toByteString());
                continue;
            }
            int size = in.readRawVarint32();
            if (size < LARGE) {
                count(size);
                small.setRawData(ByteString.copyFrom(in.readRawBytes(size)));
            } else if (at >= 0) {
                throw invalid("the weights '" + small.getName() + "' have data twice");
            } else {
                at = weights.add(in, size);
                length = size;
            }
        }
        boolean outside = small.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
        if (outside && at < 0) {
            takeIn(small, out);
        } else if (at >= 0) {
            small.clearDataLocation().clearExternalData().clearRawData();
            refer(small, at, length).build().writeTo(out);
        } else {
            small.build().writeTo(out);
        }
    }

    private void takeIn(TensorProto.Builder tensor, CodedOutputStream out) throws IOException {
        Map<String, String> entries = new HashMap<>();
        tensor.getExternalDataList().forEach(e -> entries.put(e.getKey(), e.getValue()));
        String location = entries.getOrDefault("location", "");
        FileChannel file = external.file(tensor.getName(), location);
        long offset = number(tensor, "offset", entries.getOrDefault("offset", "0"));
        OptionalLong needed = needed(tensor);
        String rest = Long.toString(needed.orElse(Math.max(0, file.size() - offset)));
        long length = number(tensor, "length", entries.getOrDefault("length", rest));
        if (needed.isPresent() && length != needed.getAsLong()) {
            throw invalid(
                    tensor,
                    "its shape "
                            + tensor.getDimsList()
                            + " needs "
                            + needed.getAsLong()
                            + " bytes, not "
                            + length);
        }
        if (offset > file.size() || length > file.size() - offset) {
            throw invalid(
                    tensor,
                    "bytes "
                            + offset
                            + " to "
                            + (offset + length)
                            + " of '"
                            + location
                            + "', which has "
                            + file.size());
        }
        tensor.clearDataLocation().clearExternalData();
        if (length < LARGE) {
            count(length);
            ByteBuffer bytes = ByteBuffer.allocate((int) length);
            while (bytes.hasRemaining() && file.read(bytes, offset + bytes.position()) >= 0) {
                continue;
            }
            tensor.setRawData(ByteString.copyFrom(bytes.flip())).build().writeTo(out);
            return;
        }
        Range range = new Range(location, offset, length);
        Long known = taken.get(range);
        if (known == null) {
            if (taken.keySet().stream().mapToLong(Range::length).sum() + length
                    > external.bytes()) {
                throw invalid(tensor, "its data overlaps that of other weights");
            }
            known = weights.add(file, offset, length);
            taken.put(range, known);
        }
        refer(tensor, known, length).build().writeTo(out);
    }

    private static TensorProto.Builder refer(TensorProto.Builder tensor, long at, long length) {
        return tensor.setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(entry("location", WEIGHTS))
                .addExternalData(entry("offset", Long.toString(at)))
                .addExternalData(entry("length", Long.toString(length)));
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    /** Bytes that the shape and type of a tensor need; empty for types of less than a byte. */
    private OptionalLong needed(TensorProto.Builder tensor) {
        Optional<TensorType> type =
                Arrays.stream(TensorType.values())
                        .filter(t -> t.onnx() == tensor.getDataType() && t.bytes() > 0)
                        .findFirst();
        if (type.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            long elements = 1;
            for (long size : tensor.getDimsList()) {
                if (size < 0) {
                    throw invalid(tensor, "its shape is " + tensor.getDimsList());
                }
                elements = Math.multiplyExact(elements, size);
            }
            return OptionalLong.of(Math.multiplyExact(elements, type.get().bytes()));
        } catch (ArithmeticException e) {
            throw invalid(tensor, "its shape " + tensor.getDimsList() + " is too large");
        }
    }

    private long number(TensorProto.Builder tensor, String key, String text) {
        try {
            long value = Long.parseLong(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a negative number.
        }
        throw invalid(tensor, "its " + key + " is '" + text + "', expected a number from 0");
    }

    private void copy(CodedInputStream in, int tag, CodedOutputStream out) throws IOException {
        int before = in.getTotalBytesRead();
        if (WireFormat.getTagWireType(tag) == BYTES) {
            int size = in.readRawVarint32();
            count(size);
            out.writeBytes(
                    WireFormat.getTagFieldNumber(tag), ByteString.copyFrom(in.readRawBytes(size)));
        } else {
            if (!in.skipField(tag, out)) {
                throw invalid("it has the end of a group without its start");
            }
            count(in.getTotalBytesRead() - before);
        }
    }

    /** Counts what stays in memory before it is read. */
    private void count(long bytes) {
        graphBytes += bytes;
        if (bytes < 0 || graphBytes > MOST_GRAPH) {
            throw invalid(
                    "beside the large weights it has more than " + (MOST_GRAPH >> 20) + " MiB");
        }
    }

    private static int tag(int field) {
        return field << 3 | BYTES;
    }

    private VitrineException invalid(TensorProto.Builder tensor, String why) {
        return invalid("the weights '" + tensor.getName() + "': " + why);
    }

    private VitrineException invalid(String why) {
        return new VitrineException(InferenceError.MODEL_INVALID, name + ": " + why);
    }

    @Override
    public void close() throws IOException {
        external.close();
        weights.close();
    }
}
