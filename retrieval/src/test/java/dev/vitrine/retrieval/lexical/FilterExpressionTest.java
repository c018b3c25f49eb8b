package dev.vitrine.retrieval.lexical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.catalog.Availability;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterExpressionTest {
    private static final Product LAMP =
            Product.builder("lamp-1")
                    .brand("Acme")
                    .categories(List.of(List.of("Home", "Lighting", "Lamps")))
                    .price(49.5)
                    .availability(Availability.IN_STOCK)
                    .attributes(
                            Map.of(
                                    "colour", new AttributeValue.Text(List.of("Red", "White")),
                                    "watts", new AttributeValue.Numeric(List.of(60.0)),
                                    "dimmable", new AttributeValue.Flag(true)))
                    .build();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "brand: ANY(\"acme\", \"Other\")",
                "brand:ANY(\"A\",\"Acme\") AND NOT price > 100",
                "(categories: ANY(\"Toys\") OR attributes.colour: ANY(\"red\")) AND price < 50",
                "categories: ANY(\"Home > Lighting\")",
                "availability: ANY(\"in-stock\") AND price: IN(10, 50e)",
                "price: IN(49.5, *)",
                "price: IN(*, 49.5i)",
                "price = 49.5",
                "price != 3e2",
                "-price >= 50",
                "\"attributes.watts\" >= 60 AND attributes.dimmable: ANY(\"true\")",
                "NOT NOT brand: ANY(\"Acme\")",
                "attributes.watts: ANY(\"60\")",
                "NOT originalPrice > 0",
            })
    void findsWhatItDescribes(String filter) {
        assertThat(FilterExpression.parse(filter).matches(LAMP)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "brand: ANY(\"Acm\")",
                "categories: ANY(\"Lighting\")",
                "price: IN(10, 49.5e)",
                "price: IN(49.5e, *)",
                "originalPrice > 0",
                "originalPrice <= 0",
                "NOT brand: ANY(\"Acme\") OR price > 100",
                "attributes.missing: ANY(\"x\")",
            })
    void leavesOutWhatItDoesNotDescribe(String filter) {
        assertThat(FilterExpression.parse(filter).matches(LAMP)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "~~ | position 1",
                "brand | position 6, expected one of : <",
                "brand: SOME(\"a\") | position 8, expected ANY(...) or IN(...)",
                "brand: ANY(a) | position 12, expected a text in double quotes",
                "brand: ANY(\"a\" | position 15, expected ')'",
                "brand: ANY(\"a) | opens at position 12 and is never closed",
                "colour: ANY(\"a\") | position 1, expected a field",
                "price: ANY(\"a\") | holds numbers; use IN",
                "brand > 3 | holds text, with a number; use ANY",
                "price > cheap | position 9, expected a number",
                "price > 1e999 | expected a number that fits a double",
                "price: IN(1 2) | position 13, expected ','",
                "price > 1 price < 2 | position 11, expected AND, OR or the end",
                "price > 1 AND | position 14, expected a field",
                "(price > 1 | position 11, expected ')'",
                "attributes. > 1 | expected a field",
                "cost < 5 | position 1, expected a field",
            })
    void saysWhereItIsWrong(String filter, String message) {
        assertThatExceptionOfType(VitrineException.class)
                .isThrownBy(() -> FilterExpression.parse(filter))
                .withMessageContaining(message)
                .matches(e -> e.code() == RetrievalError.FILTER_SYNTAX)
                .matches(e -> e.field().orElse("").equals("filter"));
    }

    @Test
    void boundsLengthDepthAndValues() {
        assertRefused("(".repeat(40) + "price > 1" + ")".repeat(40), "deeper than 32");
        assertRefused("NOT ".repeat(40) + "price > 1", "deeper than 32");
        assertRefused("price > 1" + " ".repeat(9_000), "at most 8192");
        assertRefused("brand: ANY(" + "\"a\",".repeat(1_000) + "\"a\")", "more than 1000 values");
    }

    private static void assertRefused(String filter, String message) {
        assertThatExceptionOfType(VitrineException.class)
                .isThrownBy(() -> FilterExpression.parse(filter))
                .withMessageContaining(message);
    }
}
