package dev.vitrine.inference.graph;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Weights between those of two models of the same graph: {@code (1 - alpha) * from + alpha * to},
 * number by number. Both are as {@link ModelSplitter} writes them; large weights go from file to
 * file in pieces. Only 32-bit floats are blended; all other constants have to be the same.
 */
public final class ModelBlend {
    private static final int PIECE = 1 << 20;
    private static final int PAGE = 4096;

    private final Path from;
    private final Path to;
    private final ModelProto fromModel;
    private final ModelProto toModel;

    /**
     * Reads the graphs of two models and compares them.
     *
     * @throws VitrineException MODEL_INVALID, saying where the graphs differ
     */
    public ModelBlend(Path from, Path to) throws IOException {
        this.from = from;
        this.to = to;
        this.fromModel =
                ModelProto.parseFrom(Files.readAllBytes(from.resolve(ModelSplitter.GRAPH)));
        this.toModel = ModelProto.parseFrom(Files.readAllBytes(to.resolve(ModelSplitter.GRAPH)));
        requireSame();
    }

    private void requireSame() {
        int count = toModel.getGraph().getInitializerCount();
        if (fromModel.getGraph().getInitializerCount() != count) {
            throw differ(
                    fromModel.getGraph().getInitializerCount()
                            + " weights in one, "
                            + count
                            + " in the other");
        }
        for (int i = 0; i < count; i++) {
            TensorProto one = fromModel.getGraph().getInitializer(i);
            TensorProto other = toModel.getGraph().getInitializer(i);
            boolean same =
                    one.getName().equals(other.getName())
                            && one.getDataType() == other.getDataType()
                            && one.getDimsList().equals(other.getDimsList())
                            && isOutside(one) == isOutside(other);
            if (!same) {
                throw differ(describe(one) + " in one, " + describe(other) + " in the other");
            }
        }
        if (!withoutWeights(fromModel).equals(withoutWeights(toModel))) {
            throw differ("they have other operators, inputs or outputs");
        }
    }

    private static String describe(TensorProto tensor) {
        return "weights '"
                + tensor.getName()
                + "' of type "
                + tensor.getDataType()
                + " and shape "
                + tensor.getDimsList();
    }

    private static ByteString withoutWeights(ModelProto model) {
        ModelProto.Builder rest = model.toBuilder();
        rest.getGraphBuilder().clearInitializer();
        return rest.build().toByteString();
    }

    /**
     * Writes a model between the two into a directory.
     *
     * @param alpha 0 for the first, 1 for the second
     */
    public void write(double alpha, Path directory) throws IOException {
        if (!(alpha >= 0 && alpha <= 1)) {
            throw new IllegalArgumentException("alpha " + alpha);
        }
        ModelProto.Builder model = toModel.toBuilder();
        Path weights = directory.resolve(ModelSplitter.WEIGHTS);
        boolean any = Files.exists(to.resolve(ModelSplitter.WEIGHTS));
        if (any) {
            try (FileChannel first = open(from);
                    FileChannel second = open(to);
                    FileChannel out =
                            FileChannel.open(
                                    weights,
                                    StandardOpenOption.CREATE_NEW,
                                    StandardOpenOption.WRITE)) {
                blend(model, alpha, first, second, out);
            }
        } else {
            for (int i = 0; i < model.getGraph().getInitializerCount(); i++) {
                blendInside(model, i, alpha);
            }
        }
        Files.write(directory.resolve(ModelSplitter.GRAPH), model.build().toByteArray());
    }

    private static FileChannel open(Path directory) throws IOException {
        return FileChannel.open(directory.resolve(ModelSplitter.WEIGHTS), StandardOpenOption.READ);
    }

