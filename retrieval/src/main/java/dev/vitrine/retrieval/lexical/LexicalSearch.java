package dev.vitrine.retrieval.lexical;

import dev.vitrine.retrieval.candidate.TopItems;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.MultiCollector;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.SortedNumericSortField;
import org.apache.lucene.search.TopFieldCollector;
import org.apache.lucene.search.TopFieldCollectorManager;

/**
 * Runs one search in one snapshot. Products with every word come first. When there are fewer than
 * {@link #ENOUGH} of them, products with most of the words follow, so that the list is neither
 * wrong at its head nor empty at its tail. One search each; not thread-safe.
 */
final class LexicalSearch {
    /** With so many products that have every word nobody misses those that lack one. */
    private static final int ENOUGH = 10;

    private final Snapshot snapshot;
    private final LexicalQuery query;
    private final QueryPlan plan;
    private final Weights weights;
    private final Reranker reranker;

    LexicalSearch(Snapshot snapshot, LexicalQuery query, QueryPlan plan, Weights weights) {
        this.snapshot = snapshot;
        this.query = query;
        this.plan = plan;
        this.weights = weights;
        this.reranker = new Reranker(snapshot, query, plan, weights);
    }

    /** What one query over the index found, best first. */
    private record Found(List<Reranker.Candidate> ranked, long total, List<FacetCounter> facets) {
        static final Found NOTHING = new Found(List.of(), 0, List.of());
    }

    LexicalResult run() throws IOException {
        if (query.text().isBlank()) {
            Query everything = TextQueries.everything(query.filter());
            return result(find(everything), LexicalResult.Match.FULL, this::everythingBut);
        }
        boolean code =
                !plan.code().isEmpty() && snapshot.frequency(IndexFields.CODES, plan.code()) > 0;
        int words = plan.groups().size();
        if (!code && (words == 0 || plan.unknown() > words)) {
            return result(Found.NOTHING, LexicalResult.Match.NONE, filter -> Optional.empty());
        }
        Found all = find(TextQueries.of(plan, words, code, query.filter()));
        int required = words;
        Found found = all;
        while (isRelaxed(all, found) && required > (words + 1) / 2) {
            required--;
            found = find(TextQueries.of(plan, required, code, query.filter()));
        }
        if (required < words && query.order() == SortOrder.RELEVANCE) {
            found = new Found(first(all, found), found.total(), found.facets());
        }
        int needed = required;
        return result(
                found,
                match(all, found),
                filter -> Optional.of(TextQueries.of(plan, needed, code, filter)));
    }

    /** Sorting by something else would bring what fits least to the top, so it relaxes later. */
    private boolean isRelaxed(Found all, Found found) {
        return query.order() == SortOrder.RELEVANCE
                ? found.total() < ENOUGH
                : all.total() == 0 && found.total() == 0;
    }

    private LexicalResult.Match match(Found all, Found found) {
        if (found.total() == 0) {
            return LexicalResult.Match.NONE;
        }
        if (all.total() == 0 || plan.unknown() > 0) {
            return LexicalResult.Match.PARTIAL;
        }
        return plan.correctedText().isEmpty()
                ? LexicalResult.Match.FULL
                : LexicalResult.Match.CORRECTED;
    }

    private static List<Reranker.Candidate> first(Found head, Found tail) {
        List<Reranker.Candidate> ranked = new ArrayList<>(head.ranked());
        Set<Integer> known = new HashSet<>();
        head.ranked().forEach(candidate -> known.add(candidate.document()));
        for (Reranker.Candidate candidate : tail.ranked()) {
            if (!known.contains(candidate.document())) {
                ranked.add(candidate);
            }
        }
        return ranked;
    }

    private Optional<Query> everythingBut(Optional<FilterExpression> filter) {
        return Optional.of(TextQueries.everything(filter));
    }

