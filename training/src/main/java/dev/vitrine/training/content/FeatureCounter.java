package dev.vitrine.training.content;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.retrieval.table.ContentFeatures;
import dev.vitrine.retrieval.table.ContentModel;
import dev.vitrine.retrieval.table.FrequentFeatures;
import java.util.Arrays;

/**
 * Chooses the features of a catalogue that something can be learned of: those that at least {@link
 * #FEWEST} products have and at most half of them, the most frequent {@link #MOST}. Products are
 * offered one by one; memory is 256 KiB whatever their number.
 */
public final class FeatureCounter {
    /** Products that have to share a feature. */
    public static final int FEWEST = 3;

    /** Features that are chosen at most. */
    public static final int MOST = 8_192;

    private final ContentFeatures features = new ContentFeatures(ContentModel.BUCKETS);
    private final int[] products = new int[ContentModel.BUCKETS];
    private int offered;

    /** Offers a product; one that says nothing is passed over. */
    public void add(Product product) {
        features.extract(product);
        offered += features.size() > 0 ? 1 : 0;
        for (int i = 0; i < features.size(); i++) {
            products[features.bucket(i)]++;
        }
    }

    /** Those chosen; none when products have nothing in common. */
    public FrequentFeatures choose() {
        long[] frequent = new long[products.length];
        int count = 0;
        for (int bucket = 0; bucket < products.length; bucket++) {
            if (products[bucket] >= FEWEST && products[bucket] <= offered / 2) {
                frequent[count++] = (long) -products[bucket] << 32 | bucket;
            }
        }
        Arrays.sort(frequent, 0, count);
        int[] buckets = new int[Math.min(count, MOST)];
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = (int) frequent[i];
        }
        Arrays.sort(buckets);
        float[] idf = new float[buckets.length];
        for (int i = 0; i < idf.length; i++) {
            idf[i] = (float) Math.log((1.0 + offered) / products[buckets[i]]);
        }
        return new FrequentFeatures(buckets, idf);
    }
}
