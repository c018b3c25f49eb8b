package dev.vitrine.data.feature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.data.catalog.Availability;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.catalog.ProductChange;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CatalogFactsTest {
    private final CatalogFacts facts = new CatalogFacts();

    @Test
    void knowsCategoryBrandAndPrice() {
        put(3, product("a", List.of("Home", "Kitchen"), "Acme", 9.5).build());

        assertThat(facts.categoryName(facts.category(3))).isEqualTo("Kitchen");
        assertThat(facts.categoryName(facts.parent(facts.category(3)))).isEqualTo("Home");
        assertThat(facts.parent(facts.parent(facts.category(3)))).isEqualTo(-1);
        assertThat(facts.brandName(facts.brand(3))).isEqualTo("Acme");
        assertThat(facts.price(3)).isEqualTo(9.5f);
    }

    @Test
    void itemsInBetweenThatWereNeverSetHaveNothing() {
        put(3, product("a", List.of("Home"), "Acme", 1).build());

        assertThat(facts.exists(1)).isFalse();
        assertThat(facts.category(1)).isEqualTo(-1);
        assertThat(facts.brand(1)).isEqualTo(-1);
        assertThat(facts.category(99)).isEqualTo(-1);
    }

    @Test
    void equalPathsAreOneCategoryAndEqualStepsUnderOtherParentsAreNot() {
        put(0, product("a", List.of("Home", "Lamps"), "", 1).build());
        put(1, product("b", List.of("Home", "Lamps"), "", 1).build());
        put(2, product("c", List.of("Garden", "Lamps"), "", 1).build());

        assertThat(facts.category(0)).isEqualTo(facts.category(1));
        assertThat(facts.category(0)).isNotEqualTo(facts.category(2));
    }

    @Test
    void soldOutExpiredAndDeletedAreNotSellable() {
        put(0, product("a", List.of(), "", 1).availability(Availability.OUT_OF_STOCK).build());
        put(1, product("b", List.of(), "", 1).expiresAt(1000).build());
        put(2, product("c", List.of(), "", 1).build());

        assertThat(facts.sellable(0, 0)).isFalse();
        assertThat(facts.sellable(1, 999)).isTrue();
        assertThat(facts.sellable(1, 1000)).isFalse();
        assertThat(facts.sellable(2, Long.MAX_VALUE - 1)).isTrue();

        long before = facts.version();
        facts.apply(List.of(new ProductChange(9, 2, "c", Optional.empty())));

        assertThat(facts.sellable(2, 0)).isFalse();
        assertThat(facts.exists(2)).isFalse();
        assertThat(facts.version()).isGreaterThan(before);
    }

    private static dev.vitrine.data.catalog.ProductBuilder product(
            String id, List<String> path, String brand, double price) {
        return Product.builder(id)
                .categories(path.isEmpty() ? List.of() : List.of(path))
                .brand(brand)
                .price(price);
    }

    private void put(int number, Product product) {
        facts.apply(List.of(new ProductChange(1, number, product.id(), Optional.of(product))));
    }
}
