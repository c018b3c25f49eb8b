package dev.vitrine.retrieval.lexical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.catalog.Availability;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.catalog.ProductChange;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ProductIndexTest {
    private static final List<Product> SHOP =
            List.of(
                    product("0", "Logitech MX-510 wireless mouse", "Logitech", "Mice", 40),
                    product("1", "Gel mouse pad black", "Kensington", "Mouse Pads", 10),
                    product("2", "HDMI cable 2 m", "C2G", "Cables", 8),
                    product("3", "HDMI cable 5m gold", "C2G", "Cables", 15),
                    product("4", "Acme external drive 500 GB", "Acme", "Drives", 60),
                    product("5", "无线鼠标 静音", "小米", "鼠标", 12),
                    product("6", "Studio headset", "Sony", "Audio", 99),
                    product("7", "Wireless keyboard", "Logitech", "Keyboards", 35).toBuilder()
                            .description("Quiet keys. Works beside any mouse.")
                            .build());

    @TempDir Path directory;
    private Path base = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private ProductIndex index;

    @BeforeEach
    void open() {
        base = directory.resolve("base");
        Indexes.build(base, SHOP);
        index = Indexes.open(base, directory.resolve("working"));
    }

    @AfterEach
    void close() {
        index.close();
    }

    @Test
    void aWordThatEveryTextHasFindsOnlyWhatIsCalledSo() {
        List<Product> films =
                List.of(
                        product("0", "A Star Is Born", "", "Films", 9),
                        product("1", "Lamp", "", "Lamps", 9).toBuilder()
                                .description("A lamp for a desk.")
                                .build());
        try (ProductIndex shop = Indexes.of(directory.resolve("films"), films)) {
            assertThat(Indexes.items(shop, "a")).containsExactly(0);
            assertThat(Indexes.items(shop, "for a")).isEmpty();
            assertThat(Indexes.items(shop, "a lamp")).containsExactly(1);
        }
    }

    @Test
    void accentsMakeNoDifference() {
        List<Product> sweets =
                List.of(
                        product("0", "Crème brûlée", "", "Desserts", 9),
                        product("1", "Cre\u0300me fraîche", "", "Dairy", 3),
                        product("2", "Creme soap", "", "Bath", 2));
        try (ProductIndex shop = Indexes.of(directory.resolve("sweets"), sweets)) {
            for (String typed : List.of("creme", "crème", "CRE\u0300ME")) {
                assertThat(Indexes.items(shop, typed)).containsExactlyInAnyOrder(0, 1, 2);
            }
            assertThat(Indexes.items(shop, "creme brulee")).startsWith(0);
        }
    }

    @Test
    void findsTheWholeQueryFirstAndPartsOfItAfterwards() {
        LexicalResult found = index.search(LexicalQuery.of("wireless mouse", 20));
        assertThat(found.match()).isEqualTo(LexicalResult.Match.FULL);
        assertThat(items("wireless mouse")).startsWith(0, 7).contains(1);
        assertThat(index.search(LexicalQuery.of("wireless cable", 20)).match())
                .isEqualTo(LexicalResult.Match.PARTIAL);
    }

    @Test
    void meetsModelsUnitsAndWordsWrittenApart() {
        assertThat(items("mx510")).containsExactly(0);
        assertThat(items("MX 510")).startsWith(0);
        assertThat(items("500gb")).containsExactly(4);
        assertThat(items("drive 500 gb")).startsWith(4);
        assertThat(items("hdmi cable 2m")).startsWith(2);
        assertThat(items("mice")).contains(0);
    }

    @Test
    void findsIdsAndArticleNumbersExactly() {
        Product tagged =
                product("SKU-77/A", "Plain thing", "Nobody", "Things", 1).toBuilder()
                        .attributes(
                                Map.of("ean", new AttributeValue.Text(List.of("0882780756328"))))
                        .build();
        apply(new ProductChange(100, 8, tagged.id(), Optional.of(tagged)));
        assertThat(items("sku-77/a")).startsWith(8);
        assertThat(items("0882780756328")).containsExactly(8);
    }

    @Test
    void correctsWordsThatNoProductHas() {
        LexicalResult found = index.search(LexicalQuery.of("wireles mose", 20));
        assertThat(found.correctedText()).isEqualTo("wireless mouse");
        assertThat(found.match()).isEqualTo(LexicalResult.Match.CORRECTED);
        assertThat(found.hits().getFirst().item()).isEqualTo(0);
    }

    @Test
    void saysWhenNothingFits() {
        for (String nonsense : List.of("netflix", "qqqqzzzz", "xkcd zzyzx mouse plugh", "!!!")) {
            LexicalResult found = index.search(LexicalQuery.of(nonsense, 20));
            assertThat(found.match()).as(nonsense).isEqualTo(LexicalResult.Match.NONE);
            assertThat(found.total()).isZero();
        }
    }

    @Test
    void findsChinese() {
        assertThat(items("鼠标")).containsExactly(5);
        assertThat(items("无线鼠标")).startsWith(5);
        assertThat(items("小米鼠标")).startsWith(5);
    }

    @Test
    void usesSynonyms() {
        IndexSettings settings =
                IndexSettings.DEFAULT.withSynonyms(
                        SynonymList.of(List.of("# comment", "disk > external drive", "mat = pad")));
        try (ProductIndex other = Indexes.open(base, directory.resolve("synonyms"), settings)) {
            assertThat(Indexes.items(other, "disk")).containsExactly(4);
            assertThat(Indexes.items(other, "mouse mat")).startsWith(1);
        }
        assertThat(items("disk")).isEmpty();
    }

    @Test
    void lowersWhatIsSoldOutAndRaisesWhatIsWanted() {
        Product soldOut = SHOP.get(2).toBuilder().availability(Availability.OUT_OF_STOCK).build();
        apply(new ProductChange(50, 2, "2", Optional.of(soldOut)));
        assertThat(items("hdmi cable")).containsExactly(3, 2);
        LexicalQuery wanted =
                LexicalQuery.of("wireless", 5)
                        .withPriors(item -> item == 7 ? 1f : 0f, ItemPrior.NONE, ItemPrior.NONE)
                        .explained();
        LexicalResult.Hit first = index.search(wanted).hits().getFirst();
        assertThat(first.item()).isEqualTo(7);
        assertThat(first.reasons()).contains("popular with shoppers");
    }

    @Test
    @Timeout(20)
    void showsChangesSoon() throws InterruptedException {
        Product fresh = product("new", "Brand new teapot", "Acme", "Kitchen", 20);
        index.apply(List.of(new ProductChange(60, 8, "new", Optional.of(fresh))));
        assertThat(index.sequence()).isEqualTo(60);
        awaitItems("teapot", List.of(8));
        index.apply(List.of(new ProductChange(61, 8, "new", Optional.empty())));
        awaitItems("teapot", List.of());
        assertThat(index.size()).isEqualTo(SHOP.size());
    }

    /** The refresh is every 100 ms; a busy machine may take longer over one. */
    private void awaitItems(String text, List<Integer> expected) throws InterruptedException {
        for (int tenth = 0; tenth < 150 && !items(text).equals(expected); tenth++) {
            Thread.sleep(Duration.ofMillis(100));
        }
        assertThat(items(text)).isEqualTo(expected);
    }

    /** Interrupted in a write, upkeep would close the index's files and lock under it. */
    @Test
    void closingLeavesUpkeepToFinish() {
        Duration often = Duration.ofNanos(1);
        IndexSettings like = IndexSettings.DEFAULT;
        IndexSettings busy =
                new IndexSettings(
                        often,
                        often,
                        like.commitChanges(),
                        like.writeBuffer(),
                        like.maskCache(),
                        like.synonyms());
        Path busyOne = directory.resolve("busy");
        for (int round = 0; round < 40; round++) {
            try (ProductIndex closing = Indexes.open(base, busyOne, busy)) {
                for (int change = 0; change < 5; change++) {
                    closing.apply(
                            List.of(
                                    new ProductChange(
                                            60 + 5 * round + change,
                                            8,
                                            "new",
                                            Optional.of(
                                                    product(
                                                            "new",
                                                            "Teapot " + change,
                                                            "Acme",
                                                            "Kitchen",
                                                            20)))));
                }
            }
        }
    }

    @Test
    void countsFacetsAsACountByHandDoes() {
        LexicalQuery everything =
                LexicalQuery.of("", 1)
                        .withFacets(
                                List.of(
                                        FacetRequest.of("brand"),
                                        FacetRequest.of("categories"),
                                        FacetRequest.of("availability"),
                                        new FacetRequest(
                                                new FilterField("price"), 10, List.of(12.0, 40.0)),
                                        FacetRequest.of("attributes.colour")));
        LexicalResult found = index.search(everything);
        assertThat(found.total()).isEqualTo(8);
        assertThat(counts(found, 0)).containsEntry("Logitech", 2L).containsEntry("C2G", 2L);
        assertThat(counts(found, 1)).containsEntry("Shop", 8L).containsEntry("Shop > Cables", 2L);
        assertThat(counts(found, 2)).isEqualTo(Map.of("in-stock", 8L));
        assertThat(counts(found, 3)).isEqualTo(Map.of("-12", 2L, "12-40", 3L, "40-", 3L));
        assertThat(counts(found, 4)).isEqualTo(Map.of("black", 4L, "white", 4L));
    }

    @Test
    void aFacetIsNotNarrowedByItsOwnFilter() {
        LexicalResult found =
                index.search(
                        LexicalQuery.of("", 20)
                                .withFilter(
                                        FilterExpression.parse(
                                                "brand: ANY(\"C2G\") AND price < 20"))
                                .withFacets(
                                        List.of(
                                                FacetRequest.of("brand"),
                                                FacetRequest.of("categories"))));
        assertThat(found.total()).isEqualTo(2);
        assertThat(counts(found, 0)).isEqualTo(Map.of("C2G", 2L, "Kensington", 1L, "小米", 1L));
        assertThat(counts(found, 1)).isEqualTo(Map.of("Shop", 2L, "Shop > Cables", 2L));
    }

    private static Map<String, Long> counts(LexicalResult found, int facet) {
        Map<String, Long> counts = new HashMap<>();
        found.facets().get(facet).values().forEach(v -> counts.put(v.value(), v.count()));
        return counts;
    }

    @Test
    void sortsAndPages() {
        LexicalQuery all = LexicalQuery.of("", 20);
        assertThat(numbers(all.withOrder(SortOrder.PRICE_ASCENDING))).startsWith(2, 1, 5);
        assertThat(numbers(all.withOrder(SortOrder.PRICE_DESCENDING))).startsWith(6, 4, 0);
        assertThat(numbers(all.withOrder(SortOrder.TITLE_ASCENDING))).startsWith(4, 1, 2);
        assertThat(numbers(all.withOrder(SortOrder.NEWEST))).startsWith(7, 6, 5);
        List<Integer> paged = new ArrayList<>();
        for (int from = 0; from < 9; from += 3) {
            paged.addAll(numbers(all.withPage(from, 3)));
        }
        assertThat(paged).isEqualTo(numbers(all)).hasSize(8);
    }

    private List<Integer> numbers(LexicalQuery query) {
        return index.search(query).hits().stream().map(LexicalResult.Hit::item).toList();
    }

    @Test
    void hostileQueriesAreJustQueries() {
        List<String> hostile =
                List.of(
                        "a".repeat(100_000),
                        "word ".repeat(10_000),
                        Stream.iterate(0, i -> i + 1)
                                .limit(10_000)
                                .map(i -> "t" + i)
                                .reduce("", (a, b) -> a + " " + b),
                        "+(mouse AND [* TO *]) || title:\"x\"~5^9 /re(gex/ \\",
                        "\u0000\u0001\u001f\ud800\udc00\ud800",
                        "mouse\u0000\u001f pad",
                        "%s%n${jndi:x}<script>",
                        "'''\"\"\"((((",
                        "鼠".repeat(600));
        for (String text : hostile) {
            assertThat(index.search(LexicalQuery.of(text, 5)).hits()).hasSizeLessThanOrEqualTo(5);
            assertThat(index.complete(text, 5, ItemPrior.NONE)).hasSizeLessThanOrEqualTo(5);
        }
        assertThat(items("mouse\u0000\u001f pad")).startsWith(1);
    }

    @Test
    void aWorkingCopyIsTakenUpAgainAndTheBaseIsNotTouched() throws IOException {
        List<String> before = files(base);
        Product fresh = product("new", "Brand new teapot", "Acme", "Kitchen", 20);
        apply(new ProductChange(70, 8, "new", Optional.of(fresh)));
        index.close();
        index = Indexes.open(base, directory.resolve("working"));
        assertThat(index.sequence()).isEqualTo(70);
        assertThat(items("teapot")).containsExactly(8);
        assertThat(files(base)).isEqualTo(before);
        try (ProductIndex beside = Indexes.open(base, directory.resolve("beside"))) {
            assertThat(beside.sequence()).isEqualTo(SHOP.size());
            assertThat(Indexes.items(beside, "teapot")).isEmpty();
        }
    }

    @Test
    void aCrashLosesOnlyWhatIsAppliedAgain() throws IOException {
        Path crashed = directory.resolve("crashed");
        Path copy = directory.resolve("copy");
        try (ProductIndex running = Indexes.open(base, crashed, Indexes.still())) {
            Product fresh = product("new", "Brand new teapot", "Acme", "Kitchen", 20);
            running.apply(List.of(new ProductChange(70, 8, "new", Optional.of(fresh))));
            Files.createDirectories(copy);
            for (String name : files(crashed)) {
                if (!name.equals("write.lock")) {
                    Files.copy(crashed.resolve(name), copy.resolve(name));
                }
            }
        }
        try (ProductIndex again = Indexes.open(base, copy)) {
            assertThat(again.sequence()).isEqualTo(SHOP.size());
            assertThat(again.size()).isEqualTo(SHOP.size());
        }
    }

    @Test
    void aDamagedWorkingCopyIsMadeAgain() throws IOException {
        Path damaged = Files.createDirectories(directory.resolve("damaged"));
        Files.writeString(damaged.resolve("segments_1"), "not an index");
        Files.writeString(damaged.resolve("_0.si"), "nor this");
        try (ProductIndex again = Indexes.open(base, damaged)) {
            assertThat(again.size()).isEqualTo(SHOP.size());
        }
    }

    @Test
    void saysWhatIsWrongWithABase() throws IOException {
        Path empty = Files.createDirectories(directory.resolve("empty"));
        assertThatExceptionOfType(VitrineException.class)
                .isThrownBy(() -> Indexes.open(empty, directory.resolve("w")))
                .withMessageContaining("no finished index")
                .matches(e -> e.code() == RetrievalError.INDEX_MALFORMED);
        assertThatExceptionOfType(VitrineException.class)
                .isThrownBy(() -> IndexBuilder.create(base))
                .withMessageContaining("not empty");
    }

    @Test
    void aClosedIndexSaysSo() {
        try (ProductIndex other = Indexes.open(base, directory.resolve("other"))) {
            other.close();
            assertThatExceptionOfType(VitrineException.class)
                    .isThrownBy(() -> Indexes.items(other, "mouse"))
                    .matches(e -> e.code() == RetrievalError.INDEX_CLOSED);
        }
    }

    @Test
    void completes() {
        assertThat(texts("log")).startsWith("Logitech");
        assertThat(texts("wireless m")).contains("Logitech MX-510 wireless mouse");
        assertThat(texts("无线")).contains("无线鼠标 静音");
        index.learnSearches(Map.of("hdmi switch", 9f));
        assertThat(texts("hd")).startsWith("hdmi switch");
        assertThat(texts("")).isEmpty();
        assertThat(index.complete("m", 3, ItemPrior.NONE)).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void masksFollowTheIndex() {
        FilterExpression cheap = FilterExpression.parse("price < 12");
        assertThat(index.mask(cheap).cardinality()).isEqualTo(2);
        assertThat(index.mask(cheap)).isSameAs(index.mask(cheap));
        apply(new ProductChange(90, 2, "2", Optional.empty()));
        assertThat(index.mask(cheap).contains(2)).isFalse();
        assertThat(index.mask(cheap).contains(1)).isTrue();
    }

    private List<String> texts(String typed) {
        return index.complete(typed, 8, ItemPrior.NONE).stream().map(Completion::text).toList();
    }

    private List<Integer> items(String text) {
        return Indexes.items(index, text);
    }

    private void apply(ProductChange change) {
        index.apply(List.of(change));
        index.refresh();
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static Product product(
            String id, String title, String brand, String category, double price) {
        boolean even = !id.isEmpty() && (id.charAt(id.length() - 1) & 1) == 0;
        return Product.builder(id)
                .title(title)
                .brand(brand)
                .categories(List.of(List.of("Shop", category)))
                .price(price)
                .attributes(
                        Map.of(
                                "colour",
                                new AttributeValue.Text(List.of(even ? "black" : "white"))))
                .publishedAt(id.length() == 1 ? id.charAt(0) : 0)
                .build();
    }
}
