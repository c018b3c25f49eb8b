package dev.vitrine.data.feature;

/**
 * Computes {@link Feature}s for a shopper and items at a moment, the same for a ranker's training
 * rows (during replay) and for serving.
 */
public final class ShopFeatures {
    /** Changes whenever a feature's meaning, place or number changes. */
    public static final String CONTRACT = "shop-features-1";

    /** Values per item. */
    public static final int COUNT = Feature.values().length;

    public ShopFeatures(ShopState state, ItemFacts facts) {}

    /** What is the same for all items of one request; used by one thread. */
    public Row prepare(Shopper shopper, long now) {
        return new Row();
    }

    /** The features of one shopper at one moment. */
    public final class Row {
        private Row() {}

        /** Writes the item's features to {@code out[from .. from + COUNT - 1]}. */
        public void fill(int item, float[] out, int from) {}
    }
}
