package dev.vitrine.data.catalog;

import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.util.List;
import java.util.Map;

/**
 * One product as the shop states it. Absent texts are empty, absent numbers are NaN, absent times
 * are {@link #NO_TIME}; prices are in units of {@code currency} (not cents), times in epoch
 * milliseconds.
 *
 * @param id the shop's own id, 1 to 128 characters
 * @param categories paths from the root, such as {@code [["Home", "Kitchen"]]}
 * @param availableQuantity pieces in stock; -1 when unknown
 */
public record Product(
        String id,
        String title,
        String description,
        String brand,
        List<List<String>> categories,
        double price,
        double originalPrice,
        double cost,
        String currency,
        Availability availability,
        long availableQuantity,
        Map<String, AttributeValue> attributes,
        List<String> tags,
        String imageUri,
        String uri,
        String language,
        long publishedAt,
        long expiresAt) {
    /** Stands for a time that was not given. */
    public static final long NO_TIME = Long.MIN_VALUE;

    public static final int MAX_ID_LENGTH = 128;

    /** The highest price or cost that a reader takes, in units of the currency. */
    public static final double MAX_AMOUNT = 1e12;

    /** What a currency has to look like, for messages. */
    public static final String CURRENCY_FORM = "three capital letters of ISO 4217, such as EUR";

    public Product {
        if (id.isBlank() || id.length() > MAX_ID_LENGTH) {
            throw VitrineException.field(
                    DataError.PRODUCT_INVALID,
                    "id",
                    "a product id has 1 to 128 characters, found '" + id + "'");
        }
        categories = categories.stream().map(List::copyOf).toList();
        attributes = Map.copyOf(attributes);
        tags = List.copyOf(tags);
    }

    /** Whether a text has the form of a currency, or is empty for none. */
    public static boolean isCurrency(String text) {
        boolean sound = text.isEmpty() || text.length() == 3;
        for (int i = 0; i < text.length() && sound; i++) {
            sound = text.charAt(i) >= 'A' && text.charAt(i) <= 'Z';
        }
        return sound;
    }

    /** A product known by its id alone, as when only behaviour was imported. */
    public static Product ofId(String id) {
        return builder(id).build();
    }

    public static ProductBuilder builder(String id) {
        return new ProductBuilder(id);
    }

    /** A builder that starts from this product. */
    public ProductBuilder toBuilder() {
        return new ProductBuilder(this);
    }

    /**
     * True when a shopper can order it at {@code now} (epoch milliseconds): available and not
     * expired.
     */
    public boolean sellableAt(long now) {
        return availability != Availability.OUT_OF_STOCK
                && (expiresAt == NO_TIME || expiresAt > now);
    }
}
