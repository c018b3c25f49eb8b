package dev.vitrine.retrieval.candidate;

import dev.vitrine.data.feature.Shopper;
import dev.vitrine.data.feature.TypeWeights;

/**
 * How a shopper's last interactions become a {@link History}: distinct items, each with the weight
 * of its strongest event, faded by how many items were touched since. Training and serving use the
 * same recipe.
 *
 * @param length most recent distinct items that are kept
 * @param fade weight of an item relative to the one touched after it, in (0, 1]
 */
public record HistoryRecipe(int length, float fade) {
    public static final HistoryRecipe DEFAULT = new HistoryRecipe(50, 0.97f);

    public HistoryRecipe {
        if (length < 1 || !(fade > 0 && fade <= 1)) {
            throw new IllegalArgumentException("length " + length + ", fade " + fade);
        }
    }

    /**
     * @param items item numbers, oldest first
     * @param weights of each by its type of event; 0 leaves it out
     */
    public History of(int[] items, float[] weights) {
        int[] kept = new int[Math.min(length, items.length)];
        float[] keptWeights = new float[kept.length];
        int count = 0;
        for (int i = items.length - 1; i >= 0; i--) {
            if (!(weights[i] > 0)) {
                continue;
            }
            int place = indexOf(kept, count, items[i]);
            if (place >= 0) {
                keptWeights[place] = Math.max(keptWeights[place], weights[i]);
            } else if (count < kept.length) {
                kept[count] = items[i];
                keptWeights[count++] = weights[i];
            }
        }
        int[] oldestFirst = new int[count];
        float[] faded = new float[count];
        double factor = 1;
        for (int i = 0; i < count; i++) {
            oldestFirst[count - 1 - i] = kept[i];
            faded[count - 1 - i] = (float) (keptWeights[i] * factor);
            factor *= fade;
        }
        return new History(oldestFirst, faded);
    }

    /** What is known of a shopper as a history, with the weights that the shop's state has. */
    public History of(Shopper shopper, TypeWeights weights) {
        float[] byEvent = new float[shopper.size()];
        for (int i = 0; i < byEvent.length; i++) {
            byEvent[i] = weights.of(shopper.type(i));
        }
        return of(shopper.items(), byEvent);
    }

    private static int indexOf(int[] items, int count, int item) {
        for (int i = 0; i < count; i++) {
            if (items[i] == item) {
                return i;
            }
        }
        return -1;
    }
}
