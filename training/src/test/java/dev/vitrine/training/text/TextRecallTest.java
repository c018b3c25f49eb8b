package dev.vitrine.training.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.retrieval.text.TextEncoder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextRecallTest {
    /** A text is a number, which is an angle in degrees. */
    private static final TextEncoder ANGLES =
            new TextEncoder() {
                @Override
                public int width() {
                    return 2;
                }

                @Override
                public float[] encode(List<String> texts) {
                    float[] vectors = new float[texts.size() * 2];
                    for (int i = 0; i < texts.size(); i++) {
                        double angle = Math.toRadians(Double.parseDouble(texts.get(i)));
                        vectors[2 * i] = (float) Math.cos(angle);
                        vectors[2 * i + 1] = (float) Math.sin(angle);
                    }
                    return vectors;
                }
            };

    @Test
    void countsWhatIsAmongTheTenNearest() {
        // 10 is found from 11; 40 is not found from 0.2, for 0 to 9 are ten nearer ones.
        TextPairs pairs =
                new TextPairs(List.of("11", "10", "0.2", "40"), new int[] {0, 2}, new int[] {1, 3});
        List<String> others = new ArrayList<>();
        for (int angle = 0; angle <= 10; angle++) {
            others.add(Integer.toString(angle));
        }
        TextRecall recall = TextRecall.of(pairs, others);
        assertThat(recall.among()).hasSize(12);
        assertThat(recall.applyAsDouble(ANGLES)).isEqualTo(.5);
        assertThat(TextRecall.of(pairs, List.of()).applyAsDouble(ANGLES)).isEqualTo(1);
    }
}
