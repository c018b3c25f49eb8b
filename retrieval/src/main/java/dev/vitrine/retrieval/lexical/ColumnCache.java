package dev.vitrine.retrieval.lexical;

import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReader;

/** The columns of the segments that are open; they go when their segment is closed. */
final class ColumnCache {
    private final ConcurrentHashMap<IndexReader.CacheKey, SegmentColumns> columns =
            new ConcurrentHashMap<>();

    SegmentColumns of(LeafReader reader) throws IOException {
        IndexReader.CacheHelper helper = reader.getCoreCacheHelper();
        SegmentColumns known = columns.get(helper.getKey());
        if (known != null) {
            return known;
        }
        SegmentColumns read = new SegmentColumns(reader);
        if (columns.putIfAbsent(helper.getKey(), read) == null) {
            helper.addClosedListener(columns::remove);
        }
        return read;
    }
}
