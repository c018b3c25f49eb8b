package dev.vitrine.data.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.data.DataError;
import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.catalog.Product;
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

class EventJsonTest {
    @Test
    void everyFieldComesThrough() {
        Event event =
                EventJson.read(
                        """
                        {"eventId":"e1","eventType":"purchase-complete","visitorId":"v","userId":7,
                         "sessionId":"s","eventTime":"2026-11-21T10:15:30.250+01:00",
                         "productDetails":[{"id":"a","quantity":2,"price":9.5},{"id":4}],
                         "searchQuery":"mouse","attributionToken":"t","placement":"home",
                         "impressions":[{"id":"a","position":1,"propensity":0.25}],
                         "value":19,"currency":"EUR","consent":"all",
                         "attributes":{"shop":"north","sizes":[1,2.5]},
                         "campaign":{"name":"x","paid":true},"nothing":null}
                        """);
        assertThat(event.type()).isEqualTo(EventType.PURCHASE_COMPLETE);
        assertThat(event.userId()).isEqualTo("7");
        assertThat(event.time())
                .isEqualTo(Instant.parse("2026-11-21T09:15:30.250Z").toEpochMilli());
        assertThat(event.products())
                .containsExactly(
                        new ProductDetail("a", 2, 9.5), new ProductDetail("4", 1, Double.NaN));
        assertThat(event.impressions()).containsExactly(new Impression("a", 1, 0.25));
        assertThat(event.value()).isEqualTo(19);
        assertThat(event.attributes())
                .isEqualTo(
                        Map.of(
                                "shop", new AttributeValue.Text(List.of("north")),
                                "sizes", new AttributeValue.Numeric(List.of(1.0, 2.5)),
                                "campaign.name", new AttributeValue.Text(List.of("x")),
                                "campaign.paid", new AttributeValue.Flag(true)));
        assertThat(EventJson.read(EventJson.write(event))).isEqualTo(event);
    }

    @Test
    void absentTimeIsMarkedAndEpochMillisecondsAreRead() {
        assertThat(EventJson.read("{\"eventType\":\"search\"}").time()).isEqualTo(Product.NO_TIME);
        assertThat(EventJson.read("{\"eventType\":\"search\",\"eventTime\":1430623510000}").time())
                .isEqualTo(1_430_623_510_000L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"visitorId":"v"} | eventType | eventType: is missing
                    {"eventType":"buy"} | eventType | found 'buy'
                    {"eventType":"search","visitorId":["v"]} | visitorId | visitorId: expected a text, found a list
                    {"eventType":"search","eventTime":"yesterday"} | eventTime | found 'yesterday'
                    {"eventType":"search","eventTime":"2026-02-30T00:00:00Z"} | eventTime | RFC 3339
                    {"eventType":"search","eventTime":1.5} | eventTime | found 1.5
                    {"eventType":"click","productDetails":{}} | productDetails | expected a list
                    {"eventType":"click","productDetails":[{"id":"a"},{"price":"9"}]} | productDetails[1].price | expected a number, found '9'
                    {"eventType":"click","productDetails":[{}]} | productDetails[0].id | is missing
                    {"eventType":"click","impressions":[{"id":"a","propensity":0}]} | impressions[0].propensity | above 0
                    {"eventType":"search","value":1e999} | value | range of a double
                    {"eventType":"search","currency":"DOUBLOONS"} | currency | has 9 characters, at most 8
                    """)
    void aWrongFieldIsNamed(String json, String field, String message) {
        assertThatThrownBy(() -> EventJson.read(json))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> {
                            assertThat(e.field()).contains(field);
                            assertThat(e.getMessage()).contains(message);
                        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"eventType":"search" | not JSON
                    [1] | expected a JSON object, found a list
                    {"eventType":"search"} x | not JSON
                    {"eventType":"search"} {} | after the end of the JSON object
                    {"eventType":search} | not JSON
                    """)
    void whatIsNoObjectIsRefused(String json, String message) {
        assertThatThrownBy(() -> EventJson.read(json))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> {
                            assertThat(e.code()).isEqualTo(DataError.EVENT_INVALID);
                            assertThat(e.getMessage()).contains(message);
                        });
    }

    @Test
    void invalidUtf8IsRefusedWithItsPosition() {
        byte[] json =
                "{\"eventType\":\"search\",\"searchQuery\":\"caf?\"}"
                        .getBytes(StandardCharsets.UTF_8);
        int at = new String(json, StandardCharsets.UTF_8).indexOf('?');
        json[at] = (byte) 0xE9;
        assertThatThrownBy(() -> EventJson.read(json))
                .hasMessage("byte " + at + " (0xE9) is not UTF-8");
    }

    @Test
    void deepNestingAndManyAttributesAreBounded() {
        String deep =
                "{\"eventType\":\"search\",\"x\":" + "{\"x\":".repeat(100) + "1" + "}".repeat(101);
        assertThatThrownBy(() -> EventJson.read(deep)).hasMessageContaining("not JSON");
        StringBuilder many = new StringBuilder("{\"eventType\":\"search\"");
        for (int i = 0; i <= EventJson.MAX_ATTRIBUTES; i++) {
            many.append(",\"k").append(i).append("\":1");
        }
        assertThatThrownBy(() -> EventJson.read(many.append('}').toString()))
                .hasMessageContaining("attributes: has more than 200 entries");
    }
}
