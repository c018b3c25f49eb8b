package dev.vitrine.retrieval.ranking;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.Shopper;
import java.util.List;

/**
 * What the catalogue says of an item beside a shopper's past, as numbers: NaN where it is not
 * known, never infinite. Prices, categories and dates are those that the catalogue has now.
 */
final class CatalogBeside {
    static final List<String> NAMES =
            List.of(
                    "price",
                    "price-beside-usual",
                    "same-category-as-last",
                    "same-brand-as-last",
                    "age");

    private static final double DAY = 86_400_000;

    private final CatalogFacts facts;
    private final int last;
    private final double usualPrice;
    private final long now;

    /**
     * @param usualPrice of what the shopper turned to; NaN when none is known
     * @param now epoch milliseconds
     */
    CatalogBeside(CatalogFacts facts, Shopper shopper, double usualPrice, long now) {
        this.facts = facts;
        this.last = shopper.size() == 0 ? -1 : shopper.items()[shopper.size() - 1];
        this.usualPrice = usualPrice;
        this.now = now;
    }

    /** Writes as many numbers as there are names. */
    void fill(int item, float[] out, int from) {
        float price = facts.price(item);
        out[from] = price > 0 ? (float) Math.log(price) : Float.NaN;
        out[from + 1] = logRatio(price, usualPrice);
        out[from + 2] = last < 0 ? Float.NaN : same(facts.category(item), facts.category(last));
        out[from + 3] = last < 0 ? Float.NaN : same(facts.brand(item), facts.brand(last));
        out[from + 4] = age(facts.published(item), now);
    }

    private static float logRatio(float price, double usual) {
        return price > 0 && usual > 0 ? (float) (Math.log(price / usual) / Math.log(2)) : Float.NaN;
    }

    private static float same(int one, int other) {
        return one >= 0 && one == other ? 1 : 0;
    }

    /** Log of the days since an item was published; a date that is not known or to come is none. */
    private static float age(long published, long now) {
        return published == Product.NO_TIME || published > now
                ? Float.NaN
                : (float) Math.log1p(((double) now - published) / DAY);
    }
}
