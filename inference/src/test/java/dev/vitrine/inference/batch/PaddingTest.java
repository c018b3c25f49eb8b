package dev.vitrine.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.inference.graph.RandomModels;
import dev.vitrine.inference.session.Cancellation;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.Scratch;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.inference.tensor.Port;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.Signature;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaddingTest {
    private static final Dimension BATCH = Dimension.named("batch");
    private static final Dimension TOKENS = Dimension.named("tokens");
    private static final Map<String, Double> ZEROS =
            Map.of("input_ids", 0.0, "attention_mask", 0.0);

    @TempDir Path folder;

    private static Map<String, Tensor> text(int rows, int tokens, Random random) {
        long[] shape = {rows, tokens};
        long[] mask = new long[rows * tokens];
        java.util.Arrays.fill(mask, 1);
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        inputs.put("input_ids", Tensor.of(shape, random.longs(rows * tokens, 1, 8_000).toArray()));
        inputs.put("attention_mask", Tensor.of(shape, mask));
        return inputs;
    }

    @Test
    void filledUpRequestsGetTheAnswersThatTheyGetAlone() throws IOException {
        Path model = folder.resolve("encoder.onnx");
        RandomModels.encoder(3, 48, 7).save(model);
        Random random = new Random(3);
        List<String> wanted = List.of("embedding");
        try (OnnxSession session = OnnxSession.open(model, SessionSettings.DEFAULT)) {
            Padding padding = Padding.of(session.signature(), ZEROS);
            List<Map<String, Tensor>> requests = new ArrayList<>();
            for (int tokens : new int[] {17, 24, 20, 18}) {
                requests.add(text(1 + tokens % 3, tokens, random));
            }
            for (Map<String, Tensor> one : requests) {
                assertThat(BatchPlan.together(requests.getFirst(), one, padding)).isTrue();
            }
            Scratch scratch = new Scratch(1 << 20);
            Map<String, Tensor> shared =
                    session.run(
                            BatchPlan.joined(requests, padding, scratch),
                            wanted,
                            new Cancellation(),
                            scratch);
            long from = 0;
            for (Map<String, Tensor> one : requests) {
                long rows = BatchPlan.rows(one);
                float[] alone = Objects.requireNonNull(session.run(one).get("embedding")).floats();
                float[] together =
                        Objects.requireNonNull(BatchPlan.part(shared, from, rows).get("embedding"))
                                .floats();
                for (int i = 0; i < alone.length; i++) {
                    assertThat(together[i]).isCloseTo(alone[i], within(1e-5f));
                }
                from += rows;
            }
        }
    }

    private static Signature tokens(Dimension... more) {
        List<Dimension> dimensions = new ArrayList<>(List.of(BATCH, TOKENS));
        dimensions.addAll(List.of(more));
        return new Signature(
                List.of(new Port("x", TensorType.FP32, dimensions)),
                List.of(
                        new Port("x", TensorType.FP32, dimensions),
                        new Port("sum", TensorType.FP32, List.of(BATCH))));
    }

    @Test
    void whatAnOutputHasOfTheFillIsCutOff() {
        Padding padding = Padding.of(tokens(Dimension.of(2)), Map.of("x", -1.0));
        Map<String, Tensor> one =
                Map.of("x", Tensor.of(new long[] {2, 1, 2}, new float[] {1, 2, 3, 4}));
        Map<String, Tensor> other =
                Map.of("x", Tensor.of(new long[] {1, 2, 2}, new float[] {5, 6, 7, 8}));
        Map<String, Tensor> joined = BatchPlan.joined(List.of(one, other), padding, Scratch.once());
        Tensor x = Objects.requireNonNull(joined.get("x"));
        assertThat(x.shape()).containsExactly(3, 2, 2);
        assertThat(x.floats()).containsExactly(1, 2, -1, -1, 3, 4, -1, -1, 5, 6, 7, 8);
        Tensor first = Objects.requireNonNull(BatchPlan.part(joined, 0, 2).get("x"));
        assertThat(padding.cut("x", first, one).floats()).containsExactly(1, 2, 3, 4);
        assertThat(padding.cut("x", first, one).shape()).containsExactly(2, 1, 2);
        Tensor second = Objects.requireNonNull(BatchPlan.part(joined, 2, 1).get("x"));
        assertThat(padding.cut("x", second, other).floats()).containsExactly(5, 6, 7, 8);
        Tensor sum = Tensor.of(new long[] {2}, new float[2]);
        assertThat(padding.cut("sum", sum, one)).isSameAs(sum);
    }

    @Test
    void bucketsMakeNothingLongerThanByHalf() {
        assertThat(List.of(1L, 8L, 9L, 12L, 13L, 16L, 17L, 24L, 25L, 64L, 65L, 97L))
                .extracting(Padding::bucket)
                .containsExactly(8L, 8L, 12L, 12L, 16L, 16L, 24L, 24L, 32L, 64L, 96L, 128L);
        Padding padding = Padding.of(tokens(), Map.of("x", 0.0));
        assertThat(padding.together("x", 1, 17, 24)).isTrue();
        assertThat(padding.together("x", 1, 16, 17)).isFalse();
        assertThat(padding.together("x", 2, 17, 24)).isFalse();
        assertThat(Padding.NONE.together("x", 1, 17, 24)).isFalse();
        assertThat(Padding.NONE.together("x", 1, 17, 17)).isTrue();
    }

    @Test
    void whatCannotBeFilledUpIsRefusedAtLoad() {
        assertInvalid(tokens(), Map.of("y", 0.0), "no such input");
        assertInvalid(tokens(Dimension.named("z")), Map.of("x", 0.0), "one named open dimension");
        Signature text =
                new Signature(
                        List.of(new Port("t", TensorType.BYTES, List.of(BATCH, TOKENS))),
                        List.of());
        assertInvalid(text, Map.of("t", 0.0), "BYTES is not filled up");
        Signature two =
                new Signature(
                        List.of(
                                new Port("a", TensorType.INT64, List.of(BATCH, TOKENS)),
                                new Port("b", TensorType.INT64, List.of(BATCH, TOKENS))),
                        List.of());
        assertInvalid(two, Map.of("a", 0.0), "but no value");
    }

    private static void assertInvalid(
            Signature signature, Map<String, Double> values, String message) {
        assertThatThrownBy(() -> Padding.of(signature, values))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining(message);
    }
}
