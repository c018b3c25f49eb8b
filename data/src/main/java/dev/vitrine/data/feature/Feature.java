package dev.vitrine.data.feature;

/** The features of a shopper and an item, in the order of the array. One definition each. */
public enum Feature {
    /** log(1 + decayed popularity). */
    POPULARITY,
    /** Short over long half-life, log2, in [-4, 4]. */
    TREND,
    /** log(1 + decayed views and clicks of the item by all). */
    ITEM_VIEWS,
    /** Decayed carts per view, smoothed. */
    ITEM_CART_RATE,
    /** Decayed purchases per view, smoothed. */
    ITEM_PURCHASE_RATE,
    /** Share of the shopper's decayed interest that is in the item's category. */
    CATEGORY_AFFINITY,
    /** The same for the category above it. */
    PARENT_CATEGORY_AFFINITY,
    /** The same for the item's brand. */
    BRAND_AFFINITY,
    /** |log2(price / the shopper's usual price)|; 0 when either is unknown. */
    PRICE_DISTANCE,
    /** 1 / (1 + hours since the shopper last touched the item); 0 when never. */
    LAST_SEEN,
    /** log(1 + interactions of the shopper with the item). */
    SHOPPER_ITEM_COUNT,
    /** 1 when it lies in the cart. */
    IN_CART,
    /** log(1 + orders of the shopper with the item). */
    TIMES_BOUGHT,
    /** Cosine-like co-view strength with the last items, the latest counting most. */
    VIEWED_TOGETHER,
    /** Cosine-like co-purchase strength with cart and last items. */
    BOUGHT_TOGETHER,
    /** log(1 + interactions kept of the shopper). */
    HISTORY_LENGTH
}