    private void blend(
            ModelProto.Builder model,
            double alpha,
            FileChannel first,
            FileChannel second,
            FileChannel out)
            throws IOException {
        long end = 0;
        for (int i = 0; i < model.getGraph().getInitializerCount(); i++) {
            TensorProto one = fromModel.getGraph().getInitializer(i);
            TensorProto other = toModel.getGraph().getInitializer(i);
            if (!isOutside(other)) {
                blendInside(model, i, alpha);
                continue;
            }
            long length = entry(other, "length");
            if (entry(one, "length") != length) {
                throw differ("the weights '" + other.getName() + "' have other sizes");
            }
            long at = (end + PAGE - 1) / PAGE * PAGE;
            for (long done = 0; done < length; done += PIECE) {
                int size = (int) Math.min(PIECE, length - done);
                ByteBuffer a = read(first, entry(one, "offset") + done, size);
                ByteBuffer b = read(second, entry(other, "offset") + done, size);
                ByteBuffer mixed = mixed(other, a, b, alpha);
                for (long place = at + done; mixed.hasRemaining(); ) {
                    place += out.write(mixed, place);
                }
            }
            end = at + length;
            model.getGraphBuilder()
                    .setInitializer(
                            i,
                            other.toBuilder()
                                    .clearExternalData()
                                    .addExternalData(entry("location", ModelSplitter.WEIGHTS))
                                    .addExternalData(entry("offset", Long.toString(at)))
                                    .addExternalData(entry("length", Long.toString(length))));
        }
    }

    private void blendInside(ModelProto.Builder model, int i, double alpha) {
        TensorProto one = fromModel.getGraph().getInitializer(i);
        TensorProto other = toModel.getGraph().getInitializer(i);
        if (one.equals(other)) {
            return;
        }
        if (other.getRawData().isEmpty()
                && other.getDataType() == TensorType.FP32.onnx()
                && one.getFloatDataCount() == other.getFloatDataCount()) {
            TensorProto.Builder mixed = other.toBuilder();
            for (int k = 0; k < other.getFloatDataCount(); k++) {
                mixed.setFloatData(k, mix(one.getFloatData(k), other.getFloatData(k), alpha));
            }
            model.getGraphBuilder().setInitializer(i, mixed);
            return;
        }
        ByteBuffer a = one.getRawData().asReadOnlyByteBuffer();
        ByteBuffer b = other.getRawData().asReadOnlyByteBuffer();
        model.getGraphBuilder()
                .getInitializerBuilder(i)
                .setRawData(ByteString.copyFrom(mixed(other, a, b, alpha)));
    }

    private static ByteBuffer mixed(TensorProto tensor, ByteBuffer a, ByteBuffer b, double alpha) {
        if (a.equals(b)) {
            return b;
        }
        if (tensor.getDataType() != TensorType.FP32.onnx()
                || a.remaining() != b.remaining()
                || a.remaining() % Float.BYTES != 0) {
            throw differ(
                    "the weights '"
                            + tensor.getName()
                            + "' are not the same, and not 32-bit floats to be blended");
        }
        ByteBuffer first = a.slice().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer second = b.slice().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer mixed = ByteBuffer.allocate(a.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        while (first.hasRemaining()) {
            mixed.putFloat(mix(first.getFloat(), second.getFloat(), alpha));
        }
        return mixed.flip();
    }

    private static float mix(float from, float to, double alpha) {
        return alpha == 0 ? from : alpha == 1 ? to : (float) ((1 - alpha) * from + alpha * to);
    }

    private static ByteBuffer read(FileChannel file, long at, int size) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(size);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, at + bytes.position()) < 0) {
                throw new IOException("the weights end before " + (at + size));
            }
        }
        return bytes.flip();
    }

    private static boolean isOutside(TensorProto tensor) {
        return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
    }

    private static long entry(TensorProto tensor, String key) {
        return tensor.getExternalDataList().stream()
                .filter(entry -> entry.getKey().equals(key))
                .mapToLong(entry -> Long.parseLong(entry.getValue()))
                .findFirst()
                .orElseThrow(() -> differ("the weights '" + tensor.getName() + "' have no " + key));
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    private static VitrineException differ(String how) {
        return new VitrineException(
                InferenceError.MODEL_INVALID, "the models cannot be blended: " + how);
    }
}
