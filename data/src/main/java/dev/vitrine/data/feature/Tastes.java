package dev.vitrine.data.feature;

/**
 * What a shopper likes, from the last interactions, each weighing by its type and halving with age.
 * Computed from a copy of the shopper, so that facts that arrive after an event count too.
 */
public final class Tastes {
    private final Shares categories = new Shares();
    private final Shares brands = new Shares();
    private double total;
    private double logPrices;
    private double priced;

    private Tastes() {}

    /** Tastes at {@code now}, epoch milliseconds. */
    public static Tastes of(Shopper shopper, ItemFacts facts, FeatureSettings settings, long now) {
        Tastes tastes = new Tastes();
        float[] weights = settings.weights().byOrdinal();
        double halfLife = settings.decay().taste().toMillis();
        for (int i = 0; i < shopper.size(); i++) {
            float weight = weights[shopper.types()[i]];
            if (weight > 0) {
                double age = Math.max(0, now - shopper.times()[i]);
                tastes.add(shopper.items()[i], weight * Exp2.of(-age / halfLife), facts);
            }
        }
        return tastes;
    }

    private void add(int item, double weight, ItemFacts facts) {
        total += weight;
        for (int c = facts.category(item); c >= 0; c = facts.parent(c)) {
            categories.add(c, weight);
        }
        int brand = facts.brand(item);
        if (brand >= 0) {
            brands.add(brand, weight);
        }
        float price = facts.price(item);
        if (price > 0) {
            logPrices += weight * Math.log(price);
            priced += weight;
        }
    }

    /** Share of the interest, 0 to 1, that lies in a category and all below it. */
    public float category(int category) {
        return total > 0 ? (float) (categories.of(category) / total) : 0;
    }

    /** Share of the interest, 0 to 1, in a brand. */
    public float brand(int brand) {
        return total > 0 ? (float) (brands.of(brand) / total) : 0;
    }

    /** Geometric mean of the prices of the items of interest; NaN when none is known. */
    public float usualPrice() {
        return priced > 0 ? (float) Math.exp(logPrices / priced) : Float.NaN;
    }

    /** The categories of most interest at any level, with their shares. */
    public WeightedItems topCategories(int most) {
        return categories.top(most, total);
    }

    /** The brands of most interest, with their shares. */
    public WeightedItems topBrands(int most) {
        return brands.top(most, total);
    }
}
