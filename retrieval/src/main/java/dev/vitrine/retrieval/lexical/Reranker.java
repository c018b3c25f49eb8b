package dev.vitrine.retrieval.lexical;

import dev.vitrine.data.catalog.Availability;
import dev.vitrine.retrieval.candidate.TopItems;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.LeafReaderContext;

/**
 * Looks again at the best {@link #CANDIDATES} of a search: at their titles, and at how they fit the
 * visitor. Every factor is at least 1, so that none falls behind what was not looked at again. One
 * search each; not thread-safe.
 */
final class Reranker {
    static final int CANDIDATES = 200;

    private final Snapshot snapshot;
    private final LexicalQuery query;
    private final QueryPlan plan;
    private final Weights weights;
    private final TitleScorer titles;

    Reranker(Snapshot snapshot, LexicalQuery query, QueryPlan plan, Weights weights) {
        this.snapshot = snapshot;
        this.query = query;
        this.plan = plan;
        this.weights = weights;
        this.titles = new TitleScorer(plan.groups(), weights);
    }

    /**
     * @param document in the snapshot
     * @param item item number
     */
    record Candidate(int document, int item, float score) {}

    /** All of the documents, best first. */
    List<Candidate> rank(TopItems best) throws IOException {
        best.sort();
        int looked = Math.min(CANDIDATES, best.size());
        List<Candidate> ranked = new ArrayList<>(best.size());
        ranked.addAll(again(best, looked));
        ranked.sort((a, b) ->
                a.score() == b.score()
                        ? Integer.compare(a.item(), b.item())
                        : Float.compare(b.score(), a.score()));
        for (int i = looked; i < best.size(); i++) {
            ranked.add(new Candidate(best.item(i), item(best.item(i)), best.score(i)));
        }
        return ranked;
    }

    private List<Candidate> again(TopItems best, int looked) throws IOException {
        // By document, because doc values are read forwards.
        long[] byDocument = new long[looked];
        for (int i = 0; i < looked; i++) {
            byDocument[i] =
                    (long) best.item(i) << 32 | Float.floatToIntBits(best.score(i)) & 0xffffffffL;
        }
        Arrays.sort(byDocument);
        List<Candidate> candidates = new ArrayList<>(looked);
        LeafReaderContext leaf = null;
        BinaryDocValues terms = null;
        for (long each : byDocument) {
            int document = (int) (each >>> 32);
            float score = Float.intBitsToFloat((int) each);
            if (leaf == null
                    || terms == null
                    || document >= leaf.docBase + leaf.reader().maxDoc()) {
                leaf = LexicalSearch.leaf(snapshot, document);
                terms = SegmentColumns.titleTerms(leaf.reader());
            }
            int local = document - leaf.docBase;
            int item = snapshot.columns(leaf).numbers[local];
            if (terms.advanceExact(local)) {
                score *= titles.factor(terms.binaryValue());
            }
            if (!query.personal().equals(ItemPrior.NONE)) {
                score *= 1 + weights.personal() * MatchCollector.unit(query.personal().of(item));
            }
            candidates.add(new Candidate(document, item, score));
        }
        return candidates;
    }

    int item(int document) {
        LeafReaderContext leaf = LexicalSearch.leaf(snapshot, document);
        return snapshot.columns(leaf).numbers[document - leaf.docBase];
    }

    /** Why a product stands where it stands, in words. */
    List<String> reasons(int document) throws IOException {
        LeafReaderContext leaf = LexicalSearch.leaf(snapshot, document);
        SegmentColumns segment = snapshot.columns(leaf);
        int local = document - leaf.docBase;
        int item = segment.numbers[local];
        List<String> reasons = new ArrayList<>();
        BinaryDocValues terms = SegmentColumns.titleTerms(leaf.reader());
        if (terms.advanceExact(local)) {
            titles.factor(terms.binaryValue());
            List<String> found = new ArrayList<>();
            for (int i = 0; i < plan.groups().size(); i++) {
                if (titles.found(i)) {
                    found.add("'" + plan.groups().get(i).surface() + "'");
                }
            }
            if (!found.isEmpty()) {
                reasons.add("title or brand has " + String.join(", ", found));
            }
        }
        prior(reasons, "popular with shoppers", query.popularity(), item);
        prior(reasons, "often chosen after this search", query.clicks(), item);
        prior(reasons, "fits what you looked at", query.personal(), item);
        if (segment.availabilities[local] == Availability.OUT_OF_STOCK.ordinal()) {
            reasons.add("out of stock, therefore lower");
        }
        return reasons;
    }

    private static void prior(List<String> reasons, String words, ItemPrior prior, int item) {
        if (!prior.equals(ItemPrior.NONE) && MatchCollector.unit(prior.of(item)) >= 0.1f) {
            reasons.add(words);
        }
    }
}