    private Found find(Query text) throws IOException {
        List<FacetCounter> facets = new ArrayList<>();
        for (FacetRequest request : query.facets()) {
            facets.add(FacetCounter.of(request, snapshot));
        }
        int depth = query.offset() + query.size();
        if (query.order() == SortOrder.RELEVANCE) {
            TopItems best = new TopItems(Math.max(Reranker.CANDIDATES, depth));
            MatchCollector collector =
                    new MatchCollector(snapshot, facets, query, weights, best, true);
            snapshot.search(text, collector);
            return new Found(reranker.rank(best), collector.total(), facets);
        }
        MatchCollector counter =
                new MatchCollector(snapshot, facets, query, weights, new TopItems(1), false);
        TopFieldCollector sorted =
                new TopFieldCollectorManager(sort(), Math.max(1, depth), null, Integer.MAX_VALUE)
                        .newCollector();
        snapshot.search(text, MultiCollector.wrap(sorted, counter));
        List<Reranker.Candidate> ranked = new ArrayList<>();
        for (ScoreDoc each : sorted.topDocs().scoreDocs) {
            ranked.add(new Reranker.Candidate(each.doc, reranker.item(each.doc), 0f));
        }
        return new Found(ranked, counter.total(), facets);
    }

    private Sort sort() {
        return switch (query.order()) {
            case RELEVANCE -> Sort.RELEVANCE;
            case PRICE_ASCENDING -> numeric("price", false);
            case PRICE_DESCENDING -> numeric("price", true);
            case NEWEST -> numeric("publishedAt", true);
            case OLDEST -> numeric("publishedAt", false);
            case TITLE_ASCENDING -> title(false);
            case TITLE_DESCENDING -> title(true);
        };
    }

    private static Sort numeric(String field, boolean descending) {
        SortField by =
                new SortedNumericSortField(
                        field,
                        SortField.Type.DOUBLE,
                        descending,
                        org.apache.lucene.search.SortedNumericSelector.Type.MIN,
                        descending ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
        return new Sort(by, new SortField(IndexFields.NUMBER, SortField.Type.LONG));
    }

    private static Sort title(boolean descending) {
        SortField by =
                new SortField(
                        IndexFields.TITLE_SORT,
                        SortField.Type.STRING,
                        descending,
                        SortField.STRING_LAST);
        return new Sort(by, new SortField(IndexFields.NUMBER, SortField.Type.LONG));
    }

    /** Makes the query again with another filter. */
    private interface Refiltered {
        Optional<Query> with(Optional<FilterExpression> filter);
    }

    private LexicalResult result(Found found, LexicalResult.Match match, Refiltered refiltered)
            throws IOException {
        List<LexicalResult.Hit> hits = new ArrayList<>();
        int end = Math.min(found.ranked().size(), query.offset() + query.size());
        for (int i = query.offset(); i < end; i++) {
            Reranker.Candidate each = found.ranked().get(i);
            List<String> reasons = query.explain() ? reranker.reasons(each.document()) : List.of();
            hits.add(new LexicalResult.Hit(each.item(), each.score(), reasons));
        }
        List<Facet> facets = new ArrayList<>();
        for (FacetCounter counter : found.facets()) {
            facets.add(widened(counter, refiltered).facet());
        }
        return new LexicalResult(
                hits, facets, found.total(), plan.correctedText(), match, snapshot.version());
    }

    /** Counts a facet again without the filter's conditions on its own field, if it has any. */
    private FacetCounter widened(FacetCounter counter, Refiltered refiltered) throws IOException {
        if (query.filter().isEmpty()) {
            return counter;
        }
        FilterField field = counter.request().field();
        Optional<FilterExpression> wider = Conjunctions.without(query.filter().get(), field);
        if (wider.equals(query.filter())) {
            return counter;
        }
        Optional<Query> again = refiltered.with(wider);
        if (again.isEmpty()) {
            return counter;
        }
        FacetCounter recounted = FacetCounter.of(counter.request(), snapshot);
        snapshot.search(
                again.get(),
                new MatchCollector(
                        snapshot, List.of(recounted), query, weights, new TopItems(1), false));
        return recounted;
    }

    static LeafReaderContext leaf(Snapshot snapshot, int document) {
        List<LeafReaderContext> leaves = snapshot.getIndexReader().leaves();
        return leaves.get(ReaderUtil.subIndex(document, leaves));
    }
}
