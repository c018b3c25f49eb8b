package dev.vitrine.inference.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.inference.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InputKeyTest {
    private static final List<String> OUT = List.of("y");

    private static Tensor floats(long rows, long columns, float... values) {
        return Tensor.of(new long[] {rows, columns}, values);
    }

    private static InputKey key(Map<String, Tensor> inputs) {
        return InputKey.of(inputs, OUT);
    }

    @Test
    void sameQuestionsHaveTheSameKeyWhateverTheOrderOfTheirInputs() {
        Map<String, Tensor> one = new LinkedHashMap<>();
        one.put("a", floats(1, 2, 1, 2));
        one.put("b", floats(1, 2, 3, 4));
        Map<String, Tensor> other = new LinkedHashMap<>();
        other.put("b", floats(1, 2, 3, 4));
        other.put("a", floats(1, 2, 1, 2));
        assertThat(key(one)).isEqualTo(key(other));
    }

    @Test
    void whatDiffersInAnythingHasAnotherKey() {
        Tensor texts = Tensor.of(new long[] {2}, new String[] {"ab", "c"});
        assertThat(
                        List.of(
                                key(Map.of("a", floats(1, 2, 1, 2))),
                                key(Map.of("a", floats(2, 1, 1, 2))),
                                key(Map.of("a", floats(1, 2, 1, 3))),
                                key(Map.of("b", floats(1, 2, 1, 2))),
                                key(Map.of("a", floats(1, 2, 1, 2), "b", floats(1, 0))),
                                InputKey.of(Map.of("a", floats(1, 2, 1, 2)), List.of("y", "z")),
                                InputKey.of(Map.of("a", floats(1, 2, 1, 2)), List.of("yz")),
                                key(Map.of("a", Tensor.of(new long[] {1, 1}, new long[] {1}))),
                                key(Map.of("a", texts)),
                                key(
                                        Map.of(
                                                "a",
                                                Tensor.of(
                                                        new long[] {2},
                                                        new String[] {"a", "bc"})))))
                .doesNotHaveDuplicates();
    }

    @Test
    void rowsHaveTheSameKeyInWhateverRequestTheyStand() {
        InputKey[] three = InputKey.ofRows(Map.of("a", floats(3, 2, 1, 2, 3, 4, 1, 2)), OUT, 3);
        InputKey[] one = InputKey.ofRows(Map.of("a", floats(1, 2, 3, 4)), OUT, 1);
        assertThat(three[1]).isEqualTo(one[0]);
        assertThat(three[0]).isEqualTo(three[2]).isNotEqualTo(three[1]);
    }
}
