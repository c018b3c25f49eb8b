package dev.vitrine.data.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogTest {
    @TempDir Path directory;

    private static Product product(String id, double price) {
        return Product.builder(id)
                .title("Title of " + id)
                .categories(List.of(List.of("Home", "Kitchen"), List.of("Gifts")))
                .price(price)
                .availability(Availability.PREORDER)
                .availableQuantity(-1)
                .attributes(
                        Map.of(
                                "colour", new AttributeValue.Text(List.of("red", "größer")),
                                "size", new AttributeValue.Numeric(List.of(1.5, -2.0)),
                                "new", new AttributeValue.Flag(true)))
                .tags(List.of("a", "b"))
                .publishedAt(1234)
                .build();
    }

    @Test
    void keepsProductsAcrossOpenings() {
        Product mug = product("mug", 9.5);
        try (Catalog catalog = Catalog.open(directory)) {
            catalog.upsert(List.of(mug, product("cup", 3)));
        }
        try (Catalog catalog = Catalog.open(directory)) {
            assertThat(catalog.get("mug")).contains(mug);
            assertThat(catalog.get(new int[] {1, 7, 0})).containsExactly(product("cup", 3), mug);
            assertThat(catalog.numberOf("cup")).isEqualTo(1);
            assertThat(catalog.idOf(1)).isEqualTo("cup");
            assertThat(catalog.size()).isEqualTo(2);
            assertThat(catalog.sequence()).isEqualTo(2);
        }
    }

    @Test
    void productsOfTheSameNumbersHaveTheSameFingerprint() {
        try (Catalog one = Catalog.open(directory.resolve("one"));
                Catalog other = Catalog.open(directory.resolve("other"));
                Catalog turned = Catalog.open(directory.resolve("turned"))) {
            one.upsert(List.of(product("a", 1), product("bc", 2), product("d", 3)));
            other.upsert(List.of(product("a", 9), product("bc", 2)));
            other.delete("bc");
            turned.upsert(List.of(product("ab", 1), product("c", 2), product("a", 1)));
            assertThat(one.fingerprint(2)).isEqualTo(other.fingerprint(2)).hasSize(64);
            assertThat(one.fingerprint(3)).isNotEqualTo(one.fingerprint(2));
            assertThat(one.fingerprint(2)).isNotEqualTo(turned.fingerprint(2));
            assertThat(one.fingerprint(0)).isEqualTo(turned.fingerprint(0));
        }
    }

    @Test
    void aDeletedProductKeepsItsNumber() {
        try (Catalog catalog = Catalog.open(directory)) {
            catalog.upsert(List.of(product("a", 1), product("b", 2)));
            assertThat(catalog.delete("a").orElseThrow().product()).isEmpty();
            assertThat(catalog.delete("a")).isEmpty();
            assertThat(catalog.delete("never")).isEmpty();
            assertThat(catalog.get("a")).isEmpty();
            assertThat(catalog.numberOf("a")).isZero();
            assertThat(catalog.size()).isEqualTo(1);
            assertThat(catalog.ensure(List.of("c"))).containsExactly(2);
        }
        try (Catalog catalog = Catalog.open(directory)) {
            assertThat(catalog.size()).isEqualTo(2);
            assertThat(catalog.upsert(List.of(product("a", 5))).getFirst().number()).isZero();
            assertThat(catalog.size()).isEqualTo(3);
        }
    }

    @Test
    void onlyRealChangesGetASequence() {
        try (Catalog catalog = Catalog.open(directory)) {
            catalog.upsert(List.of(product("a", 1), product("b", 1)));
            long before = catalog.sequence();
            List<ProductChange> changes =
                    catalog.upsert(List.of(product("a", 1), product("b", 2), product("b", 3)));
            assertThat(changes).extracting(ProductChange::id).containsExactly("b", "b");
            assertThat(catalog.get("b").orElseThrow().price()).isEqualTo(3);
            assertThat(catalog.changesAfter(before, 10))
                    .singleElement()
                    .satisfies(c -> assertThat(c.product()).contains(product("b", 3)));
        }
    }

    @Test
    void changesComeInOrderAndInPages() {
        try (Catalog catalog = Catalog.open(directory)) {
            for (int i = 0; i < 5; i++) {
                catalog.upsert(List.of(product("p" + i, i)));
            }
            catalog.delete("p0");
            assertThat(catalog.changesAfter(0, 3))
                    .extracting(ProductChange::id)
                    .containsExactly("p1", "p2", "p3");
            long at = catalog.changesAfter(0, 3).getLast().sequence();
            assertThat(catalog.changesAfter(at, 3))
                    .extracting(ProductChange::id)
                    .containsExactly("p4", "p0");
        }
    }

    @Test
    void updatesReadModifyWrite() {
        try (Catalog catalog = Catalog.open(directory)) {
            catalog.upsert(List.of(product("a", 1)));
            assertThat(catalog.update("x", p -> p)).isEmpty();
            assertThat(catalog.update("a", p -> p).orElseThrow().sequence()).isEqualTo(1);
            ProductChange change =
                    catalog.update("a", p -> p.toBuilder().price(7).build()).orElseThrow();
            assertThat(change.product().orElseThrow().price()).isEqualTo(7);
            assertThat(change.sequence()).isEqualTo(2);
            assertThatThrownBy(() -> catalog.update("a", p -> product("b", 1)))
                    .isInstanceOf(VitrineException.class)
                    .hasMessageContaining("'b'");
            assertThat(catalog.get("a").orElseThrow().price()).isEqualTo(7);
        }
    }

    @Test
    void aFailedTransactionLeavesNothingBehind() {
        try (Catalog catalog = Catalog.open(directory)) {
            assertThatThrownBy(() -> catalog.ensure(List.of("good", " ")))
                    .isInstanceOf(VitrineException.class);
            assertThat(catalog.numberOf("good")).isEqualTo(-1);
            assertThat(catalog.upsert(List.of(product("other", 1))))
                    .singleElement()
                    .satisfies(c -> assertThat(c.number()).isZero());
            assertThat(catalog.size()).isEqualTo(1);
        }
    }

    @Test
    void refusesAnIdThatIsNoText() {
        try (Catalog catalog = Catalog.open(directory)) {
            assertThatThrownBy(() -> catalog.ensure(List.of("a\uD83D")))
                    .hasMessageContaining("character 1");
            assertThat(catalog.ensure(List.of("a\uD83D\uDE00", "商品", "with\u0000nul")))
                    .containsExactly(0, 1, 2);
        }
        try (Catalog catalog = Catalog.open(directory)) {
            assertThat(catalog.idOf(0)).isEqualTo("a\uD83D\uDE00");
            assertThat(catalog.numberOf("商品")).isEqualTo(1);
            assertThat(catalog.numberOf("with\u0000nul")).isEqualTo(2);
        }
    }

    @Test
    void aReaderSeesWhatAWriterCommits() {
        try (Catalog writer = Catalog.open(directory)) {
            writer.upsert(List.of(product("a", 1)));
            try (Catalog reader = Catalog.openReadOnly(directory)) {
                assertThat(reader.get("a")).contains(product("a", 1));
                writer.upsert(List.of(product("b", 2)));
                writer.delete("a");
                List<ProductChange> seen = new ArrayList<>();
                reader.scan(seen::add);
                assertThat(seen).extracting(ProductChange::id).containsExactly("b");
                assertThat(reader.size()).isEqualTo(1);
                assertThat(reader.idOf(1)).isEqualTo("b");
                assertThatThrownBy(() -> reader.delete("b")).hasMessageContaining("for reading");
            }
        }
    }

    @Test
    void scansMoreThanAPage() {
        try (Catalog catalog = Catalog.open(directory)) {
            List<Product> many = new ArrayList<>();
            for (int i = 0; i < 2500; i++) {
                many.add(Product.ofId("p" + i));
            }
            catalog.upsert(many);
            List<Integer> numbers = new ArrayList<>();
            catalog.scan(change -> numbers.add(change.number()));
            assertThat(numbers).hasSize(2500).isSorted();
        }
    }

    @Test
    void readsGoOnWhileATransactionIsOpen() {
        try (Catalog catalog = Catalog.open(directory)) {
            catalog.upsert(List.of(product("a", 1)));
            catalog.update(
                    "a",
                    before -> {
                        assertThat(catalog.get("a")).contains(before);
                        return before.toBuilder().price(2).build();
                    });
        }
    }

    @Test
    void refusesASecondWriter() {
        try (Catalog first = Catalog.open(directory)) {
            assertThat(first.size()).isZero();
            assertThatThrownBy(() -> Catalog.open(directory))
                    .isInstanceOfSatisfying(
                            VitrineException.class,
                            e -> assertThat(e.code()).isEqualTo(DataError.STORE_IN_USE))
                    .hasMessageContaining(directory.toString());
        }
        Catalog.open(directory).close();
    }

    @Test
    void refusesAnotherFormat() throws SQLException {
        Catalog.open(directory).close();
        try (Connection connection =
                        DriverManager.getConnection(
                                "jdbc:sqlite:" + directory.resolve("catalog.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA user_version=99");
        }
        assertThatThrownBy(() -> Catalog.open(directory))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(DataError.STORE_FORMAT))
                .hasMessageContaining("format 99");
        assertThatThrownBy(() -> Catalog.openReadOnly(directory)).hasMessageContaining("99");
    }

    @Test
    void refusesAFileThatIsNoDatabase() throws IOException {
        Files.writeString(directory.resolve("catalog.db"), "not a database ".repeat(100));
        assertThatThrownBy(() -> Catalog.open(directory))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(DataError.STORE_FORMAT));
    }

    @Test
    void saysWhenThereIsNothingToRead() {
        assertThatThrownBy(() -> Catalog.openReadOnly(directory))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(DataError.FILE_NOT_FOUND));
    }
}
