package dev.vitrine.data.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.Impression;
import dev.vitrine.data.event.ProductDetail;
import dev.vitrine.kernel.error.VitrineException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Samples are written after the public documentation of each format. */
class EventFormatTest {
    private static final long TIME = Instant.parse("2026-03-01T08:00:00Z").toEpochMilli();

    private static List<Event> read(EventFormat format, String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return format.read(bytes, 0, bytes.length);
    }

    @Test
    void googlePurchase() {
        Event event =
                read(
                                EventFormat.GOOGLE,
                                """
                                {"eventType":"purchase-complete","visitorId":"v1",
                                 "eventTime":"2026-03-01T08:00:00Z","attributionToken":"at",
                                 "userInfo":{"userId":"u1"},"sessionId":"s1",
                                 "productDetails":[
                                   {"product":{"id":"p1","priceInfo":{"price":9.5}},"quantity":2},
                                   {"product":{"name":"projects/x/products/p2"}}],
                                 "purchaseTransaction":
                                   {"id":"t1","revenue":19.0,"currencyCode":"USD"},
                                 "attributes":{"store":{"text":["north"]},
                                               "age":{"numbers":[30.5]}},
                                 "uri":"http://shop/x"}
                                """)
                        .getFirst();
        assertThat(event.type()).isEqualTo(EventType.PURCHASE_COMPLETE);
        assertThat(event.time()).isEqualTo(TIME);
        assertThat(event.visitorId()).isEqualTo("v1");
        assertThat(event.userId()).isEqualTo("u1");
        assertThat(event.eventId()).isEqualTo("purchase-t1");
        assertThat(event.value()).isEqualTo(19);
        assertThat(event.currency()).isEqualTo("USD");
        assertThat(event.products())
                .containsExactly(
                        new ProductDetail("p1", 2, 9.5), new ProductDetail("p2", 1, Double.NaN));
        assertThat(event.attributes())
                .isEqualTo(
                        Map.of(
                                "store", new AttributeValue.Text(List.of("north")),
                                "age", new AttributeValue.Numeric(List.of(30.5)),
                                "uri", new AttributeValue.Text(List.of("http://shop/x"))));
    }

    @Test
    void googleInSnakeCase() {
        Event event =
                read(
                                EventFormat.GOOGLE,
                                """
                                {"event_type":"search","visitor_id":"v","search_query":"lamp",
                                 "event_time":"2026-03-01T08:00:00Z"}
                                """)
                        .getFirst();
        assertThat(event.searchQuery()).isEqualTo("lamp");
        assertThat(event.time()).isEqualTo(TIME);
    }

    @Test
    void personalizePutEvents() {
        List<Event> events =
                read(
                        EventFormat.PERSONALIZE,
                        """
                        {"trackingId":"x","userId":"u","sessionId":"s","eventList":[
                          {"eventType":"AddToCart","itemId":"p1","sentAt":1772352000,
                           "eventId":"e1","properties":"{\\"quantity\\":3,\\"color\\":\\"red\\"}"},
                          {"eventType":"watch-trailer","itemId":"p2","sentAt":1772352000,
                           "impression":["p2","p3"],"recommendationId":"r"}]}
                        """);
        assertThat(events).hasSize(2);
        assertThat(events.get(0).type()).isEqualTo(EventType.ADD_TO_CART);
        assertThat(events.get(0).time()).isEqualTo(TIME);
        assertThat(events.get(0).userId()).isEqualTo("u");
        assertThat(events.get(0).visitorId()).isEqualTo("s");
        assertThat(events.get(0).products())
                .containsExactly(new ProductDetail("p1", 3, Double.NaN));
        assertThat(events.get(0).attributes())
                .containsEntry("color", new AttributeValue.Text(List.of("red")));
        assertThat(events.get(1).type()).isEqualTo(EventType.CLICK);
        assertThat(events.get(1).attributes())
                .containsEntry("eventType", new AttributeValue.Text(List.of("watch-trailer")));
        assertThat(events.get(1).attributionToken()).isEqualTo("r");
        assertThat(events.get(1).impressions())
                .containsExactly(
                        new Impression("p2", 1, Double.NaN), new Impression("p3", 2, Double.NaN));
    }

