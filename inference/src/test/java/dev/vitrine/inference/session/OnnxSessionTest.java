package dev.vitrine.inference.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.graph.RandomModels;
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
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxSessionTest {
    @TempDir Path folder;

    private OnnxSession open(GraphBuilder graph) throws IOException {
        Path file = folder.resolve("model.onnx");
        graph.save(file);
        return OnnxSession.open(file, SessionSettings.DEFAULT);
    }

    private static Tensor named(Map<String, Tensor> outputs, String name) {
        return Objects.requireNonNull(outputs.get(name), name);
    }

    /** y = relu(x W + b), 2 to 2. */
    private static GraphBuilder small() {
        GraphBuilder graph = new GraphBuilder("small");
        Dimension rows = Dimension.named("rows");
        String x = graph.input("x", TensorType.FP32, rows, Dimension.of(2));
        String sum =
                graph.node(
                        "Gemm",
                        List.of(
                                x,
                                graph.floats(new float[] {1, 2, 3, 4}, 2, 2),
                                graph.floats(new float[] {0, -100}, 2)));
        graph.node("", "Relu", List.of(sum), List.of("y"));
        graph.output("y", TensorType.FP32, rows, Dimension.of(2));
        return graph;
    }

    @Test
    void runsWhatWasBuilt() throws IOException {
        try (OnnxSession session = open(small())) {
            Tensor y =
                    named(
                            session.run(
                                    Map.of(
                                            "x",
                                            Tensor.of(
                                                    new long[] {2, 2}, new float[] {1, 1, 0, 30}))),
                            "y");
            assertThat(y.shape()).containsExactly(2, 2);
            assertThat(y.floats()).containsExactly(4f, 0f, 90f, 20f);
        }
    }

    @Test
    void saysWhatItTakes() throws IOException {
        try (OnnxSession session = open(small())) {
            assertThat(session.signature().inputs()).hasSize(1);
            assertThat(session.signature().inputs().getFirst().shape()).containsExactly(-1, 2);
            assertThat(session.signature().inputs().getFirst().dimensions().getFirst().name())
                    .isEqualTo("rows");
            assertThat(session.signature().outputs().getFirst().type()).isEqualTo(TensorType.FP32);
        }
    }

    @Test
    void refusesWhatDoesNotFitAndSaysWhich() throws IOException {
        try (OnnxSession session = open(small())) {
            assertThatThrownBy(() -> session.run(Map.of()))
                    .isInstanceOf(VitrineException.class)
                    .hasMessageContaining("'x' is missing")
                    .hasMessageContaining("FP32 of shape [rows, 2]");
            assertThatThrownBy(() ->
                            session.run(Map.of("x", Tensor.of(new long[] {1, 3}, new float[3]))))
                    .hasMessageContaining("[1, 3]")
                    .hasMessageContaining("[rows, 2]");
            assertThatThrownBy(() ->
                            session.run(Map.of("x", Tensor.of(new long[] {1, 2}, new long[2]))))
                    .hasMessageContaining("INT64");
            Tensor good = Tensor.of(new long[] {1, 2}, new float[2]);
            assertThatThrownBy(() -> session.run(Map.of("x", good, "z", good)))
                    .hasMessageContaining("no input 'z'");
            assertThatThrownBy(() ->
                            session.run(
                                    Map.of("x", good),
                                    Set.of("w"),
                                    new Cancellation(),
                                    Scratch.once()))
                    .hasMessageContaining("no output 'w'");
        }
    }

    @Test
    void anEncodersRowsDoNotDependOnTheirBatch() throws IOException {
        try (OnnxSession session = open(RandomModels.encoder(2, 48, 7))) {
            long[] ids = {5, 6, 7, 0, 9, 10, 11, 12};
            long[] mask = {1, 1, 1, 0, 1, 1, 1, 1};
            float[] both = embed(session, 2, 4, ids, mask);
            float[] first = embed(session, 1, 3, new long[] {5, 6, 7}, new long[] {1, 1, 1});
            float[] second =
                    embed(
                            session,
                            1,
                            4,
                            Arrays.copyOfRange(ids, 4, 8),
                            Arrays.copyOfRange(mask, 4, 8));
            assertThat(both).hasSize(96);
            for (int d = 0; d < 48; d++) {
                assertThat(both[d]).isCloseTo(first[d], within(1e-4f));
                assertThat(both[48 + d]).isCloseTo(second[d], within(1e-4f));
            }
            assertThat(first[0]).isNotEqualTo(second[0]);
        }
    }

    private static float[] embed(
            OnnxSession session, int batch, int tokens, long[] ids, long[] mask) {
        long[] shape = {batch, tokens};
        return named(
                        session.run(
                                Map.of(
                                        "input_ids", Tensor.of(shape, ids),
                                        "attention_mask", Tensor.of(shape, mask))),
                        "embedding")
                .floats();
    }

    @Test
    void textGoesInAndComesOut() throws IOException {
        GraphBuilder graph = new GraphBuilder("text");
        Dimension rows = Dimension.named("rows");
        String in = graph.input("words", TensorType.BYTES, rows);
        graph.node("", "Identity", List.of(in), List.of("same"));
        graph.output("same", TensorType.BYTES, rows);
        graph.node(
                "ai.onnx.ml",
                "LabelEncoder",
                List.of(in),
                List.of("number"),
                GraphBuilder.Attribute.of("keys_strings", List.of("mouse", "keyboard")),
                GraphBuilder.Attribute.of("values_floats", 1f, 2f),
                GraphBuilder.Attribute.of("default_float", -1f));
        graph.output("number", TensorType.FP32, rows);
        try (OnnxSession session = open(graph)) {
            Map<String, Tensor> out =
                    session.run(
                            Map.of(
                                    "words",
                                    Tensor.of(
                                            new long[] {3},
                                            new String[] {"mouse", "käse", "keyboard"})));
            assertThat(named(out, "same").texts()).containsExactly("mouse", "käse", "keyboard");
            assertThat(named(out, "number").floats()).containsExactly(1f, -1f, 2f);
        }
    }

    @Test
    void anIndexOutOfRangeIsTheCallersFault() throws IOException {
        try (OnnxSession session = open(RandomModels.encoder(1, 24, 7))) {
            assertThatThrownBy(() -> embed(session, 1, 1, new long[] {1_000_000}, new long[] {1}))
                    .isInstanceOf(VitrineException.class)
                    .hasMessageContaining("could not be run");
        }
    }

    @Test
    void aRunThatNobodyWaitsForEnds() throws Exception {
        try (OnnxSession session = open(RandomModels.encoder(8, 384, 7))) {
            long[] shape = {32, 128};
            Map<String, Tensor> inputs =
                    Map.of(
                            "input_ids", Tensor.of(shape, new long[32 * 128]),
                            "attention_mask", Tensor.of(shape, ones(32 * 128)));
            Cancellation cancellation = new Cancellation();
            Thread canceller =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    Thread.sleep(20);
                                } catch (InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                                cancellation.cancel();
                            });
            assertThatThrownBy(() ->
                            session.run(inputs, Set.of("embedding"), cancellation, Scratch.once()))
                    .hasMessageContaining("nobody waits");
            canceller.join();
            assertThatThrownBy(() ->
                            session.run(inputs, Set.of("embedding"), cancellation, Scratch.once()))
                    .hasMessageContaining("nobody waits");
        }
    }

    private static long[] ones(int count) {
        long[] ones = new long[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    @Test
    void whatIsNoModelIsRefused() throws IOException {
        Path file = folder.resolve("broken.onnx");
        Files.writeString(file, "this is not a model");
        assertThatThrownBy(() -> OnnxSession.open(file, SessionSettings.DEFAULT))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("broken.onnx");
        byte[] whole = small().bytes();
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> OnnxSession.open(file, SessionSettings.DEFAULT))
                .isInstanceOf(VitrineException.class);
    }

    @Test
    void aMissingDeviceIsNamed() throws IOException {
        Path file = folder.resolve("model.onnx");
        small().save(file);
        assertThatThrownBy(() ->
                        OnnxSession.open(file, new SessionSettings(1, SessionSettings.Device.CUDA)))
                .hasMessageContaining("no CUDA")
                .hasMessageContaining("CPU");
    }
}
