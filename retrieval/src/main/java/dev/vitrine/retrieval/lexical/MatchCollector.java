package dev.vitrine.retrieval.lexical;

import dev.vitrine.data.catalog.Availability;
import dev.vitrine.retrieval.candidate.TopItems;
import java.io.IOException;
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
    private final boolean scored;
    private final TopItems best;
    private long total;

    /**
     * @param best takes document numbers
     * @param scored false to count only
     */
    MatchCollector(
            Snapshot snapshot,
            List<FacetCounter> facets,
            LexicalQuery query,
            Weights weights,
            TopItems best,
            boolean scored) {
        this.snapshot = snapshot;
        this.facets = facets;
        this.weights = weights;
        this.popularity = query.popularity();
        this.clicks = query.clicks();
        this.best = best;
        this.scored = scored;
    }

    long total() {
        return total;
    }

    @Override
    public ScoreMode scoreMode() {
        return scored ? ScoreMode.COMPLETE : ScoreMode.COMPLETE_NO_SCORES;
    }

    @Override
    public LeafCollector getLeafCollector(LeafReaderContext context) throws IOException {
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
        private final boolean popular = !popularity.equals(ItemPrior.NONE);
        private final boolean clicked = !clicks.equals(ItemPrior.NONE);

        /** What is known of an item multiplies its score by this at most; asking costs a miss. */
        private final float ceiling =
                (popular ? 1 + weights.popularity() : 1) * (clicked ? 1 + weights.clicks() : 1);

        private Scorable scorer = NO_SCORE;

        Leaf(SegmentColumns segment, FacetCounter[] counters, int base) {
            this.segment = segment;
            this.counters = counters;
            this.base = base;
        }

        @Override
        public void setScorer(Scorable current) {
            scorer = current;
        }

        @Override
        public void collect(int document) throws IOException {
            total++;
            for (FacetCounter counter : counters) {
                counter.count(document);
            }
            if (!scored) {
                return;
            }
            float score = scorer.score();
            if (score * ceiling <= best.threshold()) {
                return;
            }
            int item = segment.numbers[document];
            if (popular) {
                score *= 1 + weights.popularity() * unit(popularity.of(item));
            }
            if (clicked) {
                score *= 1 + weights.clicks() * unit(clicks.of(item));
            }
            if (segment.availabilities[document] == SOLD_OUT) {
                score *= weights.soldOut();
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