    @Test
    void ga4Export() {
        Event event =
                read(
                                EventFormat.GA4,
                                """
                                {"event_name":"purchase","event_timestamp":1772352000000000,
                                 "user_pseudo_id":"12.34","user_id":null,
                                 "event_params":[
                                   {"key":"ga_session_id","value":{"int_value":77}},
                                   {"key":"currency","value":{"string_value":"EUR"}},
                                   {"key":"page_title","value":{"string_value":"Thanks"}}],
                                 "ecommerce":{"purchase_revenue":20.5,"transaction_id":"T9"},
                                 "items":[{"item_id":"p1","price":10.25,"quantity":2}]}
                                """)
                        .getFirst();
        assertThat(event.type()).isEqualTo(EventType.PURCHASE_COMPLETE);
        assertThat(event.time()).isEqualTo(TIME);
        assertThat(event.visitorId()).isEqualTo("12.34");
        assertThat(event.sessionId()).isEqualTo("77");
        assertThat(event.value()).isEqualTo(20.5);
        assertThat(event.eventId()).isEqualTo("transaction-T9");
        assertThat(event.products()).containsExactly(new ProductDetail("p1", 2, 10.25));
        assertThat(event.attributes())
                .containsEntry("page_title", new AttributeValue.Text(List.of("Thanks")));
    }

    @Test
    void ga4MeasurementProtocol() {
        List<Event> events =
                read(
                        EventFormat.GA4,
                        """
                        {"client_id":"c","user_id":"u","timestamp_micros":"1772352000000000",
                         "events":[
                           {"name":"view_item","params":{"items":[{"item_id":"p1","price":5}]}},
                           {"name":"scroll","params":{}},
                           {"name":"view_item_list","params":{"items":[
                             {"item_id":"p2","index":4},{"item_id":"p3"}]}},
                           {"name":"search","params":{"search_term":"lamp"}}]}
                        """);
        assertThat(events)
                .extracting(Event::type)
                .containsExactly(
                        EventType.DETAIL_PAGE_VIEW, EventType.IMPRESSION, EventType.SEARCH);
        assertThat(events).extracting(Event::time).containsOnly(TIME);
        assertThat(events.get(0).products()).containsExactly(new ProductDetail("p1", 1, 5));
        assertThat(events.get(1).impressions())
                .containsExactly(
                        new Impression("p2", 4, Double.NaN), new Impression("p3", 2, Double.NaN));
        assertThat(events.get(2).searchQuery()).isEqualTo("lamp");
    }

    @Test
    void ubiQueryAndEventMeetByTheQueryId() {
        Event query =
                read(
                                EventFormat.UBI,
                                """
                                {"query_id":"q1","user_query":"lamp","client_id":"c",
                                 "timestamp":"2026-03-01T08:00:00Z",
                                 "query_response_hit_ids":["p1","p2"]}
                                """)
                        .getFirst();
        assertThat(query.type()).isEqualTo(EventType.SEARCH);
        assertThat(query.attributionToken()).isEqualTo("q1");
        assertThat(query.impressions()).extracting(Impression::id).containsExactly("p1", "p2");
        Event click =
                read(
                                EventFormat.UBI,
                                """
                                {"action_name":"item_click","query_id":"q1","client_id":"c",
                                 "timestamp":1772352000000,"message":"clicked",
                                 "event_attributes":{"position":{"ordinal":2},
                                   "object":{"object_id":"p2","object_id_field":"id"}}}
                                """)
                        .getFirst();
        assertThat(click.type()).isEqualTo(EventType.CLICK);
        assertThat(click.time()).isEqualTo(TIME);
        assertThat(click.attributionToken()).isEqualTo("q1");
        assertThat(click.products()).containsExactly(new ProductDetail("p2", 1, Double.NaN));
        assertThat(click.attributes())
                .containsEntry("position", new AttributeValue.Numeric(List.of(2.0)));
        assertThat(read(EventFormat.UBI, "{\"action_name\":\"page_exit\",\"client_id\":\"c\"}"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    GOOGLE | {"eventType":"buy","visitorId":"v"} | eventType | found 'buy'
                    GOOGLE | {"eventType":"search"} | visitorId | is missing
                    GOOGLE | {"eventType":"search","visitorId":"v","productDetails":[{"quantity":1}]} | productDetails[0].product.id | is missing
                    PERSONALIZE | {"USER_ID":"u","TIMESTAMP":1} | ITEM_ID | is missing
                    PERSONALIZE | {"sessionId":"s","eventList":[{"sentAt":1}]} | eventList[0].eventType | is missing
                    GA4 | {"event_name":"view_item","user_pseudo_id":"u","items":7} | items | expected a list
                    GA4 | {"event_name":"purchase"} | user_pseudo_id | is missing
                    UBI | {"user_query":"x","client_id":"c"} | query_id | is missing
                    """)
    void aWrongFieldIsNamed(EventFormat format, String json, String field, String message) {
        assertThatThrownBy(() -> read(format, json))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> {
                            assertThat(e.field()).contains(field);
                            assertThat(e.getMessage()).contains(message);
                        });
    }
}
