package dev.vitrine.data.dataset;

import dev.vitrine.data.event.EventType;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * What an event of each type is worth; types with weight 0 are left out.
 *
 * @param byType one weight per {@link EventType} ordinal, not negative
 * @param combine how several events of one person on one item become one weight
 */
public record TypeWeights(float[] byType, Combine combine) {
    /** How weights of the same person and item are put together. */
    public enum Combine {
        /** The largest: what the strongest act was. */
        MAX,
        /** Their sum: how often. */
        SUM
    }

    public TypeWeights {
        byType = Arrays.copyOf(byType, EventType.values().length);
        for (EventType type : EventType.values()) {
            if (!(byType[type.ordinal()] >= 0)) {
                throw new IllegalArgumentException(
                        type.wire() + " has weight " + byType[type.ordinal()] + ", below 0");
            }
        }
    }

    /** Any positive act on a product counts 1, however often. */
    public static TypeWeights binary() {
        return of(
                Combine.MAX,
                Map.of(
                        EventType.DETAIL_PAGE_VIEW, 1f,
                        EventType.CLICK, 1f,
                        EventType.ADD_TO_CART, 1f,
                        EventType.PURCHASE_COMPLETE, 1f,
                        EventType.RATING, 1f));
    }

    /** Purchases weigh more than carts, carts more than views; the strongest act counts. */
    public static TypeWeights graded() {
        return of(
                Combine.MAX,
                Map.of(
                        EventType.DETAIL_PAGE_VIEW, 1f,
                        EventType.CLICK, 1f,
                        EventType.ADD_TO_CART, 2f,
                        EventType.PURCHASE_COMPLETE, 4f,
                        EventType.RATING, 2f));
    }

    /** Only the given types, each with weight 1. */
    public static TypeWeights only(EventType... types) {
        Map<EventType, Float> weights = new EnumMap<>(EventType.class);
        for (EventType type : types) {
            weights.put(type, 1f);
        }
        return of(Combine.MAX, weights);
    }

    public static TypeWeights of(Combine combine, Map<EventType, Float> weights) {
        float[] byType = new float[EventType.values().length];
        weights.forEach((type, weight) -> byType[type.ordinal()] = weight);
        return new TypeWeights(byType, combine);
    }

    public float of(EventType type) {
        return byType[type.ordinal()];
    }
}
