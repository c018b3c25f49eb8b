package dev.vitrine.inference.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.inference.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RowCacheTest {
    private static final List<String> OUT = List.of("vector", "label");

    private final AtomicLong clock = new AtomicLong();
    private final RowCache cache =
            new RowCache(
                    new CacheSettings(Duration.ofMinutes(1), Duration.ZERO, 1 << 20, true),
                    clock::get);
    private final List<Long> ran = new ArrayList<>();

    /** Two inputs, text and numbers; two outputs, numbers and text; each row by itself. */
    private static Map<String, Tensor> model(Map<String, Tensor> inputs) {
        Tensor texts = Objects.requireNonNull(inputs.get("text"));
        float[] factors = Objects.requireNonNull(inputs.get("factor")).floats();
        int rows = texts.texts().length;
        float[] vectors = new float[rows * 3];
        String[] labels = new String[rows];
        for (int row = 0; row < rows; row++) {
            labels[row] = texts.texts()[row] + "!";
            for (int i = 0; i < 3; i++) {
                vectors[row * 3 + i] = texts.texts()[row].hashCode() * factors[row] + i;
            }
        }
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("vector", Tensor.of(new long[] {rows, 3}, vectors));
        outputs.put("label", Tensor.of(new long[] {rows}, labels));
        return outputs;
    }

    private Map<String, Tensor> counted(Map<String, Tensor> inputs) {
        ran.add(Objects.requireNonNull(inputs.get("text")).size(0));
        return model(inputs);
    }

    private static Map<String, Tensor> request(String... texts) {
        float[] factors = new float[texts.length];
        java.util.Arrays.fill(factors, 0.5f);
        return Map.of(
                "text",
                Tensor.of(new long[] {texts.length}, texts),
                "factor",
                Tensor.of(new long[] {texts.length, 1}, factors));
    }

    private static void same(Map<String, Tensor> left, Map<String, Tensor> right) {
        assertThat(left.keySet()).containsExactlyElementsOf(right.keySet());
        left.forEach((name, tensor) -> {
            Tensor other = Objects.requireNonNull(right.get(name));
            assertThat(tensor.type()).isEqualTo(other.type());
            assertThat(tensor.shape()).containsExactly(other.shape());
            assertThat(tensor.texts()).containsExactly(other.texts());
            assertThat(tensor.data()).isEqualTo(other.data());
        });
    }

    @Test
    void onlyMissingRowsRunAndEachOnce() {
        cache.get(request("a", "b"), OUT, this::counted);
        same(
                cache.get(request("c", "a", "d", "c", "b"), OUT, this::counted),
                model(request("c", "a", "d", "c", "b")));
        cache.get(request("d", "a"), OUT, this::counted);
        assertThat(ran).containsExactly(2L, 2L);
        assertThat(cache.counts().misses()).isEqualTo(4);
        assertThat(cache.counts().hits()).isEqualTo(5);
    }

    @Test
    void answersAreThoseOfTheModelWhateverIsKept() {
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 500; i++) {
            String[] texts = new String[1 + random.nextInt(9)];
            for (int t = 0; t < texts.length; t++) {
                texts[t] = "t" + random.nextInt(40);
            }
            same(cache.get(request(texts), OUT, this::counted), model(request(texts)));
            clock.addAndGet(TimeUnit.SECONDS.toNanos(random.nextInt(10)));
        }
    }

    @Test
    void rowsAreForgottenAfterTheirTime() {
        cache.get(request("a"), OUT, this::counted);
        clock.addAndGet(TimeUnit.MINUTES.toNanos(2));
        cache.get(request("a"), OUT, this::counted);
        assertThat(ran).containsExactly(1L, 1L);
    }

    @Test
    void aModelWhoseAnswerHasOtherRowsIsFoundOut() {
        assertThatThrownBy(() ->
                        cache.get(request("a", "b"), OUT, inputs -> model(request("one row only"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("2 rows");
    }
}
