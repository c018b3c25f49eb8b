package dev.vitrine.retrieval.lexical;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;

/**
 * Makes one list of what has the words and of what is meant: the sum of shares of the highest score
 * of each, where meaning has a weight ({@link Meant#weight}). What is known of a product beside its
 * text counts for both alike. The order does not depend on how far it is read: a document that is
 * meant has the score of its words wherever it stands by them. One search each.
 */
final class MeaningFusion {
    private static final Comparator<Reranker.Candidate> BEST_FIRST =
            Comparator.comparingDouble((Reranker.Candidate c) -> -c.score())
                    .thenComparingInt(Reranker.Candidate::item);

    private final Snapshot snapshot;
    private final LexicalQuery query;
    private final Weights weights;
    private final Reranker reranker;
    private final MatchCollector matches;

    MeaningFusion(
            Snapshot snapshot,
            LexicalQuery query,
            Weights weights,
            Reranker reranker,
            MatchCollector matches) {
        this.snapshot = snapshot;
        this.query = query;
        this.weights = weights;
        this.reranker = reranker;
        this.matches = matches;
    }

    /**
     * @param byWords best first
     * @param head how many of them stand before the others, whatever those score: the scores of the
     *     others are made smaller in proportion, so that none is above any of these
     */
    List<Reranker.Candidate> ranked(List<Reranker.Candidate> byWords, int head) throws IOException {
        MeantDocuments meant = matches.meant();
        float[] shares = shares(meant);
        boolean[] placed = new boolean[shares.length];
        float best = byWords.isEmpty() ? 0 : byWords.getFirst().score();
        float smaller = smaller(byWords, head);
        List<Reranker.Candidate> all = new ArrayList<>(byWords.size() + shares.length);
        for (int i = 0; i < byWords.size(); i++) {
            Reranker.Candidate each = byWords.get(i);
            float score = share(each.score() * (i < head ? 1 : smaller), best);
            int place = meant.place(each.document());
            if (place >= 0) {
                score += shares[place];
                placed[place] = true;
            }
            all.add(new Reranker.Candidate(each.document(), each.item(), score));
        }
        for (int place = 0; place < placed.length; place++) {
            if (!placed[place]) {
                int document = meant.documents()[place];
                float words = share(matches.words(place) * smaller, best);
                all.add(
                        new Reranker.Candidate(
                                document, reranker.item(document), words + shares[place]));
            }
        }
        all.sort(BEST_FIRST);
        return all;
    }

    /** By what the scores behind the head are multiplied. */
    private static float smaller(List<Reranker.Candidate> byWords, int head) {
        if (head == 0 || head >= byWords.size()) {
            return 1;
        }
        float last = byWords.get(head - 1).score();
        float next = byWords.get(head).score();
        return next > last ? last / next : 1;
    }

    private static float share(float score, float best) {
        return best > 0 && score > 0 ? score / best : 0;
    }

    /** What meaning adds to the score of each document that is meant. */
    private float[] shares(MeantDocuments meant) {
        float[] shares = new float[meant.size()];
        float most = 0;
        for (int place = 0; place < shares.length; place++) {
            LeafReaderContext leaf = LexicalSearch.leaf(snapshot, meant.documents()[place]);
            SegmentColumns segment = snapshot.columns(leaf);
            int local = meant.documents()[place] - leaf.docBase;
            float personal = query.personal().of(segment.numbers[local]);
            shares[place] =
                    Math.max(0, meant.scores()[place])
                            * matches.known(segment, local)
                            * (1 + weights.personal() * MatchCollector.unit(personal));
            most = Math.max(most, shares[place]);
        }
        if (most > 0) {
            for (int place = 0; place < shares.length; place++) {
                shares[place] *= query.meant().weight() / most;
            }
        } else {
            Arrays.fill(shares, 0);
        }
        return shares;
    }
}
