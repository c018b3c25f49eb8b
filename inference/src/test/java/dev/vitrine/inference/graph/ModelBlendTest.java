package dev.vitrine.inference.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelBlendTest {
    /** The square matrix has 1.2 MiB and lies outside, the vector inside. */
    private static final int WIDTH = 560;

    @TempDir Path folder;

    private static float[] numbers(int count, long seed) {
        Random random = new Random(seed);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = random.nextFloat() - 0.5f;
        }
        return numbers;
    }

    private static GraphBuilder graph(float[] matrix, float[] vector, String last) {
        GraphBuilder graph = new GraphBuilder("layer");
        Dimension rows = Dimension.named("rows");
        String x = graph.input("x", TensorType.FP32, rows, Dimension.of(WIDTH));
        String sums = graph.node("MatMul", List.of(x, graph.floats(matrix, WIDTH, WIDTH)));
        String moved = graph.node("Add", List.of(sums, graph.floats(vector, WIDTH)));
        String flat = graph.node("Reshape", List.of(moved, graph.longs(new long[] {-1}, 1)));
        graph.node("", last, List.of(flat), List.of("y"));
        graph.output("y", TensorType.FP32, Dimension.named("all"));
        return graph;
    }

    private Path split(String name, GraphBuilder graph) throws IOException {
        Path file = folder.resolve(name + ".onnx");
        graph.save(file);
        Path directory = Files.createDirectory(folder.resolve(name));
        ModelSplitter.split(file, directory);
        return directory;
    }

    private static float[] answer(Path directory) {
        try (OnnxSession session =
                OnnxSession.open(directory.resolve(ModelSplitter.GRAPH), SessionSettings.DEFAULT)) {
            Tensor x = Tensor.of(new long[] {1, WIDTH}, numbers(WIDTH, 99));
            return Objects.requireNonNull(session.run(Map.of("x", x)).get("y")).floats();
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.25, 0.5, 1})
    void eachStepAnswersAsItsWeightsSay(double alpha) throws Exception {
        float[][] matrices = {numbers(WIDTH * WIDTH, 1), numbers(WIDTH * WIDTH, 2)};
        float[][] vectors = {numbers(WIDTH, 3), numbers(WIDTH, 4)};
        Path from = split("from", graph(matrices[0], vectors[0], "Relu"));
        Path to = split("to", graph(matrices[1], vectors[1], "Relu"));
        Path between = Files.createDirectory(folder.resolve("between"));
        new ModelBlend(from, to).write(alpha, between);
        Path expected =
                split(
                        "expected",
                        graph(
                                mix(matrices[0], matrices[1], alpha),
                                mix(vectors[0], vectors[1], alpha),
                                "Relu"));
        assertThat(answer(between)).containsExactly(answer(expected), within(1e-4f));
        if (alpha == 0 || alpha == 1) {
            assertThat(answer(between)).isEqualTo(answer(alpha == 0 ? from : to));
        }
    }

    private static float[] mix(float[] from, float[] to, double alpha) {
        float[] mixed = new float[from.length];
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] = (float) ((1 - alpha) * from[i] + alpha * to[i]);
        }
        return mixed;
    }

    @Test
    void otherGraphsAreRefused() throws Exception {
        float[] matrix = numbers(WIDTH * WIDTH, 1);
        Path one = split("one", graph(matrix, numbers(WIDTH, 3), "Relu"));
        Path other = split("other", graph(matrix, numbers(WIDTH, 3), "Tanh"));
        assertThatThrownBy(() -> new ModelBlend(one, other))
                .hasMessageContaining("other operators, inputs or outputs");
        Path ranker = split("ranker", RandomModels.ranker(4, new int[] {8}, 1));
        assertThatThrownBy(() -> new ModelBlend(one, ranker)).hasMessageContaining("in the other");
        Path wider = split("wider", RandomModels.ranker(4, new int[] {9}, 1));
        assertThatThrownBy(() -> new ModelBlend(ranker, wider))
                .hasMessageContaining("shape [4, 8] in one")
                .hasMessageContaining("shape [4, 9] in the other");
    }

    @Test
    void constantsThatAreNoFloatsHaveToBeTheSame() throws Exception {
        Path one = split("one", chosen(0));
        Path other = split("other", chosen(1));
        Path between = Files.createDirectory(folder.resolve("between"));
        ModelBlend blend = new ModelBlend(one, other);
        assertThatThrownBy(() -> blend.write(0.5, between))
                .hasMessageContaining("not 32-bit floats");
    }

    private static GraphBuilder chosen(long place) {
        GraphBuilder graph = new GraphBuilder("chosen");
        String x = graph.input("x", TensorType.FP32, Dimension.of(4));
        graph.node("", "Gather", List.of(x, graph.longs(new long[] {place}, 1)), List.of("y"));
        graph.output("y", TensorType.FP32, Dimension.of(1));
        return graph;
    }
}
