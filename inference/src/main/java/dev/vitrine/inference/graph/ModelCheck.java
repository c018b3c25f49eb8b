package dev.vitrine.inference.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.vitrine.inference.InferenceError;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads through an ONNX file before the runtime gets it, and refuses what claims more than it
 * brings: weights whose shape needs other bytes than there are, files beside it that lead
 * elsewhere, graphs in graphs without end. Nothing is built of what is read and weights are passed
 * over, so that a check takes little time and {@value #BUFFER} bytes however large the file is.
 *
 * <p>It does not know what operators do with their inputs. What the runtime makes of a stranger's
 * graph is tried in a process of its own when the model is imported.
 */
public final class ModelCheck {
    private static final int BUFFER = 64 << 10;
    private static final int MOST_NODES = 1_000_000;
    private static final int DEEPEST = 16;
    private static final int LONGEST_NAME = 1_000;

    /** Sparse weights are made dense when they are loaded. */
    private static final long MOST_DENSE = 1L << 28;

    private static final int BYTES = WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private final CodedInputStream in;
    private final ExternalFiles external;
    private final String name;
    private int nodes;

    private ModelCheck(CodedInputStream in, ExternalFiles external, String name) {
        this.in = in;
        this.external = external;
        this.name = name;
    }

    /**
     * Checks a file, and those beside it that its weights lie in.
     *
     * @throws VitrineException MODEL_INVALID, saying what is wrong
     */
    public static void check(Path model) {
        check(model, String.valueOf(model.getFileName()));
    }

    /** The same of a file that its users know by another name. */
    static void check(Path model, String name) {
        try {
            if (!Files.isRegularFile(model)) {
                throw invalid(name, "it is no file");
            }
            if (Files.size(model) > Integer.MAX_VALUE) {
                throw invalid(
                        name,
                        "an ONNX file has at most 2 GiB; large weights lie in files beside it");
            }
            try (InputStream file = Files.newInputStream(model);
                    ExternalFiles external = new ExternalFiles(model)) {
                CodedInputStream in = CodedInputStream.newInstance(file, BUFFER);
                new ModelCheck(in, external, name).model();
            }
        } catch (InvalidProtocolBufferException e) {
            throw new VitrineException(
                    InferenceError.MODEL_INVALID, name + " is no ONNX model: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }

    private void model() throws IOException {
        boolean graph = false;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == bytes(ModelProto.GRAPH_FIELD_NUMBER)) {
                require(!graph, "it has two graphs");
                graph = true;
                inside(() -> graph(0));
            } else if (tag == bytes(ModelProto.FUNCTIONS_FIELD_NUMBER)) {
                inside(() -> function(1));
            } else {
                pass(tag);
            }
        }
        require(graph, "it has no graph");
    }

    /** Reads one message. */
    private interface Reading {
        void read() throws IOException;
    }

    private void inside(Reading message) throws IOException {
        int before = in.pushLimit(in.readRawVarint32());
        message.read();
        require(in.isAtEnd(), "a message does not end where it says");
        in.popLimit(before);
    }

    private void pass(int tag) throws IOException {
        require(in.skipField(tag), "it has the end of a group without its start");
    }

    private void graph(int depth) throws IOException {
        require(depth <= DEEPEST, "graphs lie in graphs more than " + DEEPEST + " deep");
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag >>> 3) {
                case GraphProto.NODE_FIELD_NUMBER -> message(tag, () -> node(depth));
                case GraphProto.INITIALIZER_FIELD_NUMBER -> message(tag, () -> weights(depth == 0));
                case GraphProto.SPARSE_INITIALIZER_FIELD_NUMBER -> message(tag, this::sparse);
                case GraphProto.INPUT_FIELD_NUMBER, GraphProto.OUTPUT_FIELD_NUMBER ->
                        message(tag, this::port);
                default -> pass(tag);
            }
        }
    }

    private void function(int depth) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == bytes(FunctionProto.NODE_FIELD_NUMBER)) {
                inside(() -> node(depth));
            } else {
                pass(tag);
            }
        }
    }

    /** A field of a known number is a message or the file is broken. */
    private void message(int tag, Reading message) throws IOException {
        require((tag & 7) == BYTES, "field " + (tag >>> 3) + " is no message");
        inside(message);
    }

    private void node(int depth) throws IOException {
        require(++nodes <= MOST_NODES, "it has more than " + MOST_NODES + " operators");
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == bytes(NodeProto.ATTRIBUTE_FIELD_NUMBER)) {
                inside(() -> attribute(depth));
            } else {
                pass(tag);
            }
        }
    }

    private void attribute(int depth) throws IOException {
        boolean single = false;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag >>> 3) {
                case AttributeProto.T_FIELD_NUMBER,
                        AttributeProto.G_FIELD_NUMBER,
                        AttributeProto.SPARSE_TENSOR_FIELD_NUMBER -> {
                    // Given again, they would be merged into what nobody has checked.
                    require(!single, "an attribute has two values");
                    single = true;
                    nested(tag, depth);
                }
                case AttributeProto.TENSORS_FIELD_NUMBER,
                        AttributeProto.GRAPHS_FIELD_NUMBER,
                        AttributeProto.SPARSE_TENSORS_FIELD_NUMBER ->
                        nested(tag, depth);
                default -> pass(tag);
            }
        }
    }

    private void nested(int tag, int depth) throws IOException {
        switch (tag >>> 3) {
            case AttributeProto.G_FIELD_NUMBER, AttributeProto.GRAPHS_FIELD_NUMBER ->
                    message(tag, () -> graph(depth + 1));
            case AttributeProto.T_FIELD_NUMBER, AttributeProto.TENSORS_FIELD_NUMBER ->
                    message(tag, () -> weights(false));
            default -> message(tag, this::sparse);
        }
    }

    private void sparse() throws IOException {
        long dense = 1;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag >>> 3) {
                case SparseTensorProto.VALUES_FIELD_NUMBER,
                        SparseTensorProto.INDICES_FIELD_NUMBER ->
                        message(tag, () -> weights(false));
                case SparseTensorProto.DIMS_FIELD_NUMBER -> {
                    int behind = (tag & 7) == BYTES ? in.pushLimit(in.readRawVarint32()) : -1;
                    do {
                        long size = in.readRawVarint64();
                        require(
                                size >= 0 && (size == 0 || dense <= MOST_DENSE / size),
                                "sparse weights stand for more than "
                                        + MOST_DENSE
                                        + " elements, or less than none");
                        dense *= Math.max(1, size);
                    } while (behind >= 0 && !in.isAtEnd());
                    if (behind >= 0) {
                        in.popLimit(behind);
                    }
                }
                default -> pass(tag);
            }
        }
    }

    private void weights(boolean outermost) throws IOException {
        DeclaredTensor tensor = DeclaredTensor.read(in);
        tensor.complaint()
                .ifPresent(why -> {
                    throw invalid(name, "the weights '" + tensor.name() + "' " + why);
                });
        if (tensor.isExternal()) {
            require(
                    outermost,
                    "the constant '"
                            + tensor.name()
                            + "' lies in an external file; that is taken for initialisers of the"
                            + " outermost graph only");
            long size = external.file(tensor.name(), tensor.location()).size();
            tensor.complaint(size)
                    .ifPresent(why -> {
                        throw invalid(name, "the weights '" + tensor.name() + "' " + why);
                    });
        }
    }

    private void port() throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag != bytes(ValueInfoProto.NAME_FIELD_NUMBER)) {
                pass(tag);
                continue;
            }
            int length = in.readRawVarint32();
            require(
                    length >= 0 && length <= LONGEST_NAME,
                    "an input or output has a name of more than " + LONGEST_NAME + " bytes");
            String text = new String(in.readRawBytes(length), StandardCharsets.UTF_8);
            require(
                    text.chars().noneMatch(Character::isISOControl),
                    "the name of an input or output has control characters");
        }
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw invalid(name, otherwise);
        }
    }

    private static int bytes(int field) {
        return field << 3 | BYTES;
    }

    private static VitrineException invalid(String name, String why) {
        return new VitrineException(InferenceError.MODEL_INVALID, name + ": " + why);
    }
}
