package dev.vitrine.retrieval.lexical;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.catalog.Availability;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.retrieval.candidate.ItemMask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** The index and the filter itself find the same products, and its text is read back as it was. */
class FilterProperties {
    private static final List<Product> PRODUCTS = products();
    private static final List<ProductIndex> OPEN = new ArrayList<>();
    private static final List<Path> FOLDERS = new ArrayList<>();

    @BeforeContainer
    static void open() throws IOException {
        Path directory = Files.createTempDirectory("filters");
        FOLDERS.add(directory);
        OPEN.add(Indexes.of(directory, PRODUCTS));
    }

    @AfterContainer
    static void close() throws IOException {
        OPEN.forEach(ProductIndex::close);
        try (Stream<Path> files = Files.walk(FOLDERS.getFirst())) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    @Property(tries = 400)
    void indexAndProductAgree(@ForAll("filters") FilterExpression filter) {
        ItemMask mask = OPEN.getFirst().mask(filter);
        for (int item = 0; item < PRODUCTS.size(); item++) {
            assertThat(mask.contains(item))
                    .as("%s on %s", filter, PRODUCTS.get(item))
                    .isEqualTo(filter.matches(PRODUCTS.get(item)));
        }
    }

    @Property(tries = 400)
    void itsTextIsReadBack(@ForAll("filters") FilterExpression filter) {
        FilterExpression back = FilterExpression.parse(filter.toString());
        assertThat(back).isEqualTo(filter);
    }

    @Property(tries = 1000)
    void anyTextIsReadOrRefused(@ForAll("pieces") String text) {
        try {
            assertThat(FilterExpression.parse(text).toString()).isNotEmpty();
        } catch (dev.vitrine.kernel.error.VitrineException e) {
            assertThat(e.code()).isEqualTo(dev.vitrine.retrieval.RetrievalError.FILTER_SYNTAX);
        }
    }

    @Provide
    Arbitrary<String> pieces() {
        return Arbitraries.of(
                        "brand",
                        ":",
                        "ANY",
                        "(",
                        ")",
                        "\"a\"",
                        ",",
                        " ",
                        "AND",
                        "OR",
                        "NOT",
                        "price",
                        "IN",
                        "<",
                        ">=",
                        "1",
                        "2.5e",
                        "*",
                        "-",
                        "\\",
                        "\"",
                        "\u0000",
                        "attributes.x",
                        "\ud800")
                .list()
                .ofMaxSize(20)
                .map(parts -> String.join(" ", parts));
    }

    @Provide
    Arbitrary<FilterExpression> filters() {
        return nested(3);
    }

    private static Arbitrary<FilterExpression> nested(int depth) {
        if (depth == 0) {
            return Arbitraries.oneOf(texts(), ranges());
        }
        Arbitrary<FilterExpression> part = nested(depth - 1);
        Arbitrary<List<FilterExpression>> parts = part.list().ofMinSize(2).ofMaxSize(3);
        return Arbitraries.oneOf(
                texts(),
                ranges(),
                part.map(FilterExpression.Not::new),
                parts.map(FilterExpression.And::new),
                parts.map(FilterExpression.Or::new));
    }

    private static Arbitrary<FilterExpression> texts() {
        Arbitrary<String> fields =
                Arbitraries.of(
                        "brand",
                        "categories",
                        "tags",
                        "availability",
                        "id",
                        "attributes.colour",
                        "attributes.screen size");
        Arbitrary<List<String>> values =
                Arbitraries.of(
                                "acme",
                                "ACME ",
                                "A \"quoted\" \\ one",
                                "Home",
                                "Home > Lamps",
                                "sale",
                                "in-stock",
                                "p3",
                                "red",
                                "Red",
                                "60",
                                "nothing")
                        .list()
                        .ofMinSize(1)
                        .ofMaxSize(3);
        return Combinators.combine(fields, values)
                .as((field, any) -> new FilterExpression.Any(new FilterField(field), any));
    }

    private static Arbitrary<FilterExpression> ranges() {
        Arbitrary<String> fields =
                Arbitraries.of("price", "availableQuantity", "attributes.screen size");
        Arbitrary<Double> lows =
                Arbitraries.of(Double.NEGATIVE_INFINITY, -1.0, -0.0, 0.0, 10.0, 19.99, 60.0);
        Arbitrary<Double> highs =
                Arbitraries.of(Double.POSITIVE_INFINITY, 0.0, 10.0, 19.99, 60.0, 1e12);
        return Combinators.combine(fields, lows, Arbitraries.of(true, false), highs)
                .as((field, low, inclusive, high) ->
                        new FilterExpression.Range(
                                new FilterField(field),
                                low,
                                inclusive || Double.isInfinite(low),
                                high,
                                inclusive || Double.isInfinite(high)));
    }

    private static List<Product> products() {
        Random random = new Random(7);
        double[] prices = {Double.NaN, 0, -0.0, 10, 19.99, 20, 60, 500};
        List<Product> products = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Map<String, AttributeValue> attributes =
                    switch (random.nextInt(3)) {
                        case 0 -> Map.of();
                        case 1 -> Map.of("colour", new AttributeValue.Text(List.of("Red", "Blue")));
                        default ->
                                Map.of(
                                        "screen size",
                                        new AttributeValue.Numeric(
                                                List.of(prices[1 + random.nextInt(7)], 60.0)));
                    };
            products.add(
                    Product.builder("p" + i)
                            .title("product " + i)
                            .brand(random.nextBoolean() ? "Acme" : "A \"quoted\" \\ one")
                            .categories(
                                    random.nextBoolean()
                                            ? List.of(List.of("Home", "Lamps"))
                                            : List.of())
                            .tags(random.nextBoolean() ? List.of("Sale") : List.of())
                            .price(prices[random.nextInt(prices.length)])
                            .availableQuantity(random.nextInt(30) - 1)
                            .availability(Availability.values()[random.nextInt(4)])
                            .attributes(attributes)
                            .build());
        }
        return products;
    }
}
