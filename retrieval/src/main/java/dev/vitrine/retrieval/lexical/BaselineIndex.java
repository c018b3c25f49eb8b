package dev.vitrine.retrieval.lexical;

import dev.vitrine.data.catalog.Product;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;

/**
 * What search is measured against: Lucene as it comes, with its English analyser and BM25, over
 * title, brand and description; any word of the query may match in any field.
 */
public final class BaselineIndex implements AutoCloseable {
    private static final List<String> FIELDS = List.of("title", "brand", "description");

    private final EnglishAnalyzer analyzer = new EnglishAnalyzer();
    private final ByteBuffersDirectory directory = new ByteBuffersDirectory();
    private final DirectoryReader reader;

    private BaselineIndex(List<Product> products) throws IOException {
        try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig(analyzer))) {
            for (Product product : products) {
                Document document = new Document();
                document.add(new StoredField("id", product.id()));
                document.add(new TextField("title", product.title(), Field.Store.NO));
                document.add(new TextField("brand", product.brand(), Field.Store.NO));
                document.add(new TextField("description", product.description(), Field.Store.NO));
                writer.addDocument(document);
            }
            writer.forceMerge(1);
        }
        reader = DirectoryReader.open(directory);
    }

    /** Indexes products in memory. */
    public static BaselineIndex build(List<Product> products) {
        try {
            return new BaselineIndex(products);
        } catch (IOException e) {
            throw ProductIndex.failed("building the index to compare with", e);
        }
    }

    /** Ids of the best {@code n} products. */
    public List<String> search(String text, int n) {
        try {
            BooleanQuery.Builder any = new BooleanQuery.Builder();
            for (String field : FIELDS) {
                try (var tokens = analyzer.tokenStream(field, text)) {
                    var term =
                            tokens.addAttribute(
                                    org.apache.lucene.analysis.tokenattributes.CharTermAttribute
                                            .class);
                    tokens.reset();
                    while (tokens.incrementToken()) {
                        any.add(new TermQuery(new Term(field, term.toString())), Occur.SHOULD);
                    }
                    tokens.end();
                }
            }
            IndexSearcher searcher = new IndexSearcher(reader);
            List<String> ids = new ArrayList<>();
            for (ScoreDoc each : searcher.search(any.build(), n).scoreDocs) {
                ids.add(searcher.storedFields().document(each.doc).get("id"));
            }
            return ids;
        } catch (IOException e) {
            throw ProductIndex.failed("searching the index to compare with", e);
        }
    }

    @Override
    public void close() {
        try {
            reader.close();
            directory.close();
        } catch (IOException e) {
            throw ProductIndex.failed("closing the index to compare with", e);
        }
    }
}
