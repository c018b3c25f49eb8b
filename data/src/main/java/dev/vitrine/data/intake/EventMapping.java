package dev.vitrine.data.intake;

import dev.vitrine.data.DataError;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.ProductDetail;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes events of the rows of a shop's own files. */
final class EventMapping {
    private final MappedColumns cells = new MappedColumns(DataError.EVENT_INVALID);
    private final CellReader eventType;
    private final CellReader eventTime;
    private final @Nullable CellReader eventId;
    private final @Nullable CellReader visitorId;
    private final @Nullable CellReader userId;
    private final @Nullable CellReader sessionId;
    private final @Nullable CellReader itemId;
    private final @Nullable CellReader quantity;
    private final @Nullable CellReader price;
    private final @Nullable CellReader searchQuery;
    private final @Nullable CellReader attributionToken;
    private final @Nullable CellReader placement;
    private final @Nullable CellReader value;
    private final @Nullable CellReader currency;
    private final @Nullable CellReader consent;
    private final AttributeMapping attributes;
    private final String defaultCurrency;

    EventMapping(EventInput input, EventFields fields, String defaultCurrency) {
        this.defaultCurrency = defaultCurrency;
        this.eventType = cells.needed("eventType", fields.eventType());
        this.eventTime = cells.needed("eventTime", fields.eventTime());
        this.eventId = cells.find("eventId", fields.eventId());
        this.visitorId = cells.find("visitorId", fields.visitorId());
        this.userId = cells.find("userId", fields.userId());
        this.sessionId = cells.find("sessionId", fields.sessionId());
        this.itemId = cells.find("itemId", fields.itemId());
        this.quantity = cells.find("quantity", fields.quantity());
        this.price = cells.find("price", fields.price());
        this.searchQuery = cells.find("searchQuery", fields.searchQuery());
        this.attributionToken = cells.find("attributionToken", fields.attributionToken());
        this.placement = cells.find("placement", fields.placement());
        this.value = cells.find("value", fields.value());
        this.currency = cells.find("currency", fields.currency());
        this.consent = cells.find("consent", fields.consent());
        this.attributes =
                new AttributeMapping(
                        input.attributes(),
                        Set.copyOf(cells.columns()),
                        false,
                        EventJson.MAX_ATTRIBUTES,
                        DataError.EVENT_INVALID);
        input.attributes().forEach(each -> cells.also(each.column()));
    }

    /** The columns that the file must have. */
    Set<String> columns() {
        return cells.columns();
    }

    /**
     * @throws dev.vitrine.kernel.error.VitrineException EVENT_INVALID or FIELD_MISSING, naming
     *     field and column
     */
    Event read(Row row) {
        EventBuilder event = new EventBuilder();
        String type = eventType.text(row, EventJson.MAX_ID);
        if (type.isEmpty()) {
            throw eventType.missing();
        }
        EventType known = EventTypes.find(type);
        if (known == null) {
            throw eventType.fail("expected one of " + EventTypes.NAMES + ", found '" + type + "'");
        }
        event.type = known;
        event.time = eventTime.time(row);
        if (event.time == Product.NO_TIME) {
            throw eventTime.missing();
        }
        event.eventId = text(eventId, row, EventJson.MAX_ID);
        event.userId = text(userId, row, EventJson.MAX_ID);
        String visitor = text(visitorId, row, EventJson.MAX_ID);
        // A shop that knows its users only has no visitor ids; one person, one id.
        event.visitorId = visitorId == null ? event.userId : visitor;
        event.sessionId = text(sessionId, row, EventJson.MAX_ID);
        event.products = products(row);
        event.searchQuery = text(searchQuery, row, EventJson.MAX_QUERY);
        event.attributionToken = text(attributionToken, row, EventJson.MAX_TOKEN);
        event.placement = text(placement, row, EventJson.MAX_ID);
        event.value = value == null ? Double.NaN : value.number(row);
        String own = text(currency, row, 8);
        event.currency = own.isEmpty() ? defaultCurrency : own;
        event.consent = text(consent, row, EventJson.MAX_ID);
        event.attributes().putAll(attributes.read(row));
        return event.build();
    }

    private List<ProductDetail> products(Row row) {
        if (itemId == null) {
            return List.of();
        }
        double pieces = quantity == null ? Double.NaN : quantity.number(row);
        double each = price == null ? Double.NaN : price.amount(row);
        List<ProductDetail> products = new ArrayList<>(1);
        for (String id : itemId.texts(row, EventJson.MAX_PRODUCTS, Product.MAX_ID_LENGTH)) {
            products.add(new ProductDetail(id, Double.isNaN(pieces) ? 1 : pieces, each));
        }
        return products;
    }

    private static String text(@Nullable CellReader cell, Row row, int most) {
        return cell == null ? "" : cell.text(row, most);
    }
}
