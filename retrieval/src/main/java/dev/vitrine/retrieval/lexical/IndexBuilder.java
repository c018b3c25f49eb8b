package dev.vitrine.retrieval.lexical;

import dev.vitrine.data.catalog.Catalog;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.catalog.ProductChange;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * Builds the immutable base of an index from the live products of a catalogue; {@link #build} does
 * all of it for a {@link Catalog}. Not thread-safe.
 */
public final class IndexBuilder implements AutoCloseable {
    private static final double BUFFER_MEBIBYTES = 64;

    private final Path path;
    private final Directory directory;
    private final IndexWriter writer;
    private final ProductDocument documents = new ProductDocument();
    private final PhraseMiner phrases = new PhraseMiner();
    private boolean finished;

    private IndexBuilder(Path path) throws IOException {
        this.path = path;
        Files.createDirectories(path);
        try (Stream<Path> files = Files.list(path)) {
            if (files.findAny().isPresent()) {
                throw new VitrineException(
                        RetrievalError.INDEX_FAILED,
                        "cannot build an index in " + path + ", which is not empty");
            }
        }
        directory = FSDirectory.open(path);
        IndexWriterConfig config = new IndexWriterConfig();
        config.setSimilarity(IndexFields.similarity());
        config.setRAMBufferSizeMB(BUFFER_MEBIBYTES);
        config.setUseCompoundFile(false);
        config.setCommitOnClose(false);
        writer = new IndexWriter(directory, config);
    }

    /** Starts a base in a directory that is empty or does not exist. */
    public static IndexBuilder create(Path directory) {
        try {
            return new IndexBuilder(directory);
        } catch (IOException e) {
            throw ProductIndex.failed("starting an index in " + directory, e);
        }
    }

    /** Builds the base of a catalogue as it is now. */
    public static void build(Path directory, Catalog catalog) {
        try (IndexBuilder builder = create(directory)) {
            // Read first: what changes while we scan is applied again when the base is opened.
            long sequence = catalog.sequence();
            catalog.scan(builder::add);
            builder.finish(sequence);
        }
    }

    /** Adds a live product; a deleted one is passed over. */
    public void add(ProductChange change) {
        if (change.product().isEmpty()) {
            return;
        }
        Product product = change.product().get();
        try {
            writer.addDocument(documents.of(change.number(), product));
        } catch (IOException e) {
            throw ProductIndex.failed("indexing product '" + change.id() + "'", e);
        }
        phrases.add(documents.titleWords());
    }

    /**
     * Completes the base; it is on disk on return.
     *
     * @param sequence of the catalogue, read before its products were
     */
    public void finish(long sequence) {
        try {
            writer.forceMerge(1);
            phrases.save(path);
            writer.setLiveCommitData(
                    Map.of(
                                    WorkingCopy.FORMAT_KEY,
                                    IndexFields.FORMAT,
                                    WorkingCopy.SEQUENCE_KEY,
                                    Long.toString(sequence))
                            .entrySet());
            writer.commit();
            finished = true;
        } catch (IOException e) {
            throw ProductIndex.failed("completing the index in " + path, e);
        }
    }

    /** Gives up what was not finished. */
    @Override
    public void close() {
        try {
            if (finished) {
                writer.close();
            } else {
                writer.rollback();
            }
            directory.close();
        } catch (IOException e) {
            throw ProductIndex.failed("closing the index in " + path, e);
        }
    }
}
