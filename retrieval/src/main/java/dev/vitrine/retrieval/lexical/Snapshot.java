package dev.vitrine.retrieval.lexical;

import dev.vitrine.retrieval.candidate.ItemMask;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;

/** One version of the index, as one search sees it from beginning to end. */
final class Snapshot extends IndexSearcher {
    private final long version;
    private final SegmentColumns[] columns;
    private final Map<String, ItemMask> masks;
    private final PriceBounds priceBounds;

    Snapshot(IndexReader reader, long version, ColumnCache cache, int maskCache)
            throws IOException {
        super(reader);
        this.version = version;
        List<LeafReaderContext> leaves = getIndexReader().leaves();
        columns = new SegmentColumns[leaves.size()];
        for (LeafReaderContext leaf : leaves) {
            columns[leaf.ord] = cache.of(leaf.reader());
        }
        masks =
                new LinkedHashMap<>(16, 0.75f, true) {
                    @Override
                    protected boolean removeEldestEntry(Map.Entry<String, ItemMask> eldest) {
                        return size() > maskCache;
                    }
                };
        priceBounds = PriceBounds.of(columns);
        setSimilarity(IndexFields.similarity());
    }

    long version() {
        return version;
    }

    SegmentColumns columns(LeafReaderContext leaf) {
        return columns[leaf.ord];
    }

    PriceBounds priceBounds() {
        return priceBounds;
    }

    /** How many products have a term in their text; deleted ones may still be counted. */
    int frequency(String term) {
        return frequency(IndexFields.TEXT, term);
    }

    int frequency(String field, String term) {
        try {
            return getIndexReader().docFreq(new Term(field, term));
        } catch (IOException e) {
            throw ProductIndex.failed("counting a term", e);
        }
    }

    ItemMask mask(FilterExpression filter) throws IOException {
        String key = filter.toString();
        synchronized (masks) {
            ItemMask known = masks.get(key);
            if (known != null) {
                return known;
            }
        }
        ItemMask mask = read(FilterQueries.of(filter));
        synchronized (masks) {
            masks.put(key, mask);
        }
        return mask;
    }

    private ItemMask read(Query query) throws IOException {
        int size = 0;
        for (SegmentColumns segment : columns) {
            for (int number : segment.numbers) {
                size = Math.max(size, number + 1);
            }
        }
        ItemMask mask = new ItemMask(size);
        Weight weight =
                createWeight(
                        rewrite(new ConstantScoreQuery(query)), ScoreMode.COMPLETE_NO_SCORES, 1f);
        for (LeafReaderContext leaf : getIndexReader().leaves()) {
            Scorer scorer = weight.scorer(leaf);
            if (scorer == null) {
                continue;
            }
            int[] numbers = columns[leaf.ord].numbers;
            Bits live = leaf.reader().getLiveDocs();
            DocIdSetIterator matches = scorer.iterator();
            for (int doc = matches.nextDoc();
                    doc != DocIdSetIterator.NO_MORE_DOCS;
                    doc = matches.nextDoc()) {
                if (live == null || live.get(doc)) {
                    mask.add(numbers[doc]);
                }
            }
        }
        return mask;
    }
}
