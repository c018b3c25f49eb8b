package dev.vitrine.training.linear;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemScorer;
import dev.vitrine.training.TrainingError;
import java.util.Arrays;
import java.util.List;

/**
 * A weighted sum of models. For every history each model's scores are first divided by their
 * standard deviation over all items, so that a weight means the same whatever the scale of a model
 * and the length of a history. Safe for concurrent callers if its parts are; does not own them.
 */
public final class Blend implements ItemScorer {
    /** One model and its weight. */
    public record Part(ItemScorer scorer, float weight) {}

    private final List<Part> parts;
    private final int items;

    /**
     * @throws VitrineException {@code SETTING_INVALID} when there is no part or they rank different
     *     numbers of items
     */
    public Blend(List<Part> parts) {
        this.parts = List.copyOf(parts);
        if (parts.isEmpty()) {
            throw new VitrineException(TrainingError.SETTING_INVALID, "a blend of no models");
        }
        this.items = parts.getFirst().scorer().items();
        for (Part part : parts) {
            if (part.scorer().items() != items || !Float.isFinite(part.weight())) {
                throw new VitrineException(
                        TrainingError.SETTING_INVALID,
                        "every part of a blend must rank "
                                + items
                                + " items with a finite weight, found "
                                + part.scorer().items()
                                + " and "
                                + part.weight());
            }
        }
    }

    @Override
    public int items() {
        return items;
    }

    @Override
    public void score(History history, float[] scores) {
        score(new History[] {history}, 1, new float[][] {scores});
    }

    @Override
    public void score(History[] histories, int count, float[][] scores) {
        float[][] own = new float[count][items];
        for (int i = 0; i < count; i++) {
            Arrays.fill(scores[i], 0, items, 0f);
        }
        for (Part part : parts) {
            if (part.weight() == 0) {
                continue;
            }
            part.scorer().score(histories, count, own);
            for (int i = 0; i < count; i++) {
                add(part.weight() * scale(own[i], items), own[i], scores[i], items);
            }
        }
    }

    /** One over the standard deviation of the first {@code n} scores; 0 when all are equal. */
    public static float scale(float[] scores, int n) {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            sum += scores[i];
            squares += (double) scores[i] * scores[i];
        }
        double variance = squares / n - (sum / n) * (sum / n);
        return variance > 1e-30 ? (float) (1 / Math.sqrt(variance)) : 0f;
    }

    private static void add(float factor, float[] from, float[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] += factor * from[i];
        }
    }
}
