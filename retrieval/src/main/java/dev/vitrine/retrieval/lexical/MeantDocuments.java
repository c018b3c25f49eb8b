package dev.vitrine.retrieval.lexical;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;

/**
 * The documents of what is {@link Meant}, as far as they are in a snapshot and a filter lets them
 * through.
 *
 * @param documents rising
 * @param scores of the documents
 */
record MeantDocuments(int[] documents, float[] scores) {
    static final MeantDocuments NONE = new MeantDocuments(new int[0], new float[0]);

    /** The best {@link Meant#MOST} that pass. */
    static MeantDocuments of(Meant meant, Snapshot snapshot, Optional<FilterExpression> filter)
            throws IOException {
        if (meant.items().length == 0) {
            return NONE;
        }
        int[] documents = new int[meant.items().length];
        Arrays.fill(documents, -1);
        for (LeafReaderContext leaf : snapshot.getIndexReader().leaves()) {
            SegmentColumns segment = snapshot.columns(leaf);
            for (int i = 0; i < documents.length; i++) {
                if (documents[i] < 0) {
                    int found = segment.document(meant.items()[i], leaf.reader().getLiveDocs());
                    documents[i] = found < 0 ? -1 : leaf.docBase + found;
                }
            }
        }
        if (filter.isPresent()) {
            withdraw(documents, snapshot, filter.get());
        }
        return best(documents, meant.scores());
    }

    /** Takes away what a filter does not let through. */
    private static void withdraw(int[] documents, Snapshot snapshot, FilterExpression filter)
            throws IOException {
        int[] rising = documents.clone();
        Arrays.sort(rising);
        boolean[] passes = new boolean[rising.length];
        Weight weight =
                snapshot.createWeight(
                        snapshot.rewrite(new ConstantScoreQuery(FilterQueries.of(filter))),
                        ScoreMode.COMPLETE_NO_SCORES,
                        1f);
        int at = 0;
        while (at < rising.length && rising[at] < 0) {
            at++;
        }
        for (LeafReaderContext leaf : snapshot.getIndexReader().leaves()) {
            int end = leaf.docBase + leaf.reader().maxDoc();
            if (at == rising.length || rising[at] >= end) {
                continue;
            }
            Scorer scorer = weight.scorer(leaf);
            DocIdSetIterator let = scorer == null ? DocIdSetIterator.empty() : scorer.iterator();
            for (; at < rising.length && rising[at] < end; at++) {
                int local = rising[at] - leaf.docBase;
                int next = let.docID() < local ? let.advance(local) : let.docID();
                passes[at] = next == local;
            }
        }
        for (int i = 0; i < documents.length; i++) {
            if (documents[i] >= 0 && !passes[Arrays.binarySearch(rising, documents[i])]) {
                documents[i] = -1;
            }
        }
    }

    private static MeantDocuments best(int[] documents, float[] scores) {
        long[] kept = new long[Math.min(documents.length, Meant.MOST)];
        int count = 0;
        for (int i = 0; i < documents.length && count < kept.length; i++) {
            if (documents[i] >= 0) {
                kept[count++] =
                        (long) documents[i] << 32 | Float.floatToIntBits(scores[i]) & 0xffffffffL;
            }
        }
        Arrays.sort(kept, 0, count);
        int[] rising = new int[count];
        float[] own = new float[count];
        for (int i = 0; i < count; i++) {
            rising[i] = (int) (kept[i] >>> 32);
            own[i] = Float.intBitsToFloat((int) kept[i]);
        }
        return new MeantDocuments(rising, own);
    }

    int size() {
        return documents.length;
    }

    /** The place of a document; negative when it is not among them. */
    int place(int document) {
        return Arrays.binarySearch(documents, document);
    }
}
