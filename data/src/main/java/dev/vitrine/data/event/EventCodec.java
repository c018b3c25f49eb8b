package dev.vitrine.data.event;

import dev.vitrine.data.DataError;
import dev.vitrine.data.catalog.AttributeCodec;
import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.store.RowReader;
import dev.vitrine.data.store.RowWriter;
import dev.vitrine.kernel.error.VitrineException;
import java.util.List;
import java.util.Map;

/**
 * Events as bytes of the log. A record begins with a set of flags, one for each field that is
 * there; absent fields take no room. The offset is not stored: it follows from the place. A typical
 * view of one product takes 60 to 90 bytes, half of it the ids as the shop gave them.
 */
final class EventCodec {
    private static final int USER = 1;
    private static final int EVENT_ID = 1 << 1;
    private static final int SESSION = 1 << 2;
    private static final int PRODUCTS = 1 << 3;
    private static final int QUERY = 1 << 4;
    private static final int TOKEN = 1 << 5;
    private static final int IMPRESSIONS = 1 << 6;
    private static final int PLACEMENT = 1 << 7;
    private static final int VALUE = 1 << 8;
    private static final int CURRENCY = 1 << 9;
    private static final int CONSENT = 1 << 10;
    private static final int ATTRIBUTES = 1 << 11;
    private static final int SEALED = 1 << 12;

    private static final EventType[] TYPES = types();

    private EventCodec() {}

    static void write(RowWriter to, LoggedEvent event) {
        int flags = flags(event);
        to.putUnsigned(flags)
                .putByte(code(event.type()))
                .putUnsigned(event.visitor())
                .putSigned(event.receivedAt())
                .putSigned(event.receivedAt() - event.time());
        if ((flags & USER) != 0) {
            to.putUnsigned(event.user());
        }
        putText(to, flags, EVENT_ID, event.eventId());
        putText(to, flags, SESSION, event.sessionId());
        if ((flags & PRODUCTS) != 0) {
            writeProducts(to, event.products());
        }
        putText(to, flags, QUERY, event.searchQuery());
        putText(to, flags, TOKEN, event.attributionToken());
        if ((flags & IMPRESSIONS) != 0) {
            writeImpressions(to, event.impressions());
        }
        putText(to, flags, PLACEMENT, event.placement());
        if ((flags & VALUE) != 0) {
            to.putDouble(event.value());
        }
        putText(to, flags, CURRENCY, event.currency());
        putText(to, flags, CONSENT, event.consent());
        if ((flags & ATTRIBUTES) != 0) {
            AttributeCodec.write(to, event.attributes());
        }
        if ((flags & SEALED) != 0) {
            byte[] sealed = event.sealed().bytes();
            to.putBlock(sealed, 0, sealed.length);
        }
    }

    private static int flags(LoggedEvent event) {
        return (event.user() != 0 ? USER : 0)
                | (event.eventId().isEmpty() ? 0 : EVENT_ID)
                | (event.sessionId().isEmpty() ? 0 : SESSION)
                | (event.products().isEmpty() ? 0 : PRODUCTS)
                | (event.searchQuery().isEmpty() ? 0 : QUERY)
                | (event.attributionToken().isEmpty() ? 0 : TOKEN)
                | (event.impressions().isEmpty() ? 0 : IMPRESSIONS)
                | (event.placement().isEmpty() ? 0 : PLACEMENT)
                | (Double.isNaN(event.value()) ? 0 : VALUE)
                | (event.currency().isEmpty() ? 0 : CURRENCY)
                | (event.consent().isEmpty() ? 0 : CONSENT)
                | (event.attributes().isEmpty() ? 0 : ATTRIBUTES)
                | (event.sealed().isEmpty() ? 0 : SEALED);
    }

