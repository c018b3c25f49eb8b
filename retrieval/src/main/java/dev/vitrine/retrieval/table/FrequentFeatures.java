package dev.vitrine.retrieval.table;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.candidate.TopItems;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * The features of products that enough products share for something to be learned of each: category
 * paths, brands, values of attributes, tags and words, as {@link ContentFeatures} finds them. Those
 * of a product are the {@link #MOST_EACH} that say most about it, and their weights have a length
 * of one. A product that comes later has its features by the same rule. Immutable and safe for
 * concurrent callers.
 */
public final class FrequentFeatures {
    /** Features that a product has at most. */
    public static final int MOST_EACH = 16;

    private final int[] buckets;
    private final float[] idf;
    private final int[] places;
    private final ArrayBlockingQueue<ContentFeatures> idle =
            new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

    /**
     * What a product has.
     *
     * @param features numbers from 0 to below {@link #size}, rising
     * @param weights one for each, positive
     */
    public record Of(int[] features, float[] weights) {}

    /**
     * @param buckets for each feature its place in {@link ContentFeatures}, rising, below {@link
     *     ContentModel#BUCKETS}
     * @param idf for each feature how much it tells, positive
     * @throws VitrineException MODEL_INVALID when they do not fit together
     */
    public FrequentFeatures(int[] buckets, float[] idf) {
        this.buckets = buckets;
        this.idf = idf;
        this.places = new int[ContentModel.BUCKETS];
        Arrays.fill(places, -1);
        boolean sound = buckets.length == idf.length;
        for (int i = 0; i < buckets.length && sound; i++) {
            sound =
                    buckets[i] > (i == 0 ? -1 : buckets[i - 1])
                            && buckets[i] < places.length
                            && idf[i] > 0
                            && Float.isFinite(idf[i]);
            if (sound) {
                places[buckets[i]] = i;
            }
        }
        if (!sound) {
            throw new VitrineException(
                    RetrievalError.MODEL_INVALID,
                    buckets.length + " features do not fit to " + idf.length + " weights");
        }
    }

    /** How many features there are. */
    public int size() {
        return buckets.length;
    }

    /** The features of a product; none when it says nothing that others say. */
    public Of of(Product product) {
        ContentFeatures all = idle.poll();
        if (all == null) {
            all = new ContentFeatures(ContentModel.BUCKETS);
        }
        all.extract(product);
        TopItems strongest = new TopItems(MOST_EACH);
        for (int i = 0; i < all.size(); i++) {
            int place = places[all.bucket(i)];
            if (place >= 0) {
                strongest.offer(place, ContentModel.damped(all.weight(i)) * idf[place]);
            }
        }
        boolean ignored = idle.offer(all);
        return inOrder(strongest);
    }

    private static Of inOrder(TopItems strongest) {
        strongest.sort();
        int count = strongest.size();
        long[] order = new long[count];
        double squares = 0;
        for (int i = 0; i < count; i++) {
            order[i] = (long) strongest.item(i) << 32 | i;
            squares += (double) strongest.score(i) * strongest.score(i);
        }
        Arrays.sort(order);
        int[] features = new int[count];
        float[] weights = new float[count];
        for (int i = 0; i < count; i++) {
            features[i] = (int) (order[i] >>> 32);
            weights[i] = (float) (strongest.score((int) order[i]) / Math.sqrt(squares));
        }
        return new Of(features, weights);
    }

    /** Adds them to a file, for {@link #read}. */
    public void write(TableWriter out) {
        out.putInts(buckets);
        out.putFloats(idf);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws VitrineException MODEL_INVALID or MODEL_DAMAGED
     */
    public static FrequentFeatures read(TableReader in) {
        return new FrequentFeatures(in.getInts(), in.getFloats());
    }
}
