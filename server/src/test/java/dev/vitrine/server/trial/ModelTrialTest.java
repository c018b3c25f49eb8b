package dev.vitrine.server.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a stranger's file does to the process that tries it stays there. More broken files than in a
 * build: {@code -Dvitrine.fuzz.models=500}.
 */
class ModelTrialTest {
    private static final long GIB = 1L << 30;
    private static final ModelTrial USUAL =
            new ModelTrial(new DataSize(2 * GIB), Duration.ofSeconds(120));

    @TempDir Path folder;

    private Path work;

    @BeforeEach
    void makeWork() throws IOException {
        work = Files.createDirectory(folder.resolve("work"));
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(work).isEmptyDirectory();
    }

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("model.onnx"), bytes);
    }

    private void tried(ModelTrial trial, Path model) {
        trial.run(model, List.of(), work);
    }

    @Test
    void soundModelsOfEveryKindPass() throws IOException {
        for (ModelProto model : HostileModels.sound()) {
            Path file = file(model.toByteArray());
            assertThatCode(() -> tried(USUAL, file)).doesNotThrowAnyException();
        }
    }

    /** Nothing in the file is large: an operator makes what takes the memory. */
    @Test
    void whatTakesAllMemoryIsRefused() throws IOException {
        GraphBuilder graph = new GraphBuilder("bomb");
        String in = graph.input("x", TensorType.FP32, Dimension.of(1));
        String large =
                graph.node("Expand", List.of(in, graph.longs(new long[] {1_000_000, 16_000}, 2)));
        graph.node(
                "",
                "ReduceSum",
                List.of(graph.node("Sin", List.of(large))),
                List.of("y"),
                GraphBuilder.Attribute.of("keepdims", 0));
        graph.output("y", TensorType.FP32);
        Path file = file(graph.bytes());
        ModelTrial small = new ModelTrial(new DataSize(2 * GIB), Duration.ofSeconds(60));
        assertThatThrownBy(() -> tried(small, file))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("alloc");
    }

    @Test
    void whatNeverEndsIsRefused() throws IOException {
        Path file = file(endless());
        ModelTrial hurried = new ModelTrial(new DataSize(2 * GIB), Duration.ofSeconds(5));
        assertThatThrownBy(() -> tried(hurried, file))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("more than 5 s");
    }

    /** A loop whose body does nothing, as often as a whole number can say. */
    private static byte[] endless() {
        GraphBuilder body = new GraphBuilder("body");
        body.input("i", TensorType.INT64);
        String condition = body.input("go", TensorType.BOOL);
        String value = body.input("v", TensorType.FP32, Dimension.of(1));
        body.node("", "Identity", List.of(condition), List.of("goOn"));
        body.node("", "Add", List.of(value, value), List.of("next"));
        body.output("goOn", TensorType.BOOL);
        body.output("next", TensorType.FP32, Dimension.of(1));
        GraphBuilder graph = new GraphBuilder("endless");
        String in = graph.input("x", TensorType.FP32, Dimension.of(1));
        String often = graph.longs(new long[] {Long.MAX_VALUE});
        graph.node("", "Loop", List.of(often, "", in), List.of("y"));
        graph.output("y", TensorType.FP32, Dimension.of(1));
        ModelProto.Builder model = graph.model().toBuilder();
        model.getGraphBuilder()
                .getNodeBuilder(0)
                .addAttributeBuilder()
                .setName("body")
                .setType(ai.onnx.proto.OnnxMl.AttributeProto.AttributeType.GRAPH)
                .setG(body.model().getGraph());
        return model.build().toByteArray();
    }

    @Test
    void brokenFilesPassOrAreRefusedInWords() throws IOException {
        int files = Integer.getInteger("vitrine.fuzz.models", 3);
        for (int seed = 0; seed < files; seed++) {
            Path file = file(HostileModels.attacked(seed));
            try {
                tried(USUAL, file);
            } catch (VitrineException e) {
                assertThat(e.code()).as("seed " + seed).isEqualTo(InferenceError.MODEL_INVALID);
                assertThat(e.getMessage()).as("seed " + seed).isNotBlank();
            }
        }
    }
}
