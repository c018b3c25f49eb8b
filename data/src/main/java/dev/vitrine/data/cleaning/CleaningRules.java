package dev.vitrine.data.cleaning;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.Impression;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.event.ProductDetail;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules that look at one event alone: missing fields, malformed ones and impossible times. The
 * same for an event that arrives and for one in the log. See {@link BatchCleaning} for the rules
 * that compare events. Stateless; safe for any number of threads.
 */
public final class CleaningRules {
    private final long floor;
    private final long skew;

    public CleaningRules(CleaningSettings settings) {
        this.floor = settings.floor().toEpochMilli();
        this.skew = settings.skew().toMillis();
    }

    /**
     * Checks an event as it arrives.
     *
     * @param now epoch milliseconds
     */
    public Optional<Finding> check(Event event, long now) {
        Finding finding = null;
        if (event.visitorId().isEmpty() && event.userId().isEmpty()) {
            finding = missing("visitorId", "visitorId or userId is missing");
        }
        if (finding == null) {
            finding =
                    check(
                            event.type(),
                            event.time(),
                            event.products(),
                            event.impressions(),
                            event.searchQuery(),
                            event.value(),
                            now);
        }
        return Optional.ofNullable(finding);
    }

    /** Checks an event of the log against the time at which it was received; null when fine. */
    @Nullable Finding check(LoggedEvent event) {
        if (event.visitor() <= 0 && event.user() <= 0) {
            return missing("visitorId", "neither a visitor nor a user is given");
        }
        return check(
                event.type(),
                event.time(),
                event.products(),
                event.impressions(),
                event.searchQuery(),
                event.value(),
                event.receivedAt());
    }

    private @Nullable Finding check(
            EventType type,
            long time,
            List<ProductDetail> products,
            List<Impression> impressions,
            String query,
            double value,
            long now) {
        Finding finding = needed(type, time, products, impressions, query, value);
        if (finding == null) {
            finding = malformed(products, value);
        }
        return finding == null ? impossible(time, now) : finding;
    }

    private static @Nullable Finding needed(
            EventType type,
            long time,
            List<ProductDetail> products,
            List<Impression> impressions,
            String query,
            double value) {
        if (time == Product.NO_TIME) {
            return missing("eventTime", "eventTime is missing");
        }
        return switch (type) {
            case DETAIL_PAGE_VIEW,
                    CLICK,
                    ADD_TO_CART,
                    REMOVE_FROM_CART,
                    PURCHASE_COMPLETE,
                    STOCK_CHANGE ->
                    products.isEmpty()
                            ? missing("productDetails", type.wire() + " needs a product")
                            : null;
            case RATING ->
                    products.isEmpty()
                            ? missing("productDetails", "rating needs a product")
                            : Double.isNaN(value) ? missing("value", "rating needs a value") : null;
            case IMPRESSION ->
                    impressions.isEmpty() && products.isEmpty()
                            ? missing("impressions", "impression needs what was shown")
                            : null;
            case SEARCH, COMPLETION ->
                    query.isEmpty()
                            ? missing("searchQuery", type.wire() + " needs a searchQuery")
                            : null;
            case HOME_PAGE_VIEW,
                    CATEGORY_PAGE_VIEW,
                    SHOPPING_CART_PAGE_VIEW,
                    REFUND,
                    AD_IMPRESSION,
                    AD_CLICK ->
                    null;
        };
    }

    private static @Nullable Finding malformed(List<ProductDetail> products, double value) {
        for (int i = 0; i < products.size(); i++) {
            ProductDetail product = products.get(i);
            if (product.id().isBlank() || product.id().length() > Product.MAX_ID_LENGTH) {
                return malformed(
                        "productDetails[" + i + "].id",
                        "a product id has 1 to 128 characters, found '" + product.id() + "'");
            }
            if (!(product.quantity() > 0) || Double.isInfinite(product.quantity())) {
                return malformed(
                        "productDetails[" + i + "].quantity",
                        "a quantity must be above 0, found " + product.quantity());
            }
            if (product.price() < 0 || Double.isInfinite(product.price())) {
                return malformed(
                        "productDetails[" + i + "].price",
                        "a price must not be negative, found " + product.price());
            }
        }
        return Double.isInfinite(value) ? malformed("value", "value is infinite") : null;
    }

    private @Nullable Finding impossible(long time, long now) {
        if (time < floor) {
            String hint =
                    time > 0 && time * 1000 >= floor && time * 1000 <= now + skew
                            ? "; it looks like seconds where milliseconds are expected"
                            : "";
            return new Finding(
                    Rule.IMPOSSIBLE_TIME,
                    "eventTime",
                    show(time) + " is before " + show(floor) + hint);
        }
        if (time > now + skew) {
            return new Finding(
                    Rule.IMPOSSIBLE_TIME,
                    "eventTime",
                    show(time) + " is in the future; it was received at " + show(now));
        }
        return null;
    }

    private static String show(long time) {
        return Instant.ofEpochMilli(time).toString();
    }

    private static Finding missing(String field, String reason) {
        return new Finding(Rule.MISSING_FIELD, field, reason);
    }

    private static Finding malformed(String field, String reason) {
        return new Finding(Rule.MALFORMED, field, reason);
    }
}
