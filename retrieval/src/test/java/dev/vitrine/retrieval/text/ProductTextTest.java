package dev.vitrine.retrieval.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.catalog.Product;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProductTextTest {
    private static Product lamp(String title, String brand) {
        return Product.builder("1")
                .title(title)
                .brand(brand)
                .description("Warm light")
                .categories(List.of(List.of("Home", "Lamps")))
                .tags(List.of("new"))
                .attributes(
                        Map.of(
                                "lamp_base",
                                new AttributeValue.Text(List.of("E27")),
                                "weight",
                                new AttributeValue.Numeric(List.of(300.0)),
                                "dimmable",
                                new AttributeValue.Flag(true),
                                "outdoor",
                                new AttributeValue.Flag(false),
                                "ean",
                                new AttributeValue.Text(List.of("4025112026881")),
                                "model",
                                new AttributeValue.Text(List.of("desk LAMP")),
                                "legal",
                                new AttributeValue.Text(List.of("x".repeat(41)))))
                .build();
    }

    @Test
    void theBrandIsNamedOnce() {
        assertThat(ProductText.title(lamp("LUMO Desk lamp", "Lumo"))).isEqualTo("LUMO Desk lamp");
        assertThat(ProductText.title(lamp("Desk lamp", "Lumo"))).isEqualTo("Lumo Desk lamp");
        assertThat(ProductText.title(lamp("Desk lamp", ""))).isEqualTo("Desk lamp");
    }

    @Test
    void whatHasATextComesBeforeWhatHasANumber() {
        assertThat(ProductText.properties(lamp("Desk lamp", "")))
                .isEqualTo("Home Lamps new lamp base E27 dimmable weight");
    }

    @Test
    void aDocumentIsAllOfIt() {
        assertThat(ProductText.document(lamp("Desk lamp", "Lumo")))
                .isEqualTo(
                        "Lumo Desk lamp Warm light Home Lamps new lamp base E27 dimmable"
                                + " weight");
        assertThat(ProductText.document(Product.ofId("7"))).isEmpty();
    }
}
