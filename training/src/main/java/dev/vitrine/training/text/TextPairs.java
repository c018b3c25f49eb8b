package dev.vitrine.training.text;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

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

    /** These and others. */
    public TextPairs and(TextPairs others) {
        List<String> all = new ArrayList<>(texts);
        all.addAll(others.texts);
        int[] lefts = Arrays.copyOf(left, size() + others.size());
        int[] rights = Arrays.copyOf(right, lefts.length);
        for (int pair = 0; pair < others.size(); pair++) {
            lefts[size() + pair] = texts.size() + others.left[pair];
            rights[size() + pair] = texts.size() + others.right[pair];
        }
        return new TextPairs(all, lefts, rights);
    }

    /**
     * So many of them, drawn by chance; all of them where there are no more.
     *
     * @param most texts of pairs that are left out stay
     */
    public TextPairs some(int most, long seed) {
        if (size() <= most) {
            return this;
        }
        SplittableRandom random = new SplittableRandom(seed);
        int[] lefts = new int[most];
        int[] rights = new int[most];
        int taken = 0;
        for (int pair = 0; taken < most; pair++) {
            if (random.nextInt(size() - pair) < most - taken) {
                lefts[taken] = left[pair];
                rights[taken++] = right[pair];
            }
        }
        return new TextPairs(texts, lefts, rights);
    }

    public int size() {
        return left.length;
    }
}
