package dev.vitrine.retrieval.lexical;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.data.catalog.Availability;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.catalog.ProductChange;
import dev.vitrine.retrieval.candidate.TopItems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is meant beside what has the words. */
class MeantTest {
    private static final int KETTLES = 250;
    private static final int ALL = 400;

    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init")
    private ProductIndex index;

    /** Kettles of two brands up to 250, boilers from there on; prices are the numbers. */
    private static Product product(int item) {
        boolean kettle = item < KETTLES;
        return Product.builder("p" + item)
                .title((kettle ? "Kettle " : "Boiler ") + (item % 7 == 0 ? "steel kettle" : "red"))
                .brand(item % 2 == 0 ? "Acme" : "Other")
                .price(item)
                .availability(item == 301 ? Availability.OUT_OF_STOCK : Availability.IN_STOCK)
                .build();
    }

    @BeforeEach
    void open() {
        List<Product> products = new ArrayList<>();
        for (int item = 0; item < ALL; item++) {
            products.add(product(item));
        }
        index = Indexes.of(directory, products);
    }

    @AfterEach
    void close() {
        index.close();
    }

    private static Meant meant(float weight, int... items) {
        TopItems near = new TopItems(items.length);
        for (int place = 0; place < items.length; place++) {
            near.offer(items[place], 1f - place * .001f);
        }
        near.sort();
        return Meant.of(near, weight);
    }

    private LexicalResult search(LexicalQuery query) {
        return index.search(query);
    }

    private static List<Integer> items(LexicalResult result) {
        return result.hits().stream().map(LexicalResult.Hit::item).toList();
    }

    private static Map<String, Long> counts(LexicalResult result) {
        Map<String, Long> counts = new TreeMap<>();
        result.facets().getFirst().values().forEach(v -> counts.put(v.value(), v.count()));
        return counts;
    }

    @Test
    void whatNoWordFindsIsShownAlone() {
        assertThat(search(LexicalQuery.of("teapot", 10)).match())
                .isEqualTo(LexicalResult.Match.NONE);
        LexicalResult found =
                search(
                        LexicalQuery.of("teapot", 10)
                                .withMeant(meant(.5f, 300, 5, 301))
                                .withFacets(List.of(FacetRequest.of("brand"))));
        assertThat(items(found)).containsExactly(300, 5, 301);
        assertThat(found.total()).isEqualTo(3);
        assertThat(found.match()).isEqualTo(LexicalResult.Match.SIMILAR);
        assertThat(counts(found)).isEqualTo(Map.of("Acme", 1L, "Other", 2L));
        LexicalResult cheapest =
                search(
                        LexicalQuery.of("teapot", 2)
                                .withMeant(meant(.5f, 300, 5, 301))
                                .withOrder(SortOrder.PRICE_ASCENDING));
        assertThat(items(cheapest)).containsExactly(5, 300);
        assertThat(cheapest.total()).isEqualTo(3);
    }

    @Test
    void wordsAndMeaningAddUp() {
        LexicalResult words = search(LexicalQuery.of("kettle", 10));
        int last = items(words).getLast();
        LexicalResult both = search(LexicalQuery.of("kettle", 10).withMeant(meant(.5f, last, 300)));
        assertThat(items(both).getFirst()).isEqualTo(last);
        assertThat(both.total()).isEqualTo(words.total() + 1);
        // Half of what the best by words has is less than any of these have.
        assertThat(items(both)).doesNotContain(300);
        LexicalResult more = search(LexicalQuery.of("kettle", 10).withMeant(meant(2f, 300)));
        assertThat(items(more).getFirst()).isEqualTo(300);
        assertThat(more.match()).isEqualTo(LexicalResult.Match.FULL);
    }

    /** Nothing is moved by what weighs nothing, wherever the list was put together. */
    @Test
    void whatWeighsNothingChangesNoOrder() {
        for (String text : List.of("kettle", "steel boiler kettle", "red steel acme")) {
            LexicalQuery query = LexicalQuery.of(text, 60);
            List<Integer> words = items(search(query));
            assertThat(words).hasSizeGreaterThan(10);
            assertThat(items(search(query.withMeant(meant(0, 300, 5, 77)))))
                    .startsWith(words.toArray(Integer[]::new));
        }
    }

    @Test
    void filtersHoldForWhatIsMeant() {
        LexicalQuery query =
                LexicalQuery.of("teapot", 10)
                        .withMeant(meant(.5f, 300, 5, 301, 6))
                        .withFacets(List.of(FacetRequest.of("brand")));
        LexicalResult found =
                search(query.withFilter(FilterExpression.parse("brand: ANY(\"Acme\")")));
        assertThat(items(found)).containsExactly(300, 6);
        assertThat(found.total()).isEqualTo(2);
        // A facet is counted without the filter's conditions on its own field.
        assertThat(counts(found)).isEqualTo(Map.of("Acme", 2L, "Other", 2L));
        assertThat(search(query.withFilter(FilterExpression.parse("price > 1000"))).total())
                .isZero();
    }

    @Test
    void whatIsGoneOrSoldOutIsNotShownAsIfItWereThere() {
        index.apply(List.of(new ProductChange(1_000, 300, "p300", Optional.empty())));
        index.apply(List.of(new ProductChange(1_001, 5, "p5", Optional.of(product(5)))));
        index.refresh();
        LexicalResult found =
                search(LexicalQuery.of("teapot", 10).withMeant(meant(.5f, 300, 301, 5, 9_999)));
        assertThat(items(found)).containsExactly(5, 301);
    }

    @Test
    void aNumberOfAnArticleMeansNothingElse() {
        assertThat(items(search(LexicalQuery.of("p123", 10).withMeant(meant(2f, 300)))))
                .containsExactly(123);
    }

    @Test
    void everythingIsPagedThroughOnce() {
        SplittableRandom random = new SplittableRandom(3);
        int[] near = random.ints(0, ALL).distinct().limit(Meant.MOST).toArray();
        for (String text : List.of("kettle", "steel kettle boiler", "red kettle")) {
            LexicalQuery query = LexicalQuery.of(text, 40).withMeant(meant(.35f, near));
            List<Integer> paged = new ArrayList<>();
            LexicalResult page = search(query);
            for (int from = 0; from < page.total(); from += 40) {
                page = search(query.withPage(from, 40));
                paged.addAll(items(page));
            }
            assertThat(paged).hasSize((int) page.total());
            assertThat(new HashSet<>(paged)).hasSameSizeAs(paged);
            assertThat(items(search(query.withPage(0, ALL)))).isEqualTo(paged);
        }
    }

    @Test
    void everyDocumentIsFoundWhereverItLies() {
        List<ProductChange> changes = new ArrayList<>();
        for (int item = ALL - 1; item >= 0; item -= 3) {
            changes.add(
                    new ProductChange(2_000 - item, item, "p" + item, Optional.of(product(item))));
        }
        index.apply(changes);
        index.refresh();
        for (int item = 0; item < ALL; item++) {
            assertThat(items(search(LexicalQuery.of("teapot", 2).withMeant(meant(1f, item)))))
                    .containsExactly(item);
        }
    }
}
