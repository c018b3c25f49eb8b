package dev.vitrine.inference.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.vitrine.inference.tensor.Port;
import dev.vitrine.inference.tensor.TensorType;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Builds an ONNX model operator by operator. Values go by name: every method that makes one returns
 * its name. Operators and their attributes are those of the ONNX specification, operator set
 * {@value #OPSET}; nothing is checked here, the runtime that loads the model does that.
 */
public final class GraphBuilder {
    /** Version of the operator set. */
    public static final int OPSET = 17;

    private static final int IR_VERSION = 8;
    private static final int ML_OPSET = 3;

    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final ModelProto.Builder model = ModelProto.newBuilder();
    private int made;

    public GraphBuilder(String name) {
        graph.setName(name);
    }

    /** Declares an input and returns its name. */
    public String input(String name, TensorType type, Port.Dimension... dimensions) {
        graph.addInput(value(name, type, dimensions));
        return name;
    }

    /** Declares a value that an operator made as an output of the model. */
    public void output(String name, TensorType type, Port.Dimension... dimensions) {
        graph.addOutput(value(name, type, dimensions));
    }

    private static ValueInfoProto value(
            String name, TensorType type, Port.Dimension... dimensions) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (Port.Dimension dimension : dimensions) {
            TensorShapeProto.Dimension.Builder one = shape.addDimBuilder();
            if (!dimension.isOpen()) {
                one.setDimValue(dimension.size());
            } else if (!dimension.name().isEmpty()) {
                one.setDimParam(dimension.name());
            }
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(
                        TypeProto.newBuilder()
                                .setTensorType(
                                        TypeProto.Tensor.newBuilder()
                                                .setElemType(type.onnx())
                                                .setShape(shape)))
                .build();
    }

    /** Constants of the model, row by row. */
    public String floats(float[] values, long... shape) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return constant(TensorType.FP32, bytes, shape);
    }

    public String longs(long[] values, long... shape) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        return constant(TensorType.INT64, bytes, shape);
    }

    /**
     * Constants of any type.
     *
     * @param bytes little-endian
     */
    public String constant(TensorType type, ByteBuffer bytes, long... shape) {
        String name = "constant" + made++;
        TensorProto.Builder tensor =
                TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(type.onnx())
                        .setRawData(ByteString.copyFrom(bytes));
        Arrays.stream(shape).forEach(tensor::addDims);
        graph.addInitializer(tensor);
        return name;
    }

    /** Adds an operator with one output and returns the name of that. */
    public String node(String operator, List<String> inputs, Attribute... attributes) {
        String output = operator.toLowerCase(java.util.Locale.ROOT) + made++;
        node("", operator, inputs, List.of(output), attributes);
        return output;
    }

    /**
     * Adds an operator.
     *
     * @param domain empty for ONNX itself, {@code ai.onnx.ml} for trees and the like
     */
    public void node(
            String domain,
            String operator,
            List<String> inputs,
            List<String> outputs,
            Attribute... attributes) {
        NodeProto.Builder node =
                NodeProto.newBuilder()
                        .setName(operator + made++)
                        .setOpType(operator)
                        .setDomain(domain)
                        .addAllInput(inputs)
                        .addAllOutput(outputs);
        for (Attribute attribute : attributes) {
            node.addAttribute(attribute.proto);
        }
        graph.addNode(node);
    }

    /** A setting of an operator. */
    public static final class Attribute {
        private final AttributeProto proto;

        private Attribute(AttributeProto.Builder proto) {
            this.proto = proto.build();
        }

        private static AttributeProto.Builder of(String name, AttributeProto.AttributeType type) {
            return AttributeProto.newBuilder().setName(name).setType(type);
        }

        public static Attribute of(String name, long value) {
            return new Attribute(of(name, AttributeProto.AttributeType.INT).setI(value));
        }

        public static Attribute of(String name, float value) {
            return new Attribute(of(name, AttributeProto.AttributeType.FLOAT).setF(value));
        }

        public static Attribute of(String name, String value) {
            return new Attribute(
                    of(name, AttributeProto.AttributeType.STRING)
                            .setS(ByteString.copyFromUtf8(value)));
        }

        public static Attribute of(String name, long... values) {
            AttributeProto.Builder proto = of(name, AttributeProto.AttributeType.INTS);
            Arrays.stream(values).forEach(proto::addInts);
            return new Attribute(proto);
        }

        public static Attribute of(String name, float... values) {
            AttributeProto.Builder proto = of(name, AttributeProto.AttributeType.FLOATS);
            for (float value : values) {
                proto.addFloats(value);
            }
            return new Attribute(proto);
        }

        public static Attribute of(String name, List<String> values) {
            AttributeProto.Builder proto = of(name, AttributeProto.AttributeType.STRINGS);
            values.forEach(value -> proto.addStrings(ByteString.copyFromUtf8(value)));
            return new Attribute(proto);
        }
    }

    /** The model as ONNX stores it; at most 2 GiB, a limit of the format. */
    public ModelProto model() {
        return model.clone()
                .setIrVersion(IR_VERSION)
                .setProducerName("vitrine")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder()
                                .setDomain("ai.onnx.ml")
                                .setVersion(ML_OPSET))
                .setGraph(graph)
                .build();
    }

    public byte[] bytes() {
        return model().toByteArray();
    }

    public void save(Path file) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            model().writeTo(out);
        }
    }
}
