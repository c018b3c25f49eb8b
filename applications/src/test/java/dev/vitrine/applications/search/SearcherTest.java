package dev.vitrine.applications.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.catalog.ProductChange;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.lexical.FacetRequest;
import dev.vitrine.retrieval.lexical.IndexBuilder;
import dev.vitrine.retrieval.lexical.IndexSettings;
import dev.vitrine.retrieval.lexical.ItemPrior;
import dev.vitrine.retrieval.lexical.LexicalResult;
import dev.vitrine.retrieval.lexical.ProductIndex;
import dev.vitrine.retrieval.text.MeaningSearch;
import dev.vitrine.retrieval.text.TextEncoder;
import dev.vitrine.retrieval.vector.Similarity;
import dev.vitrine.retrieval.vector.VectorTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearcherTest {
    private static final int PRODUCTS = 45;

    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init")
    private ProductIndex index;

    @SuppressWarnings("NullAway.Init")
    private Searcher searcher;

    private final List<Product> products = new ArrayList<>();

    @BeforeEach
    void open() {
        Path base = directory.resolve("base");
        try (IndexBuilder builder = IndexBuilder.create(base)) {
            for (int i = 0; i < PRODUCTS; i++) {
                Product product =
                        Product.builder("lamp" + i)
                                .title("Lamp number " + i)
                                .brand(i % 3 == 0 ? "Acme" : "Other")
                                .price(i)
                                .build();
                products.add(product);
                builder.add(new ProductChange(i + 1L, i, product.id(), Optional.of(product)));
            }
            builder.finish(PRODUCTS);
        }
        index =
                ProductIndex.open(
                        base,
                        directory.resolve("working"),
                        IndexSettings.DEFAULT,
                        Thread.ofPlatform().daemon().factory());
        searcher = new Searcher(index, new Shelf(), new Behaviour(), Optional.empty());
    }

    @AfterEach
    void close() {
        index.close();
    }

    private final class Shelf implements ItemLookup {
        @Override
        public String idOf(int item) {
            return "lamp" + item;
        }

        @Override
        public Optional<Product> get(int item) {
            return item < products.size() ? Optional.of(products.get(item)) : Optional.empty();
        }
    }

    /** The visitor "fan" likes item 20; everybody else gets item 7 when nothing fits. */
    private static final class Behaviour implements Signals {
        @Override
        public ItemPrior popularity() {
            return ItemPrior.NONE;
        }

        @Override
        public ItemPrior personal(SearchRequest request) {
            return item -> request.visitorId().equals("fan") && item == 20 ? 1f : 0f;
        }

        @Override
        public ItemPrior clicks(String query) {
            return item -> query.equals("lamp") && item == 30 ? 1f : 0f;
        }

        @Override
        public List<Integer> instead(SearchRequest request, int count) {
            return List.of(7, 9, 999);
        }
    }

    /** Knows of "light" what it means: what the catalogue has in the second half. */
    private MeaningSearch meaning(AtomicBoolean fails) {
        TextEncoder encoder =
                new TextEncoder() {
                    @Override
                    public int width() {
                        return 2;
                    }

                    @Override
                    public float[] encode(List<String> texts) {
                        if (fails.get()) {
                            throw new VitrineException(RetrievalError.MODEL_INVALID, "no turn");
                        }
                        return texts.getFirst().contains("light")
                                ? new float[] {1, 0}
                                : new float[] {0, 1};
                    }
                };
        VectorTable vectors = VectorTable.empty(Similarity.COSINE, 2, 1);
        for (int item = PRODUCTS / 2; item < PRODUCTS; item++) {
            vectors.put(item, new float[] {1, item * .001f});
        }
        return MeaningSearch.of(encoder, vectors, new MeaningSearch.Terms(.5f, .5f));
    }

    @Test
    void whatIsMeantIsPagedThroughOnce() {
        Searcher fused =
                new Searcher(
                        index,
                        new Shelf(),
                        new Behaviour(),
                        Optional.of(meaning(new AtomicBoolean())));
        SearchRequest request = SearchRequest.of("light").withPage(10, "");
        List<String> seen = new ArrayList<>();
        SearchResponse page = fused.search(request);
        assertThat(page.byMeaning()).isTrue();
        assertThat(page.match()).isEqualTo(LexicalResult.Match.SIMILAR);
        assertThat(page.recommended()).isEmpty();
        page.results().forEach(result -> seen.add(result.id()));
        while (!page.nextPageToken().isEmpty()) {
            page = fused.search(request.withPage(10, page.nextPageToken()));
            page.results().forEach(result -> seen.add(result.id()));
        }
        assertThat(seen).hasSize(PRODUCTS - PRODUCTS / 2).doesNotHaveDuplicates();
    }

    @Test
    void withoutTheEncoderWordsAnswerAndSaySo() {
        AtomicBoolean fails = new AtomicBoolean(true);
        Searcher fused =
                new Searcher(index, new Shelf(), new Behaviour(), Optional.of(meaning(fails)));
        SearchRequest request = SearchRequest.of("lamp light").withPage(10, "");
        SearchResponse first = fused.search(request);
        assertThat(first.byMeaning()).isFalse();
        assertThat(first).isEqualTo(searcher.search(request));
        fails.set(false);
        assertThat(fused.search(request).byMeaning()).isTrue();
        // The second page goes on where the first one was.
        SearchRequest next = request.withPage(10, first.nextPageToken());
        assertThat(fused.search(next)).isEqualTo(searcher.search(next));
    }

    @Test
    void pagesThroughEverythingOnce() {
        SearchRequest request = SearchRequest.of("lamp").withPage(10, "");
        List<String> seen = new ArrayList<>();
        int pages = 0;
        while (true) {
            SearchResponse page = searcher.search(request);
            pages++;
            page.results().forEach(result -> seen.add(result.id()));
            assertThat(page.totalSize()).isEqualTo(PRODUCTS);
            if (page.nextPageToken().isEmpty()) {
                break;
            }
            request = request.withPage(10, page.nextPageToken());
        }
        assertThat(pages).isEqualTo(5);
        assertThat(seen).hasSize(PRODUCTS).doesNotHaveDuplicates();
    }

    @Test
    void refusesTokensOfOtherRequestsAndRubbish() {
        String token = searcher.search(SearchRequest.of("lamp").withPage(10, "")).nextPageToken();
        refused(SearchRequest.of("other").withPage(10, token), "belongs to another request");
        refused(SearchRequest.of("lamp").withPage(20, token), "belongs to another request");
        refused(SearchRequest.of("lamp").withPage(10, "%%%"), "not one that Vitrine gave out");
        refused(SearchRequest.of("lamp").withPage(10, "AAAA"), "not one that Vitrine gave out");
    }

    private void refused(SearchRequest request, String message) {
        assertThatExceptionOfType(VitrineException.class)
                .isThrownBy(() -> searcher.search(request))
                .withMessageContaining(message)
                .matches(e -> e.code() == RetrievalError.PAGE_TOKEN_INVALID);
    }

    @Test
    void raisesWhatFitsTheVisitorAndWhatOthersChose() {
        SearchResponse plain = searcher.search(SearchRequest.of("lamp").explained());
        assertThat(plain.results().getFirst().id()).isEqualTo("lamp30");
        assertThat(plain.results().getFirst().reasons()).contains("often chosen after this search");
        SearchRequest number = SearchRequest.of("number lamp").withVisitor("fan", "");
        SearchResponse personal = searcher.search(number);
        assertThat(personal.results().getFirst().id()).isEqualTo("lamp20");
    }

    @Test
    void filtersSortsAndCounts() {
        SearchResponse found =
                searcher.search(
                        SearchRequest.of("lamp")
                                .withFilter("brand: ANY(\"Acme\") AND price >= 30")
                                .withOrder("price desc")
                                .withFacets(List.of(FacetRequest.of("brand"))));
        assertThat(found.results().stream().map(SearchResponse.Result::id))
                .containsExactly("lamp42", "lamp39", "lamp36", "lamp33", "lamp30");
        assertThat(found.facets().getFirst().values()).hasSize(2);
    }

    @Test
    void recommendsWhenNothingFitsWithinTheFilter() {
        SearchResponse found =
                searcher.search(SearchRequest.of("zzzzqqqq").withFilter("price < 8"));
        assertThat(found.match()).isEqualTo(LexicalResult.Match.NONE);
        assertThat(found.results()).isEmpty();
        assertThat(found.recommended().stream().map(SearchResponse.Result::id))
                .containsExactly("lamp7");
    }

    @Test
    void refusesWhatItCannotRead() {
        assertThatExceptionOfType(VitrineException.class)
                .isThrownBy(() -> searcher.search(SearchRequest.of("x").withOrder("weight up")))
                .withMessageContaining("cannot order by 'weight up'");
        assertThatExceptionOfType(VitrineException.class)
                .isThrownBy(() -> SearchRequest.of("x").withPage(101, ""))
                .withMessageContaining("pageSize is 101");
        assertThatExceptionOfType(VitrineException.class)
                .isThrownBy(() -> FacetRequest.of("colour"))
                .withMessageContaining("no facet 'colour'");
    }

    @Test
    void ndcgIsThatOfTheDefinition() {
        Map<String, Integer> rated = new HashMap<>(Map.of("a", 3, "b", 1, "c", 0));
        assertThat(SearchEvaluation.ndcg(List.of("a", "b"), rated)).isEqualTo(1);
        double swapped =
                (1 + 7 / (Math.log(3) / Math.log(2))) / (7 + 1 / (Math.log(3) / Math.log(2)));
        assertThat(SearchEvaluation.ndcg(List.of("b", "a"), rated)).isEqualTo(swapped);
        assertThat(SearchEvaluation.ndcg(List.of("x", "c"), rated)).isZero();
        assertThat(SearchEvaluation.ndcg(List.of("c"), Map.of("c", 0))).isZero();
    }

    @Test
    void evaluatesBesideTheBaseline() {
        TreeMap<String, Map<String, Integer>> judged = new TreeMap<>();
        judged.put("lamp number 4", Map.of("lamp4", 3));
        judged.put("lamp number 5", Map.of("lamp5", 3));
        List<ProductChange> changes = new ArrayList<>();
        for (Product product : products) {
            int number = changes.size();
            changes.add(new ProductChange(number, number, product.id(), Optional.of(product)));
        }
        Map<String, Double> figures =
                new SearchEvaluation(judged).figures(changes, directory.resolve("scratch"));
        assertThat(figures)
                .containsEntry("ndcgAt10", 1.0)
                .containsEntry("bm25NdcgAt10", 1.0)
                .containsKeys("unjudgedShareAt10", "heldOutNdcgAt10", "bm25HeldOutNdcgAt10");
    }
}
