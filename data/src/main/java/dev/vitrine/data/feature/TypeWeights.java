package dev.vitrine.data.feature;

import dev.vitrine.data.DataError;
import dev.vitrine.data.event.EventType;
import dev.vitrine.kernel.error.VitrineException;

/**
 * How much one event of a type says about interest in its items, relative to a view. Types that are
 * not named weigh nothing. Not negative.
 */
public record TypeWeights(
        float view, float click, float addToCart, float purchase, float rating, float adClick) {
    public TypeWeights {
        for (float weight : new float[] {view, click, addToCart, purchase, rating, adClick}) {
            if (!(weight >= 0 && weight <= 1000)) {
                throw VitrineException.field(
                        DataError.FEATURES_INVALID,
                        "weights",
                        "a weight by type of event lies between 0 and 1000, found " + weight);
            }
        }
    }

    public static TypeWeights defaults() {
        return new TypeWeights(1, 1, 3, 5, 2, 1);
    }

    public float of(EventType type) {
        return switch (type) {
            case DETAIL_PAGE_VIEW -> view;
            case CLICK -> click;
            case ADD_TO_CART -> addToCart;
            case PURCHASE_COMPLETE -> purchase;
            case RATING -> rating;
            case AD_CLICK -> adClick;
            case SEARCH,
                    COMPLETION,
                    HOME_PAGE_VIEW,
                    CATEGORY_PAGE_VIEW,
                    IMPRESSION,
                    REMOVE_FROM_CART,
                    SHOPPING_CART_PAGE_VIEW,
                    REFUND,
                    AD_IMPRESSION,
                    STOCK_CHANGE ->
                    0;
        };
    }

    /** The weights by {@link EventType#ordinal()}. */
    float[] byOrdinal() {
        EventType[] types = EventType.values();
        float[] weights = new float[types.length];
        for (EventType type : types) {
            weights[type.ordinal()] = of(type);
        }
        return weights;
    }
}
