package dev.vitrine.benchmarks.vector;

import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.FixedBitSet;

/** Lucene's graph (HNSW) in one segment, by maximum inner product. */
final class LuceneGraph implements Contender {
    private static final int CONNECTIONS = 16;
    private static final int BUILD_BEAM = 100;
    private static final String FIELD = "vector";

    private final String name;
    private final int beam;
    private final MMapDirectory directory;
    private final DirectoryReader reader;
    private final LeafReader segment;

    /**
     * Opens a built index.
     *
     * @param beam how many candidates a search keeps
     */
    LuceneGraph(String name, Path directory, int beam) throws IOException {
        this.name = name;
        this.beam = beam;
        this.directory = new MMapDirectory(directory);
        this.reader = DirectoryReader.open(this.directory);
        this.segment = reader.leaves().getFirst().reader();
    }

    /** Builds with one thread, in memory until it is one segment. */
    static void build(float[] rows, Path target, boolean quantized) throws IOException {
        IndexWriterConfig config =
                new IndexWriterConfig()
                        .setCodec(
                                new Lucene104Codec() {
                                    @Override
                                    public KnnVectorsFormat getKnnVectorsFormatForField(
                                            String field) {
                                        return format(quantized);
                                    }
                                })
                        .setRAMBufferSizeMB(1_900);
        try (MMapDirectory directory = new MMapDirectory(target);
                IndexWriter writer = new IndexWriter(directory, config)) {
            int items = rows.length / FittedVectors.DIMENSIONS;
            for (int item = 0; item < items; item++) {
                int at = item * FittedVectors.DIMENSIONS;
                Document document = new Document();
                document.add(
                        new KnnFloatVectorField(
                                FIELD,
                                Arrays.copyOfRange(rows, at, at + FittedVectors.DIMENSIONS),
                                VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT));
                writer.addDocument(document);
            }
            writer.forceMerge(1);
        }
    }

    private static KnnVectorsFormat format(boolean quantized) {
        return quantized
                ? new Lucene104HnswScalarQuantizedVectorsFormat(CONNECTIONS, BUILD_BEAM)
                : new Lucene99HnswVectorsFormat(CONNECTIONS, BUILD_BEAM);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long bytes() throws IOException {
        long bytes = 0;
        for (String file : directory.listAll()) {
            bytes += directory.fileLength(file);
        }
        return bytes;
    }

    @Override
    public void search(float[] query, ItemMask allowed, TopItems best) throws IOException {
        int cardinality = allowed.cardinality();
        AcceptDocs accepted =
                cardinality == segment.maxDoc()
                        ? AcceptDocs.fromLiveDocs(null, segment.maxDoc())
                        : AcceptDocs.fromIteratorSupplier(
                                () ->
                                        new BitSetIterator(
                                                new FixedBitSet(allowed.words(), allowed.size()),
                                                cardinality),
                                null,
                                segment.maxDoc());
        TopDocs found =
                segment.searchNearestVectors(FIELD, query, beam, accepted, Integer.MAX_VALUE);
        for (ScoreDoc each : found.scoreDocs) {
            best.offer(each.doc, each.score);
        }
    }

    @Override
    public void close() throws IOException {
        reader.close();
        directory.close();
    }
}
