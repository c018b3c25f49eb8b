package dev.vitrine.training.text;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;
import java.util.List;

/**
 * Texts that belong together two by two: a query and the product that was chosen for it, a title
 * and the description below it.
 *
 * @param texts each text once
 * @param left the first text of each pair, a place in {@code texts}
 * @param right the second text of each pair
 */
public record TextPairs(List<String> texts, int[] left, int[] right) {
    public TextPairs {
        texts = List.copyOf(texts);
        if (left.length != right.length) {
            throw new VitrineException(
                    TrainingError.DATA_UNSUITABLE,
                    left.length + " first texts and " + right.length + " second ones");
        }
        for (int pair = 0; pair < left.length; pair++) {
            if (left[pair] < 0
                    || left[pair] >= texts.size()
                    || right[pair] < 0
                    || right[pair] >= texts.size()) {
                throw new VitrineException(
                        TrainingError.DATA_UNSUITABLE,
                        "pair "
                                + pair
                                + " is of texts "
                                + left[pair]
                                + " and "
                                + right[pair]
                                + " of "
                                + texts.size());
            }
        }
    }

    public int size() {
        return left.length;
    }
}
