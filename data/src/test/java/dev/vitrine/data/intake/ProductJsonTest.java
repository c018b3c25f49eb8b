package dev.vitrine.data.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.catalog.Availability;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.kernel.error.VitrineException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProductJsonTest {
    private static final String LAMP =
            """
            {"title":"Lamp","description":"A lamp","brand":"Lux",
             "categories":[["Home","Light"],"Office > Desk"],"price":19.5,"originalPrice":25,
             "cost":7,"currency":"EUR","availability":"preorder","availableQuantity":3,
             "attributes":{"watt":11,"dimmable":true,"colour":["red","blue"]},"tags":["new"],
             "imageUri":"http://x/i.png","uri":"http://x","language":"en",
             "publishedAt":"2026-01-01T00:00:00Z","expiresAt":1798761600000,"id":"l1","shelf":"B4"}
            """;

    @Test
    void everyFieldComesThrough() {
        Product lamp = ProductJson.read(LAMP);
        assertThat(lamp.id()).isEqualTo("l1");
        assertThat(lamp.categories())
                .containsExactly(List.of("Home", "Light"), List.of("Office", "Desk"));
        assertThat(lamp.availability()).isEqualTo(Availability.PREORDER);
        assertThat(lamp.availableQuantity()).isEqualTo(3);
        assertThat(lamp.attributes())
                .isEqualTo(
                        Map.of(
                                "watt", new AttributeValue.Numeric(List.of(11.0)),
                                "dimmable", new AttributeValue.Flag(true),
                                "colour", new AttributeValue.Text(List.of("red", "blue")),
                                "shelf", new AttributeValue.Text(List.of("B4"))));
        assertThat(ProductJson.read(ProductJson.write(lamp))).isEqualTo(lamp);
    }

    @Test
    void aFieldThatIsGivenTwiceIsRefused() {
        assertThatThrownBy(() -> ProductJson.read("{\"id\":\"a\",\"price\":1,\"price\":2}"))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("price");
    }

    @Test
    void aPatchIsHeldToTheSameBounds() {
        Product lamp = ProductJson.read(LAMP);
        for (String patch : List.of("{\"price\":1e308}", "{\"currency\":\"EURO\"}")) {
            assertThatThrownBy(
                            () -> ProductJson.patch(lamp, patch.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(VitrineException.class)
                    .hasMessageContaining(patch.contains("price") ? "at most" : "ISO 4217");
        }
    }

    @Test
    void aPatchChangesWhatItNames() {
        Product lamp = ProductJson.read(LAMP);
        String patch =
                "{\"price\":null,\"availability\":\"out-of-stock\","
                        + "\"attributes\":{\"watt\":null,\"base\":\"E27\"}}";
        Product after = ProductJson.patch(lamp, patch.getBytes(StandardCharsets.UTF_8));
        assertThat(after.price()).isNaN();
        assertThat(after.title()).isEqualTo("Lamp");
        assertThat(after.availability()).isEqualTo(Availability.OUT_OF_STOCK);
        assertThat(after.attributes()).containsKeys("base", "dimmable").doesNotContainKey("watt");
        assertThatThrownBy(() ->
                        ProductJson.patch(lamp, "{\"id\":\"z\"}".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("cannot change from 'l1' to 'z'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"title":"x"} | id | id: is missing
                    {"id":""} | id | id: is missing
                    {"id":"a","price":-1} | price | must not be negative, found -1
                    {"id":"a","price":1e308} | price | must be at most 1.0E12, found 1e308
                    {"id":"a","originalPrice":1000000000001} | originalPrice | must be at most
                    {"id":"a","currency":"EURO"} | currency | ISO 4217, such as EUR, found 'EURO'
                    {"id":"a","currency":"eur"} | currency | ISO 4217, such as EUR, found 'eur'
                    {"id":"a","price":"12.50"} | price | expected a number, found '12.50'
                    {"id":"a","availability":"sold"} | availability | one of in-stock
                    {"id":"a","availableQuantity":1.5} | availableQuantity | expected a whole number
                    {"id":"a","categories":[[1]]} | categories[0][0] | expected a text
                    {"id":"a","publishedAt":true} | publishedAt | RFC 3339
                    """)
    void aWrongFieldIsNamed(String json, String field, String message) {
        assertThatThrownBy(() -> ProductJson.read(json))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> {
                            assertThat(e.field()).contains(field);
                            assertThat(e.getMessage()).contains(message);
                        });
    }
}
