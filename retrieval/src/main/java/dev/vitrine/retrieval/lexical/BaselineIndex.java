package dev.vitrine.retrieval.lexical;

import dev.vitrine.data.catalog.Product;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
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
 * What search is measured against: Lucene as it comes, with its English analyser and BM25; any word
 * of the query may match. Title, brand and description are one field together, which ranks better
 * than the sum over three (.557 to .488 on icecat-shop), and one each for scores of their own.
 */
public final class BaselineIndex implements AutoCloseable {
    /** What of a product is searched. */
    public enum Field {
        ALL,
        TITLE,
        BRAND,
        DESCRIPTION
    }

    /** A product that was found. */
    public record Hit(String id, float score) {}

    private final EnglishAnalyzer analyzer = new EnglishAnalyzer();
    private final ByteBuffersDirectory directory = new ByteBuffersDirectory();
    private final DirectoryReader reader;

    private BaselineIndex(List<Product> products) throws IOException {
        try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig(analyzer))) {
            for (Product product : products) {
                Document document = new Document();
                document.add(new StoredField("id", product.id()));
                add(document, Field.TITLE, product.title());
                add(document, Field.BRAND, product.brand());
                add(document, Field.DESCRIPTION, product.description());
                writer.addDocument(document);
            }
            writer.forceMerge(1);
        }
        reader = DirectoryReader.open(directory);
    }

    private static void add(Document document, Field field, String text) {
        document.add(new TextField(field.name(), text, Store.NO));
        document.add(new TextField(Field.ALL.name(), text, Store.NO));
    }

    /** Indexes products in memory. */
    public static BaselineIndex build(List<Product> products) {
        try {
            return new BaselineIndex(products);
        } catch (IOException e) {
            throw ProductIndex.failed("building the index to compare with", e);
        }
    }

    /** The best {@code n} products of those that have any word. */
    public List<Hit> search(Field field, String text, int n) {
        try {
            BooleanQuery.Builder any = new BooleanQuery.Builder();
            try (var tokens = analyzer.tokenStream(field.name(), text)) {
                CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
                tokens.reset();
                while (tokens.incrementToken()) {
                    any.add(new TermQuery(new Term(field.name(), term.toString())), Occur.SHOULD);
                }
                tokens.end();
            }
            IndexSearcher searcher = new IndexSearcher(reader);
            List<Hit> hits = new ArrayList<>();
            for (ScoreDoc each : searcher.search(any.build(), n).scoreDocs) {
                String id = searcher.storedFields().document(each.doc).get("id");
                hits.add(new Hit(id, each.score));
            }
            return hits;
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
