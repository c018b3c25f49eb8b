package dev.vitrine.data.cleaning;

import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.ProductDetail;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Learns what things cost and how many are bought, and finds what is far from it. Works on
 * logarithms with median and MAD (median absolute deviation), which half of the data would have to
 * be wrong to mislead. Per item a uniform sample of {@value #PER_ITEM} prices, for the shop one of
 * {@value #GLOBAL}: memory is bounded by the catalogue.
 */
final class UsualAmounts {
    private static final int PER_ITEM = 24;
    private static final int GLOBAL = 20_000;
    private static final double TO_DEVIATION = 1.4826;

    /** Prices of the shop differ, so an item without its own history is judged by so much less. */
    private static final double SHOP_WIDE_LENIENCY = 10;

    private final CleaningSettings settings;
    private final Random random = new Random(20_261_121L);
    private float[][] priceOfItem = new float[0][];
    private int[] seenOfItem = new int[0];
    private final float[] prices = new float[GLOBAL];
    private long pricesSeen;
    private final float[] quantities = new float[GLOBAL];
    private long quantitiesSeen;
    private double[] itemMedian = new double[0];
    private double[] itemDeviation = new double[0];
    private double shopMedian = Double.NaN;
    private double shopDeviation = Double.NaN;
    private double quantityMedian = Double.NaN;

    UsualAmounts(CleaningSettings settings) {
        this.settings = settings;
    }

    void observe(EventType type, int item, ProductDetail product) {
        if (bought(type)) {
            keep(quantities, quantitiesSeen++, (float) product.quantity());
        }
        if (!(product.price() > 0)) {
            return;
        }
        float price = (float) Math.log(product.price());
        keep(prices, pricesSeen++, price);
        if (item < 0) {
            return;
        }
        if (item >= priceOfItem.length) {
            int length = Math.max(item + 1, priceOfItem.length * 2);
            priceOfItem = Arrays.copyOf(priceOfItem, length);
            seenOfItem = Arrays.copyOf(seenOfItem, length);
        }
        float[] own = priceOfItem[item];
        if (own == null) {
            own = new float[4];
        } else if (seenOfItem[item] >= own.length && own.length < PER_ITEM) {
            own = Arrays.copyOf(own, Math.min(PER_ITEM, own.length * 2));
        }
        priceOfItem[item] = own;
        keep(own, seenOfItem[item]++, price);
    }

    void conclude() {
        itemMedian = new double[priceOfItem.length];
        itemDeviation = new double[priceOfItem.length];
        for (int item = 0; item < priceOfItem.length; item++) {
            float[] own = priceOfItem[item];
            itemMedian[item] = Double.NaN;
            if (own != null && seenOfItem[item] >= settings.leastPriceSamples()) {
                float[] sample = Arrays.copyOf(own, Math.min(own.length, seenOfItem[item]));
                itemMedian[item] = median(sample);
                itemDeviation[item] = deviation(sample, itemMedian[item]);
            }
        }
        priceOfItem = new float[0][];
        float[] shop = Arrays.copyOf(prices, (int) Math.min(GLOBAL, pricesSeen));
        if (shop.length >= settings.leastPriceSamples()) {
            shopMedian = median(shop);
            shopDeviation = deviation(shop, shopMedian);
        }
        float[] bought = Arrays.copyOf(quantities, (int) Math.min(GLOBAL, quantitiesSeen));
        if (bought.length > 0) {
            quantityMedian = median(bought);
        }
    }

    @Nullable Finding check(EventType type, int item, ProductDetail product, int place) {
        if (product.price() > 0) {
            boolean own = item < itemMedian.length && !Double.isNaN(itemMedian[item]);
            double median = own ? itemMedian[item] : shopMedian;
            double deviation = own ? itemDeviation[item] : shopDeviation;
            double factor = settings.leastPriceFactor() * (own ? 1 : SHOP_WIDE_LENIENCY);
            double away = Math.abs(Math.log(product.price()) - median);
            if (away > Math.log(factor) && away > settings.priceDeviations() * deviation) {
                return new Finding(
                        Rule.OUTLYING_PRICE,
                        "productDetails[" + place + "].price",
                        String.format(
                                Locale.ROOT,
                                "%s costs %s here, usually %.2f%s",
                                product.id(),
                                product.price(),
                                Math.exp(median),
                                own ? "" : " (all products)"));
            }
        }
        if (bought(type) && product.quantity() > settings.quantityFactor() * quantityMedian) {
            return new Finding(
                    Rule.OUTLYING_QUANTITY,
                    "productDetails[" + place + "].quantity",
                    product.quantity() + " pieces, usually " + quantityMedian);
        }
        return null;
    }

    private static boolean bought(EventType type) {
        return type == EventType.ADD_TO_CART || type == EventType.PURCHASE_COMPLETE;
    }

    /** Reservoir sampling (Vitter's algorithm R). */
    private void keep(float[] sample, long seen, float value) {
        if (seen < sample.length) {
            sample[(int) seen] = value;
            return;
        }
        long place = random.nextLong(seen + 1);
        if (place < sample.length) {
            sample[(int) place] = value;
        }
    }

    private static double median(float[] sample) {
        float[] sorted = sample.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1
                ? sorted[middle]
                : (sorted[middle - 1] + (double) sorted[middle]) / 2;
    }

    private static double deviation(float[] sample, double median) {
        float[] away = new float[sample.length];
        for (int i = 0; i < sample.length; i++) {
            away[i] = (float) Math.abs(sample[i] - median);
        }
        return TO_DEVIATION * median(away);
    }
}
