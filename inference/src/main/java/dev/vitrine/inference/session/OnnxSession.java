package dev.vitrine.inference.session;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.graph.ModelCheck;
import dev.vitrine.inference.platform.Environment;
import dev.vitrine.inference.tensor.Port;
import dev.vitrine.inference.tensor.Signature;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * One loaded model. Any number of threads may run it at once; each run works on the caller's thread
 * and on as many more as the settings say. Inputs in direct buffers are read where they lie, others
 * are copied to scratch memory, and an output whose shape follows from the request is written where
 * the caller gets it.
 */
public final class OnnxSession implements AutoCloseable {
    /** What goes wrong comes as an exception, so that the runtime need not write it out too. */
    private static final OrtEnvironment ENVIRONMENT = environment();

    private final OrtSession session;
    private final Signature signature;
    private final Set<String> allOutputs;

    /** Each holds native memory, and one serves any number of runs that are not ended early. */
    private final ConcurrentLinkedQueue<OrtSession.RunOptions> spare =
            new ConcurrentLinkedQueue<>();

    /**
     * Since 1.29 the runtime reports its use to its maker unless this variable is set before it is
     * loaded. Vitrine calls nobody. (What it gathers for that also crashed the process where the
     * command line was longer than about 8 KB.)
     */
    private static OrtEnvironment environment() {
        Environment.set("ORT_DISABLE_TELEMETRY", "1");
        return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "vitrine");
    }

    private OnnxSession(OrtSession session, Signature signature) {
        this.session = session;
        this.signature = signature;
        Set<String> names = new LinkedHashSet<>();
        signature.outputs().forEach(port -> names.add(port.name()));
        this.allOutputs = names;
    }

    /**
     * Loads a model, after a look at what it claims.
     *
     * @throws VitrineException MODEL_INVALID with the reason of {@link ModelCheck} or the runtime;
     *     DEVICE_MISSING when this runtime has no such device
     */
    public static OnnxSession open(Path file, SessionSettings settings) {
        ModelCheck.check(file);
        try (OrtSession.SessionOptions options = options(settings)) {
            OrtSession session = ENVIRONMENT.createSession(file.toString(), options);
            try {
                return new OnnxSession(session, signature(session, file.getFileName().toString()));
            } catch (OrtException | RuntimeException e) {
                session.close();
                throw e;
            }
        } catch (OrtException e) {
            throw new VitrineException(
                    InferenceError.MODEL_INVALID,
                    "cannot load the model " + file.getFileName() + ": " + e.getMessage(),
                    e);
        }
    }

    private static OrtSession.SessionOptions options(SessionSettings settings) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        try {
            options.setIntraOpNumThreads(settings.threads());
            options.setInterOpNumThreads(1);
            options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            // Threads that wait by spinning take the processor from whoever has work.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            // Weights outside the arena go back one by one, and are not rounded up with it.
            options.addConfigEntry("session.use_device_allocator_for_initializers", "1");
            if (settings.device() == SessionSettings.Device.CUDA) {
                addCuda(options);
            }
            return options;
        } catch (OrtException | RuntimeException e) {
            options.close();
            throw e;
        }
    }

    /**
     * Says whether models can run there, without one.
     *
     * @throws VitrineException DEVICE_MISSING when this runtime has no such device
     */
    public static void requireDevice(SessionSettings.Device device) {
        try (OrtSession.SessionOptions options =
                options(new SessionSettings(SessionSettings.DEFAULT.threads(), device))) {
            options.getConfigEntries();
        } catch (OrtException e) {
            throw new VitrineException(
                    InferenceError.DEVICE_MISSING,
                    "cannot ask the runtime for " + device + ": " + e.getMessage(),
                    e);
        }
    }

    private static void addCuda(OrtSession.SessionOptions options) {
        try {
            options.addCUDA(0);
        } catch (OrtException e) {
            throw new VitrineException(
                    InferenceError.DEVICE_MISSING,
                    "this ONNX Runtime has no CUDA; it has "
                            + OrtEnvironment.getAvailableProviders()
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private static Signature signature(OrtSession session, String name) throws OrtException {
        return new Signature(
                ports(session.getInputInfo().values(), name),
                ports(session.getOutputInfo().values(), name));
    }

    private static List<Port> ports(Collection<NodeInfo> nodes, String model) {
        List<Port> ports = new ArrayList<>();
        for (NodeInfo node : nodes) {
            if (!(node.getInfo() instanceof TensorInfo info)) {
                throw new VitrineException(
                        InferenceError.MODEL_INVALID,
                        "'"
                                + node.getName()
                                + "' of the model "
                                + model
                                + " is no tensor but "
                                + node.getInfo()
                                + "; only tensors are served");
            }
            TensorType type =
                    type(info)
                            .orElseThrow(() ->
                                    new VitrineException(
                                            InferenceError.MODEL_INVALID,
                                            "'"
                                                    + node.getName()
                                                    + "' of the model "
                                                    + model
                                                    + " has the type "
                                                    + info.onnxType
                                                    + ", which is not served"));
            List<Port.Dimension> dimensions = new ArrayList<>();
            for (int d = 0; d < info.getShape().length; d++) {
                long size = info.getShape()[d];
                dimensions.add(
                        size >= 0
                                ? Port.Dimension.of(size)
                                : Port.Dimension.named(info.getDimensionNames()[d]));
            }
            ports.add(new Port(node.getName(), type, dimensions));
        }
        return ports;
    }

    public Signature signature() {
        return signature;
    }

    /**
     * Checks a request as {@link #run} does, without running it.
     *
     * @throws VitrineException INPUT_INVALID or OUTPUT_UNKNOWN, naming it
     */
    public void check(Map<String, Tensor> inputs, Collection<String> wanted) {
        signature.check(inputs);
        for (String name : wanted) {
            if (signature.output(name).isEmpty()) {
                throw unknown(name);
            }
        }
    }

    /** All outputs, in the model's order. */
    public Map<String, Tensor> run(Map<String, Tensor> inputs) {
        return run(inputs, allOutputs, new Cancellation(), Scratch.once());
    }

    /**
     * Runs the model.
     *
     * @param wanted outputs to be computed, in the order in which they come back
     * @param cancellation ends the run early
     * @param scratch where inputs from the heap are copied to, and where outputs in direct buffers
     *     lie until it is used again
     * @throws VitrineException INPUT_INVALID or OUTPUT_UNKNOWN, naming it; RUN_FAILED with the
     *     runtime's reason; RUN_CANCELLED
     */
    public Map<String, Tensor> run(
            Map<String, Tensor> inputs,
            Collection<String> wanted,
            Cancellation cancellation,
            Scratch scratch) {
        Map<String, Long> chosen = signature.check(inputs);
        try (Bound bound = new Bound(scratch)) {
            for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
                bound.inputs.put(input.getKey(), bound.tensor(input.getValue()));
            }
            Set<String> computed = new LinkedHashSet<>();
            for (String name : wanted) {
                Port port = signature.output(name).orElseThrow(() -> unknown(name));
                long[] shape = shape(port, chosen);
                if (shape == null) {
                    computed.add(name);
                } else {
                    ByteBuffer place = scratch.take(Tensor.elements(shape) * port.type().bytes());
                    bound.places.put(name, Tensor.of(port.type(), shape, place));
                    bound.pinned.put(name, bound.numbers(port.type(), shape, place));
                }
            }
            try (OrtSession.Result result = execute(bound, computed, cancellation)) {
                Map<String, Tensor> outputs = new LinkedHashMap<>();
                for (String name : wanted) {
                    Tensor there = bound.places.get(name);
                    outputs.put(
                            name,
                            there != null ? there : copy((OnnxTensor) result.get(name).get()));
                }
                return outputs;
            }
        } catch (OrtException e) {
            if (cancellation.isCancelled()) {
                throw cancelled();
            }
            throw new VitrineException(
                    InferenceError.RUN_FAILED,
                    "the model could not be run on these inputs: " + e.getMessage(),
                    e);
        }
    }

    private OrtSession.Result execute(Bound bound, Set<String> computed, Cancellation cancellation)
            throws OrtException {
        OrtSession.RunOptions options = spare.poll();
        if (options == null) {
            options = new OrtSession.RunOptions();
        }
        try {
            if (!cancellation.begin(options)) {
                throw cancelled();
            }
            return session.run(bound.inputs, computed, bound.pinned, options);
        } finally {
            cancellation.end();
            if (cancellation.isCancelled()) {
                options.close();
            } else {
                spare.add(options);
            }
        }
    }

    /** The shape of an output of numbers where it follows from the request; null elsewhere. */
    private static long @Nullable [] shape(Port port, Map<String, Long> chosen) {
        if (port.type() == TensorType.BYTES || javaType(port.type()) == OnnxJavaType.UNKNOWN) {
            return null;
        }
        List<Port.Dimension> dimensions = port.dimensions();
        long[] shape = new long[dimensions.size()];
        for (int d = 0; d < shape.length; d++) {
            Port.Dimension dimension = dimensions.get(d);
            long size =
                    dimension.isOpen()
                            ? chosen.getOrDefault(dimension.name(), -1L)
                            : dimension.size();
            if (size <= 0) {
                return null;
            }
            shape[d] = size;
        }
        return shape;
    }

    private static Tensor copy(OnnxTensor tensor) throws OrtException {
        TensorInfo info = tensor.getInfo();
        TensorType type = type(info).orElseThrow();
        if (type == TensorType.BYTES) {
            return Tensor.of(info.getShape(), texts(tensor.getValue(), info.getShape()));
        }
        ByteBuffer bytes = tensor.getByteBuffer();
        return Tensor.of(
                type,
                info.getShape(),
                bytes == null ? ByteBuffer.allocate(0) : bytes.order(ByteOrder.LITTLE_ENDIAN));
    }

    private static String[] texts(Object nested, long[] shape) {
        List<String> texts = new ArrayList<>();
        collect(nested, texts);
        if (texts.size() != Tensor.elements(shape)) {
            throw new IllegalStateException(texts.size() + " texts of " + Arrays.toString(shape));
        }
        return texts.toArray(String[]::new);
    }

    private static void collect(Object nested, List<String> texts) {
        if (nested instanceof Object[] array) {
            for (Object one : array) {
                collect(one, texts);
            }
        } else {
            texts.add((String) nested);
        }
    }

    private static Optional<TensorType> type(TensorInfo info) {
        return Optional.ofNullable(
                switch (info.onnxType) {
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL -> TensorType.BOOL;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 -> TensorType.UINT8;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16 -> TensorType.UINT16;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32 -> TensorType.UINT32;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64 -> TensorType.UINT64;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8 -> TensorType.INT8;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16 -> TensorType.INT16;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 -> TensorType.INT32;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 -> TensorType.INT64;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 -> TensorType.FP16;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16 -> TensorType.BF16;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT -> TensorType.FP32;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE -> TensorType.FP64;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING -> TensorType.BYTES;
                    default -> null;
                });
    }

    /** How the Java interface names a type; UNKNOWN where it cannot make a tensor of it. */
    private static OnnxJavaType javaType(TensorType type) {
        return switch (type) {
            case BOOL -> OnnxJavaType.BOOL;
            case UINT8 -> OnnxJavaType.UINT8;
            case INT8 -> OnnxJavaType.INT8;
            case INT16 -> OnnxJavaType.INT16;
            case INT32 -> OnnxJavaType.INT32;
            case INT64 -> OnnxJavaType.INT64;
            case FP16 -> OnnxJavaType.FLOAT16;
            case BF16 -> OnnxJavaType.BFLOAT16;
            case FP32 -> OnnxJavaType.FLOAT;
            case FP64 -> OnnxJavaType.DOUBLE;
            case BYTES -> OnnxJavaType.STRING;
            case UINT16, UINT32, UINT64 -> OnnxJavaType.UNKNOWN;
        };
    }

    private static VitrineException unknown(String output) {
        return VitrineException.field(
                InferenceError.OUTPUT_UNKNOWN, output, "the model has no output '" + output + "'");
    }

    private static VitrineException cancelled() {
        return new VitrineException(
                InferenceError.RUN_CANCELLED, "the run was ended because nobody waits for it");
    }

    /** Gives the model's native memory back; runs must have ended. */
    @Override
    public void close() {
        try {
            spare.forEach(OrtSession.RunOptions::close);
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("cannot close a model: " + e.getMessage(), e);
        }
    }

    /** The native handles of one run. */
    private static final class Bound implements AutoCloseable {
        final Map<String, OnnxTensor> inputs = new HashMap<>();
        final Map<String, Tensor> places = new HashMap<>();
        final Map<String, OnnxValue> pinned = new HashMap<>();
        private final Scratch scratch;

        Bound(Scratch scratch) {
            this.scratch = scratch;
        }

        OnnxTensor tensor(Tensor tensor) throws OrtException {
            return tensor.type() == TensorType.BYTES
                    ? OnnxTensor.createTensor(ENVIRONMENT, tensor.texts(), tensor.shape())
                    : numbers(tensor.type(), tensor.shape(), tensor.data());
        }

        OnnxTensor numbers(TensorType type, long[] shape, ByteBuffer data) throws OrtException {
            OnnxJavaType javaType = javaType(type);
            if (javaType == OnnxJavaType.UNKNOWN) {
                throw new VitrineException(
                        InferenceError.INPUT_INVALID,
                        type + " inputs are not taken: the runtime's Java interface has none");
            }
            ByteBuffer there = data;
            if (!data.isDirect()) {
                there = scratch.take(data.remaining()).put(data).flip();
            }
            return OnnxTensor.createTensor(ENVIRONMENT, there, shape, javaType);
        }

        @Override
        public void close() {
            inputs.values().forEach(OnnxTensor::close);
            pinned.values().forEach(OnnxValue::close);
        }
    }
}
