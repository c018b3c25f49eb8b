package dev.vitrine.inference.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelSplitterTest {
    /** Of the square matrix: 1.2 MiB. */
    private static final int WIDTH = 560;

    private static final String LENGTH = Integer.toString(4 * WIDTH * WIDTH);

    @TempDir Path folder;
    private Path from = Path.of("");
    private Path to = Path.of("");

    @BeforeEach
    void makeFolders() throws IOException {
        from = Files.createDirectory(folder.resolve("from"));
        to = Files.createDirectory(folder.resolve("to"));
    }

    /** Sums of x times a large matrix of ones, plus a small vector of twos. */
    private static ModelProto model() {
        GraphBuilder graph = new GraphBuilder("large");
        Dimension rows = Dimension.named("rows");
        String x = graph.input("x", TensorType.FP32, rows, Dimension.of(WIDTH));
        float[] ones = new float[WIDTH * WIDTH];
        Arrays.fill(ones, 1f);
        float[] twos = new float[WIDTH];
        Arrays.fill(twos, 2f);
        String sums = graph.node("MatMul", List.of(x, graph.floats(ones, WIDTH, WIDTH)));
        graph.node("", "Add", List.of(sums, graph.floats(twos, WIDTH)), List.of("y"));
        graph.output("y", TensorType.FP32, rows, Dimension.of(WIDTH));
        return graph.model();
    }

    private Path save(ModelProto model) throws IOException {
        return Files.write(from.resolve("large.onnx"), model.toByteArray());
    }

    private float answer() {
        float[] x = new float[WIDTH];
        Arrays.fill(x, .5f);
        try (OnnxSession session =
                OnnxSession.open(to.resolve("model.onnx"), SessionSettings.DEFAULT)) {
            return Objects.requireNonNull(
                            session.run(Map.of("x", Tensor.of(new long[] {1, WIDTH}, x))).get("y"))
                    .floats()[WIDTH - 1];
        }
    }

    /** The model with its weights in files: the matrix in one, the vector in another. */
    private ModelProto moved(String location, String offset, String length) throws IOException {
        ModelProto.Builder model = model().toBuilder();
        TensorProto.Builder matrix = model.getGraphBuilder().getInitializerBuilder(0);
        byte[] padded = new byte[64 + matrix.getRawData().size()];
        matrix.getRawData().copyTo(padded, 64);
        Files.createDirectories(from.resolve("data"));
        Files.write(from.resolve("data/matrix.bin"), padded);
        external(matrix, location, offset, length);
        TensorProto.Builder vector = model.getGraphBuilder().getInitializerBuilder(1);
        Files.write(from.resolve("vector.bin"), vector.getRawData().toByteArray());
        external(vector, "vector.bin", "0", "");
        return model.build();
    }

    private static void external(
            TensorProto.Builder tensor, String location, String offset, String length) {
        tensor.clearRawData().setDataLocation(TensorProto.DataLocation.EXTERNAL);
        Map.of("location", location, "offset", offset, "length", length)
                .forEach((key, value) -> {
                    if (!value.isEmpty()) {
                        tensor.addExternalData(
                                StringStringEntryProto.newBuilder().setKey(key).setValue(value));
                    }
                });
    }

    @Test
    void largeWeightsGoToTheirOwnFileAndTheAnswerStays() throws Exception {
        ModelSplitter.split(save(model()), to);
        assertThat(Files.size(to.resolve("model.onnx"))).isLessThan(10_000);
        assertThat(Files.size(to.resolve("weights.bin"))).isEqualTo(4L * WIDTH * WIDTH);
        assertThat(answer()).isEqualTo(WIDTH / 2f + 2);
    }

    @Test
    void aSmallModelStaysOneFile() throws Exception {
        RandomModels.ranker(8, new int[] {8}, 1).save(from.resolve("small.onnx"));
        ModelSplitter.split(from.resolve("small.onnx"), to);
        assertThat(to.resolve("weights.bin")).doesNotExist();
        assertThat(ModelProto.parseFrom(Files.readAllBytes(to.resolve("model.onnx"))))
                .isEqualTo(ModelProto.parseFrom(Files.readAllBytes(from.resolve("small.onnx"))));
    }

    @Test
    void weightsInFilesBesideTheModelAreTakenIn() throws Exception {
        Path model = save(moved("data/matrix.bin", "64", LENGTH));
        ModelSplitter.split(model, to);
        Files.delete(from.resolve("vector.bin"));
        Files.delete(from.resolve("data/matrix.bin"));
        assertThat(answer()).isEqualTo(WIDTH / 2f + 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "../secret.bin",
                "data/../../secret.bin",
                "",
                "data",
                "data//matrix.bin",
                "C:matrix.bin",
                "data\\matrix.bin",
                "line\nbreak",
                "missing.bin",
                "link.bin",
                "linked/matrix.bin"
            })
    void pathsThatLeaveTheDirectoryAreRefused(String location) throws Exception {
        Path model = save(moved(location, "64", LENGTH));
        Files.write(folder.resolve("secret.bin"), new byte[64 + 4 * WIDTH * WIDTH]);
        Files.createSymbolicLink(from.resolve("link.bin"), from.resolve("data/matrix.bin"));
        Files.createSymbolicLink(from.resolve("linked"), from.resolve("data"));
        assertRefused(model, "'constant0' lie in the external file");
    }

    @Test
    void aDeviceIsRefused() throws Exception {
        Path pipe = from.resolve("pipe.bin");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        assertRefused(save(moved("pipe.bin", "0", LENGTH)), "no such plain file");
    }

    @Test
    void rangesThatDoNotFitAreRefused() throws Exception {
        assertRefused(save(moved("data/matrix.bin", "65", LENGTH)), "bytes 65 to");
        assertRefused(save(moved("data/matrix.bin", "-1", LENGTH)), "its offset is '-1'");
        assertRefused(
                save(moved("data/matrix.bin", Long.toString(Long.MAX_VALUE), LENGTH)), "bytes");
        assertRefused(save(moved("data/matrix.bin", "64", "12")), "needs " + LENGTH + " bytes");
    }

    @Test
    void aFileNamedOftenIsNoBomb() throws Exception {
        ModelProto.Builder model = moved("data/matrix.bin", "64", LENGTH).toBuilder();
        GraphProto.Builder graph = model.getGraphBuilder();
        for (int i = 0; i < 20; i++) {
            graph.addInitializer(graph.getInitializer(0).toBuilder().setName("same" + i));
        }
        ModelSplitter.split(save(model.build()), to);
        assertThat(Files.size(to.resolve("weights.bin"))).isEqualTo(4L * WIDTH * WIDTH);
        Files.delete(to.resolve("weights.bin"));
        for (int i = 0; i < 16; i++) {
            TensorProto.Builder shifted = graph.getInitializer(0).toBuilder();
            external(
                    shifted.clearExternalData().setName("shifted" + i),
                    "data/matrix.bin",
                    Integer.toString(4 * i),
                    LENGTH);
            graph.addInitializer(shifted);
        }
        assertRefused(save(model.build()), "overlaps");
    }

    @Test
    void constantsOfNodesMayNotLieOutside() throws Exception {
        TensorProto.Builder constant =
                TensorProto.newBuilder().setName("hidden").setDataType(1).addDims(1);
        external(constant, "/etc/passwd", "0", "4");
        ModelProto.Builder model = model().toBuilder();
        model.getGraphBuilder()
                .addNode(
                        NodeProto.newBuilder()
                                .setOpType("Constant")
                                .addOutput("unused")
                                .addAttribute(
                                        AttributeProto.newBuilder()
                                                .setName("value")
                                                .setType(AttributeProto.AttributeType.TENSOR)
                                                .setT(constant)));
        assertRefused(save(model.build()), "hidden");
    }

    @Test
    void whatIsNoModelIsRefused() throws Exception {
        byte[] whole = model().toByteArray();
        assertRefused(Files.write(from.resolve("a"), new byte[0]), "no graph");
        assertRefused(
                Files.write(from.resolve("b"), Arrays.copyOf(whole, whole.length / 2)),
                "no ONNX model");
        assertRefused(Files.writeString(from.resolve("c"), "hello, model"), "c");
        byte[] huge = {0x3a, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x07, 1, 2};
        assertRefused(Files.write(from.resolve("d"), huge), "d");
    }

    private void assertRefused(Path model, String saying) throws IOException {
        assertThatThrownBy(() -> ModelSplitter.split(model, to))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining(saying)
                .extracting(e -> ((VitrineException) e).code())
                .isEqualTo(InferenceError.MODEL_INVALID);
        assertThat(to.resolve("weights.bin")).doesNotExist();
    }
}
