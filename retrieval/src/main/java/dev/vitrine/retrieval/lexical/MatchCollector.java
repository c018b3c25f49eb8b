package dev.vitrine.retrieval.lexical;

import dev.vitrine.data.catalog.Availability;
import dev.vitrine.retrieval.candidate.TopItems;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.Collector;
import org.apache.lucene.search.LeafCollector;
import org.apache.lucene.search.Scorable;
import org.apache.lucene.search.ScoreMode;

/**
 * Sees every match once: counts it, counts it into the facets, and keeps the best by text score
 * times what is known of the item. One search each; not thread-safe.
 */
final class MatchCollector implements Collector {
    private static final byte SOLD_OUT = (byte) Availability.OUT_OF_STOCK.ordinal();

    private final Snapshot snapshot;
    private final List<FacetCounter> facets;
    private final Weights weights;
    private final ItemPrior popularity;
    private final ItemPrior clicks;
    private final boolean popular;
    private final boolean clicked;
    private final boolean scored;
    private final TopItems best;
    private final MeantDocuments meant;

    /** What words score for each document that is meant; NaN where the words did not bring it. */
    private final float[] words;

    private long total;

    /**
     * @param meant documents whose scores are kept, however low
     * @param best takes document numbers
     * @param scored false to count only
     */
    MatchCollector(
            Snapshot snapshot,
            List<FacetCounter> facets,
            LexicalQuery query,
            Weights weights,
            MeantDocuments meant,
            TopItems best,
            boolean scored) {
        this.snapshot = snapshot;
        this.facets = facets;
        this.weights = weights;
        this.popularity = query.popularity();
        this.clicks = query.clicks();
        this.popular = !popularity.equals(ItemPrior.NONE);
        this.clicked = !clicks.equals(ItemPrior.NONE);
        this.meant = meant;
        this.words = new float[meant.size()];
        Arrays.fill(words, Float.NaN);
        this.best = best;
        this.scored = scored;
    }

    long total() {
        return total;
    }

    List<FacetCounter> facets() {
        return facets;
    }

    MeantDocuments meant() {
        return meant;
    }

    /** What words score for a document that is meant; 0 where they did not bring it. */
    float words(int place) {
        return Float.isNaN(words[place]) ? 0 : words[place];
    }

    /** Counts the documents that are meant and that the words did not bring; after the search. */
    void countMeant() throws IOException {
        int at = 0;
        for (LeafReaderContext leaf : snapshot.getIndexReader().leaves()) {
            int end = leaf.docBase + leaf.reader().maxDoc();
            Leaf counted = null;
            for (; at < words.length && meant.documents()[at] < end; at++) {
                if (Float.isNaN(words[at])) {
                    counted = counted == null ? leaf(leaf) : counted;
                    counted.count(meant.documents()[at] - leaf.docBase);
                }
            }
            if (counted != null) {
                counted.finish();
            }
        }
    }

    @Override
    public ScoreMode scoreMode() {
        return scored ? ScoreMode.COMPLETE : ScoreMode.COMPLETE_NO_SCORES;
    }

    @Override
    public LeafCollector getLeafCollector(LeafReaderContext context) throws IOException {
        return leaf(context);
    }

    private Leaf leaf(LeafReaderContext context) throws IOException {
        SegmentColumns segment = snapshot.columns(context);
        FacetCounter[] counters = facets.toArray(FacetCounter[]::new);
        for (FacetCounter counter : counters) {
            counter.start(context.reader(), segment);
        }
        return new Leaf(segment, counters, context.docBase);
    }

    private final class Leaf implements LeafCollector {
        private final SegmentColumns segment;
        private final FacetCounter[] counters;
        private final int base;

        /** What is known of an item multiplies its score by this at most; asking costs a miss. */
        private final float ceiling =
                (popular ? 1 + weights.popularity() : 1) * (clicked ? 1 + weights.clicks() : 1);

        private Scorable scorer = NO_SCORE;

        /** Place of the next document that is meant. */
        private int at;

        /** That document, in this segment. */
        private int next;

        Leaf(SegmentColumns segment, FacetCounter[] counters, int base) {
            this.segment = segment;
            this.counters = counters;
            this.base = base;
            int from = meant.place(base);
            at = (from < 0 ? -from - 1 : from) - 1;
            follow();
        }

        private void follow() {
            at++;
            next = at < words.length ? meant.documents()[at] - base : Integer.MAX_VALUE;
        }

        void count(int document) throws IOException {
            total++;
            for (FacetCounter counter : counters) {
                counter.count(document);
            }
        }

        @Override
        public void setScorer(Scorable current) {
            scorer = current;
        }

        @Override
        public void collect(int document) throws IOException {
            count(document);
            while (next < document) {
                follow();
            }
            if (!scored) {
                if (next == document) {
                    words[at] = 0;
                }
                return;
            }
            float score = scorer.score();
            if (score * ceiling <= best.threshold() && next != document) {
                return;
            }
            score *= known(segment, document);
            if (next == document) {
                words[at] = score;
            }
            if (score > best.threshold()) {
                best.offer(base + document, score);
            }
        }

        @Override
        public void finish() throws IOException {
            for (FacetCounter counter : counters) {
                counter.finish();
            }
        }
    }

    /** By how much what is known of a product beside its text makes its score higher or lower. */
    float known(SegmentColumns segment, int document) {
        float factor = 1;
        int item = segment.numbers[document];
        if (popular) {
            factor *= 1 + weights.popularity() * unit(popularity.of(item));
        }
        if (clicked) {
            factor *= 1 + weights.clicks() * unit(clicks.of(item));
        }
        return segment.availabilities[document] == SOLD_OUT ? factor * weights.soldOut() : factor;
    }

    private static final Scorable NO_SCORE =
            new Scorable() {
                @Override
                public float score() {
                    return 0;
                }
            };

    /** Cut to 0 to 1; NaN is 0. */
    static float unit(float prior) {
        return prior > 0 ? Math.min(prior, 1f) : 0f;
    }
}
