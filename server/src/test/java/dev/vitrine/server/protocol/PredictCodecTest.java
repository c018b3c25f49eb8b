package dev.vitrine.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.inference.tensor.Port;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.Signature;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PredictCodecTest {
    private static final Port WORD = new Port("word", TensorType.BYTES, List.of());
    private static final Port AGE =
            new Port("age", TensorType.INT64, List.of(Dimension.named("rows")));
    private static final Signature TEXT = new Signature(List.of(WORD), List.of());
    private static final Signature BOTH = new Signature(List.of(WORD, AGE), List.of());

    private static Map<String, Tensor> read(Signature signature, String json) {
        return PredictCodec.read(json.getBytes(StandardCharsets.UTF_8), signature)
                .tensors()
                .inputs();
    }

    private static Tensor word(Map<String, Tensor> inputs) {
        return Objects.requireNonNull(inputs.get("word"));
    }

    @Test
    void textComesPlainOrInBase64() {
        Tensor rows = word(read(TEXT, "{\"instances\":[\"a\",{\"b64\":\"w6k=\"}]}"));
        assertThat(rows.shape()).containsExactly(2);
        assertThat(rows.texts()).containsExactly("a", "\u00e9");
        assertThat(word(read(TEXT, "{\"instances\":[{\"word\":\"a\"},\"b\"]}")).texts())
                .containsExactly("a", "b");
        Tensor column = word(read(TEXT, "{\"inputs\":{\"word\":[{\"b64\":\"w6k=\"}]}}"));
        assertThat(column.texts()).containsExactly("\u00e9");
        Tensor lone = word(read(TEXT, "{\"inputs\":{\"b64\":\"YQ==\"}}"));
        assertThat(lone.shape()).isEmpty();
        assertThat(lone.texts()).containsExactly("a");
        assertThatThrownBy(() -> read(TEXT, "{\"inputs\":[{\"b64\":\"/w==\"}]}"))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("no text in UTF-8");
    }

    @Test
    void severalInputsAreNamed() {
        Map<String, Tensor> inputs =
                read(
                        BOTH,
                        "{\"instances\":[{\"age\":7,\"word\":\"a\"},{\"word\":\"b\",\"age\":8}]}");
        assertThat(word(inputs).texts()).containsExactly("a", "b");
        assertThat(Objects.requireNonNull(inputs.get("age")).data().getLong(8)).isEqualTo(8);
        assertThatThrownBy(() -> read(BOTH, "{\"instances\":[1]}"))
                .hasMessageContaining("has 2 inputs, so each has to be named: [word, age]");
        assertThatThrownBy(() -> read(BOTH, "{\"inputs\":[1]}")).hasMessageContaining("named");
    }

    @Test
    void whatIsGivenTwiceOrGoesBeyondABoundIsRefused() {
        assertThatThrownBy(() -> read(TEXT, "{\"inputs\":[\"a\"],\"inputs\":[\"b\"]}"))
                .isInstanceOf(VitrineException.class)
                .hasMessage("'inputs' is given twice");
        assertThatThrownBy(() -> read(TEXT, "{\"other\":" + "[".repeat(100)))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("not JSON: ")
                .hasMessageContaining("depth");
    }

    @Test
    void severalOutputsAreNamed() {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("p", Tensor.of(new long[] {2, 1}, new float[] {0.5f, 1}));
        outputs.put("image_bytes", Tensor.of(new long[] {2}, new String[] {"a", "b"}));
        assertThat(new String(PredictCodec.write(true, outputs), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"predictions\":[{\"p\":[0.5],\"image_bytes\":{\"b64\":\"YQ==\"}},"
                                + "{\"p\":[1.0],\"image_bytes\":{\"b64\":\"Yg==\"}}]}");
        assertThat(new String(PredictCodec.write(false, outputs), StandardCharsets.UTF_8))
                .startsWith("{\"outputs\":{\"p\":[[0.5],[1.0]],\"image_bytes\":[{");
        outputs.put("odd", Tensor.of(new long[] {3}, new float[3]));
        assertThatThrownBy(() -> PredictCodec.write(true, outputs))
                .hasMessageContaining("has no row for each instance");
    }
}