    static LoggedEvent read(RowReader from, long offset) {
        int flags = (int) from.getUnsigned();
        EventType type = type(from.getByte());
        long visitor = from.getUnsigned();
        long receivedAt = from.getSigned();
        long time = receivedAt - from.getSigned();
        return new LoggedEvent(
                offset,
                visitor,
                (flags & USER) == 0 ? 0 : from.getUnsigned(),
                type,
                time,
                receivedAt,
                getText(from, flags, EVENT_ID),
                getText(from, flags, SESSION),
                (flags & PRODUCTS) == 0 ? List.<ProductDetail>of() : readProducts(from),
                getText(from, flags, QUERY),
                getText(from, flags, TOKEN),
                (flags & IMPRESSIONS) == 0 ? List.<Impression>of() : readImpressions(from),
                getText(from, flags, PLACEMENT),
                (flags & VALUE) == 0 ? Double.NaN : from.getDouble(),
                getText(from, flags, CURRENCY),
                getText(from, flags, CONSENT),
                (flags & ATTRIBUTES) == 0
                        ? Map.<String, AttributeValue>of()
                        : AttributeCodec.read(from),
                (flags & SEALED) == 0
                        ? SealedAttributes.NONE
                        : SealedAttributes.of(from.getBlock()));
    }

    private static void putText(RowWriter to, int flags, int flag, String text) {
        if ((flags & flag) != 0) {
            to.putText(text);
        }
    }

    private static String getText(RowReader from, int flags, int flag) {
        return (flags & flag) == 0 ? "" : from.getText();
    }

    private static void writeProducts(RowWriter to, List<ProductDetail> products) {
        int count = products.size();
        to.putUnsigned(count);
        for (int i = 0; i < count; i++) {
            ProductDetail product = products.get(i);
            boolean several = product.quantity() != 1;
            boolean priced = !Double.isNaN(product.price());
            to.putText(product.id()).putByte((several ? 1 : 0) | (priced ? 2 : 0));
            if (several) {
                to.putDouble(product.quantity());
            }
            if (priced) {
                to.putDouble(product.price());
            }
        }
    }

    private static List<ProductDetail> readProducts(RowReader from) {
        ProductDetail[] products = new ProductDetail[from.getLength()];
        for (int i = 0; i < products.length; i++) {
            String id = from.getText();
            int has = from.getByte();
            double quantity = (has & 1) == 0 ? 1 : from.getDouble();
            double price = (has & 2) == 0 ? Double.NaN : from.getDouble();
            products[i] = new ProductDetail(id, quantity, price);
        }
        return List.of(products);
    }

    private static void writeImpressions(RowWriter to, List<Impression> impressions) {
        int count = impressions.size();
        to.putUnsigned(count);
        for (int i = 0; i < count; i++) {
            Impression impression = impressions.get(i);
            boolean weighed = !Double.isNaN(impression.propensity());
            to.putText(impression.id()).putSigned(impression.position()).putByte(weighed ? 1 : 0);
            if (weighed) {
                to.putDouble(impression.propensity());
            }
        }
    }

    private static List<Impression> readImpressions(RowReader from) {
        Impression[] impressions = new Impression[from.getLength()];
        for (int i = 0; i < impressions.length; i++) {
            String id = from.getText();
            int position = (int) from.getSigned();
            double propensity = from.getByte() == 0 ? Double.NaN : from.getDouble();
            impressions[i] = new Impression(id, position, propensity);
        }
        return List.of(impressions);
    }

    /** Stored codes are given here and not by the order of the enum, which may change. */
    private static int code(EventType type) {
        return switch (type) {
            case SEARCH -> 1;
            case COMPLETION -> 2;
            case HOME_PAGE_VIEW -> 3;
            case CATEGORY_PAGE_VIEW -> 4;
            case DETAIL_PAGE_VIEW -> 5;
            case IMPRESSION -> 6;
            case CLICK -> 7;
            case ADD_TO_CART -> 8;
            case REMOVE_FROM_CART -> 9;
            case SHOPPING_CART_PAGE_VIEW -> 10;
            case PURCHASE_COMPLETE -> 11;
            case REFUND -> 12;
            case RATING -> 13;
            case AD_IMPRESSION -> 14;
            case AD_CLICK -> 15;
            case STOCK_CHANGE -> 16;
        };
    }

    private static EventType[] types() {
        EventType[] types = new EventType[EventType.values().length];
        for (EventType type : EventType.values()) {
            types[code(type) - 1] = type;
        }
        return types;
    }

    private static EventType type(int code) {
        if (code < 1 || code > TYPES.length) {
            throw new VitrineException(
                    DataError.STORE_FAILED,
                    "a stored event has type code " + code + ", expected 1 to " + TYPES.length);
        }
        return TYPES[code - 1];
    }
}
