package dev.vitrine.retrieval.lexical;

import dev.vitrine.retrieval.candidate.TopItems;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.Collector;
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
 * wrong at its head nor empty at its tail. What is meant, whatever words it has, is put beside them
 * (see {@link MeaningFusion}). One search each; not thread-safe.
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

    /**
     * What one query over the index found, best first.
     *
     * @param head how many of them stand before all others, whatever those score
     */
    private record Found(List<Reranker.Candidate> ranked, MatchCollector matches, int head) {
        long total() {
            return matches.total();
        }
    }

    LexicalResult run() throws IOException {
        if (query.text().isBlank()) {
            Query everything = TextQueries.everything(query.filter());
            return result(
                    find(everything, MeantDocuments.NONE),
                    LexicalResult.Match.FULL,
                    this::everythingBut);
        }
        boolean code =
                !plan.code().isEmpty() && snapshot.frequency(IndexFields.CODES, plan.code()) > 0;
        // Who types the number of an article wants that and nothing like it.
        MeantDocuments meant = code ? MeantDocuments.NONE : meant(query.filter());
        int words = plan.groups().size();
        if (!code && (words == 0 || plan.unknown() > words)) {
            Found none = new Found(List.of(), matches(new TopItems(1), meant, false), 0);
            return result(none, LexicalResult.Match.NONE, filter -> Optional.empty());
        }
        Found all = find(TextQueries.of(plan, words, code, query.filter()), meant);
        int required = words;
        Found found = all;
        while (isRelaxed(all, found) && required > (words + 1) / 2) {
            required--;
            found = find(TextQueries.of(plan, required, code, query.filter()), meant);
        }
        if (required < words && query.order() == SortOrder.RELEVANCE) {
            found = first(all, found);
        }
        int needed = required;
        return result(
                found,
                match(all, found),
                filter -> Optional.of(TextQueries.of(plan, needed, code, filter)));
    }

    private MeantDocuments meant(Optional<FilterExpression> filter) throws IOException {
        return MeantDocuments.of(query.meant(), snapshot, filter);
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

    private static Found first(Found head, Found tail) {
        List<Reranker.Candidate> ranked = new ArrayList<>(head.ranked());
        Set<Integer> known = new HashSet<>();
        head.ranked().forEach(candidate -> known.add(candidate.document()));
        for (Reranker.Candidate candidate : tail.ranked()) {
            if (!known.contains(candidate.document())) {
                ranked.add(candidate);
            }
        }
        return new Found(ranked, tail.matches(), head.ranked().size());
    }

    private Optional<Query> everythingBut(Optional<FilterExpression> filter) {
        return Optional.of(TextQueries.everything(filter));
    }

    private MatchCollector matches(TopItems best, MeantDocuments meant, boolean scored) {
        List<FacetCounter> facets = new ArrayList<>();
        for (FacetRequest request : query.facets()) {
            facets.add(FacetCounter.of(request, snapshot));
        }
        return new MatchCollector(snapshot, facets, query, weights, meant, best, scored);
    }

    private Found find(Query text, MeantDocuments meant) throws IOException {
        if (query.order() == SortOrder.RELEVANCE) {
            TopItems best =
                    new TopItems(Math.max(Reranker.CANDIDATES, query.offset() + query.size()));
            MatchCollector matches = matches(best, meant, true);
            snapshot.search(text, matches);
            return new Found(reranker.rank(best), matches, 0);
        }
        MatchCollector matches = matches(new TopItems(1), meant, false);
        return new Found(sorted(text, matches), matches, 0);
    }

    private List<Reranker.Candidate> sorted(Query text, Collector matches) throws IOException {
        int depth = query.offset() + query.size();
        TopFieldCollector sorted =
                new TopFieldCollectorManager(sort(), Math.max(1, depth), null, Integer.MAX_VALUE)
                        .newCollector();
        snapshot.search(text, MultiCollector.wrap(sorted, matches));
        List<Reranker.Candidate> ranked = new ArrayList<>();
        for (ScoreDoc each : sorted.topDocs().scoreDocs) {
            ranked.add(new Reranker.Candidate(each.doc, reranker.item(each.doc), 0f));
        }
        return ranked;
    }

    /** Puts what is meant beside what has the words, or in its place where nothing has them. */
    private Found withMeant(Found found) throws IOException {
        MeantDocuments meant = found.matches().meant();
        if (meant.size() == 0) {
            return found;
        }
        if (query.order() == SortOrder.RELEVANCE) {
            found.matches().countMeant();
            return new Found(
                    new MeaningFusion(snapshot, query, weights, reranker, found.matches())
                            .ranked(found.ranked(), found.head()),
                    found.matches(),
                    found.head());
        }
        List<Integer> items = Arrays.stream(meant.documents()).mapToObj(reranker::item).toList();
        MatchCollector matches = matches(new TopItems(1), meant, false);
        return new Found(sorted(TextQueries.items(items), matches), matches, 0);
    }

    /** Whether what is meant is shown: ordered by something else only in place of nothing. */
    private boolean isMeantShown(Found found) {
        return query.order() == SortOrder.RELEVANCE || found.total() == 0;
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

    /** Makes the query again with another filter; empty where nothing has the words. */
    private interface Refiltered {
        Optional<Query> with(Optional<FilterExpression> filter);
    }

    private LexicalResult result(Found byWords, LexicalResult.Match match, Refiltered refiltered)
            throws IOException {
        boolean meant = isMeantShown(byWords);
        boolean none = byWords.total() == 0;
        Found found = meant ? withMeant(byWords) : byWords;
        MeantDocuments shown = meant ? found.matches().meant() : MeantDocuments.NONE;
        List<LexicalResult.Hit> hits = new ArrayList<>();
        int end = Math.min(found.ranked().size(), query.offset() + query.size());
        for (int i = query.offset(); i < end; i++) {
            Reranker.Candidate each = found.ranked().get(i);
            hits.add(
                    new LexicalResult.Hit(
                            each.item(), each.score(), reasons(each.document(), shown)));
        }
        List<Facet> facets = new ArrayList<>();
        boolean counted = found.total() > 0 || refiltered.with(query.filter()).isPresent();
        for (FacetCounter counter : counted ? found.matches().facets() : List.<FacetCounter>of()) {
            facets.add(widened(counter, refiltered, meant).facet());
        }
        return new LexicalResult(
                hits,
                facets,
                found.total(),
                plan.correctedText(),
                none && found.total() > 0 ? LexicalResult.Match.SIMILAR : match,
                snapshot.version());
    }

    private List<String> reasons(int document, MeantDocuments shown) throws IOException {
        if (!query.explain()) {
            return List.of();
        }
        List<String> reasons = reranker.reasons(document);
        if (shown.place(document) >= 0) {
            reasons.add("means what was searched for");
        }
        return reasons;
    }

    /**
     * Counts a facet again without the filter's conditions on its own field, if it has any.
     *
     * @param meant whether what is meant is counted too
     */
    private FacetCounter widened(FacetCounter counter, Refiltered refiltered, boolean meant)
            throws IOException {
        if (query.filter().isEmpty()) {
            return counter;
        }
        FilterField field = counter.request().field();
        Optional<FilterExpression> wider = Conjunctions.without(query.filter().get(), field);
        if (wider.equals(query.filter())) {
            return counter;
        }
        MeantDocuments also = meant ? meant(wider) : MeantDocuments.NONE;
        Optional<Query> again = refiltered.with(wider);
        if (again.isEmpty() && also.size() == 0) {
            return counter;
        }
        FacetCounter recounted = FacetCounter.of(counter.request(), snapshot);
        MatchCollector matches =
                new MatchCollector(
                        snapshot, List.of(recounted), query, weights, also, new TopItems(1), false);
        if (again.isPresent()) {
            snapshot.search(again.get(), matches);
        }
        matches.countMeant();
        return recounted;
    }

    static LeafReaderContext leaf(Snapshot snapshot, int document) {
        List<LeafReaderContext> leaves = snapshot.getIndexReader().leaves();
        return leaves.get(ReaderUtil.subIndex(document, leaves));
    }
}
