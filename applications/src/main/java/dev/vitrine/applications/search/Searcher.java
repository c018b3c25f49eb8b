package dev.vitrine.applications.search;

import dev.vitrine.retrieval.lexical.Completion;
import dev.vitrine.retrieval.lexical.FilterExpression;
import dev.vitrine.retrieval.lexical.LexicalQuery;
import dev.vitrine.retrieval.lexical.LexicalResult;
import dev.vitrine.retrieval.lexical.Meant;
import dev.vitrine.retrieval.lexical.ProductIndex;
import dev.vitrine.retrieval.lexical.SortOrder;
import dev.vitrine.retrieval.text.MeaningSearch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Answers searches from one index, with the signals of one release. Safe for concurrent callers.
 */
public final class Searcher {
    private static final int RECOMMENDED = 10;

    private final ProductIndex index;
    private final ItemLookup items;
    private final Signals signals;
    private final Optional<MeaningSearch> meaning;

    /**
     * @param meaning finds products beside those that have the words; empty to search by words
     *     alone
     */
    public Searcher(
            ProductIndex index,
            ItemLookup items,
            Signals signals,
            Optional<MeaningSearch> meaning) {
        this.index = index;
        this.items = items;
        this.signals = signals;
        this.meaning = meaning;
    }

    /**
     * @throws dev.vitrine.kernel.error.VitrineException FILTER_SYNTAX, SEARCH_INVALID or
     *     PAGE_TOKEN_INVALID when the request cannot be read
     */
    public SearchResponse search(SearchRequest request) {
        PageTokens.Page page = PageTokens.page(request);
        int offset = page.offset();
        Optional<FilterExpression> filter =
                request.filter().isBlank()
                        ? Optional.empty()
                        : Optional.of(FilterExpression.parse(request.filter()));
        // A page that follows one by words alone goes on in the order of that.
        Optional<Meant> meant =
                request.query().isBlank() || page.wordsAlone()
                        ? Optional.empty()
                        : meaning.flatMap(m ->
                                m.search(request.query())
                                        .map(near -> Meant.of(near, m.terms().weight())));
        LexicalResult found =
                index.search(
                        new LexicalQuery(
                                request.query(),
                                filter,
                                request.facets(),
                                SortOrder.parse(request.orderBy()),
                                offset,
                                request.pageSize(),
                                signals.popularity(),
                                signals.personal(request),
                                signals.clicks(request.query()),
                                meant.orElse(Meant.NOTHING),
                                request.explain()));
        List<SearchResponse.Result> results = new ArrayList<>(found.hits().size());
        for (LexicalResult.Hit hit : found.hits()) {
            results.add(result(hit.item(), hit.score(), hit.reasons()));
        }
        int next = offset + results.size();
        boolean more = !results.isEmpty() && next < found.total();
        return new SearchResponse(
                results,
                found.facets(),
                found.correctedText(),
                found.total(),
                more ? PageTokens.at(request, new PageTokens.Page(next, meant.isEmpty())) : "",
                found.match(),
                meant.isPresent(),
                found.total() == 0 ? instead(request, filter) : List.of());
    }

    /** At most {@code n} ways to finish what is being typed, best first. */
    public List<Completion> complete(String text, int n) {
        return index.complete(text, n, signals.popularity());
    }

    private List<SearchResponse.Result> instead(
            SearchRequest request, Optional<FilterExpression> filter) {
        List<SearchResponse.Result> shown = new ArrayList<>();
        for (int item : signals.instead(request, RECOMMENDED)) {
            SearchResponse.Result result = result(item, 0, List.of("nothing fits the search"));
            boolean allowed =
                    filter.isEmpty() || result.product().filter(filter.get()::matches).isPresent();
            if (allowed && shown.size() < RECOMMENDED) {
                shown.add(result);
            }
        }
        return shown;
    }

    private SearchResponse.Result result(int item, double score, List<String> reasons) {
        return new SearchResponse.Result(items.idOf(item), item, score, items.get(item), reasons);
    }
}
