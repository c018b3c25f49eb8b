package dev.vitrine.retrieval.lexical;

import dev.vitrine.data.catalog.ProductChange;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.candidate.ItemMask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.jspecify.annotations.Nullable;

/**
 * The text index of a catalogue while it serves: a working copy of an immutable base (see {@link
 * IndexBuilder}) to which later product changes are applied. Safe for concurrent callers.
 *
 * <p>{@link #apply} hands changes to Lucene's writer; one thread makes them visible every {@code
 * refreshEvery} and commits them every {@code commitEvery}. A search runs in the thread that asks.
 * After a crash the index is at the last commit, which names the catalogue's sequence it contains;
 * the owner applies what came later.
 */
public final class ProductIndex implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ProductIndex.class.getName());
    private static final int PHRASES_EVERY_SECONDS = 60;
    private static final int MAX_LEARNED_SEARCHES = 100_000;

    private final IndexSettings settings;
    private final String base;
    private final Directory directory;
    private final IndexWriter writer;
    private final SearcherManager searchers;
    private final ColumnCache columns = new ColumnCache();
    private final AnalysisPool analysis = new AnalysisPool();
    private final Spelling spelling = new Spelling();
    private final Completer completer = new Completer();
    private final Map<String, Float> minedPhrases;
    private final ScheduledThreadPoolExecutor background;
    private final AtomicLong versions = new AtomicLong();

    /** Guards the writer, the document maker and the counters below. */
    private final Object writing = new Object();

    private final ProductDocument documents = new ProductDocument();
    private int uncommitted;
    private volatile long sequence;
    private volatile boolean changed;
    private volatile Map<String, Float> searches = Map.of();
    private volatile long phrasesVersion;

    private ProductIndex(Path base, Path working, IndexSettings settings, ThreadFactory threads)
            throws IOException {
        this.settings = settings;
        WorkingCopy.State state = WorkingCopy.prepare(base, working);
        this.base = state.base();
        this.sequence = state.sequence();
        this.minedPhrases = PhraseMiner.load(base);
        directory = FSDirectory.open(working);
        IndexWriterConfig config = new IndexWriterConfig();
        config.setSimilarity(IndexFields.similarity());
        config.setRAMBufferSizeMB(settings.writeBuffer().bytes() / 1048576.0);
        config.setOpenMode(IndexWriterConfig.OpenMode.APPEND);
        config.setCommitOnClose(false);
        // A merged segment has its columns before a search meets it.
        config.setMergedSegmentWarmer(columns::of);
        writer = new IndexWriter(directory, config);
        searchers = new SearcherManager(writer, new Snapshots());
        learnPhrases();
        background = new ScheduledThreadPoolExecutor(1, threads);
        background.setRemoveOnCancelPolicy(true);
        long refresh = settings.refreshEvery().toNanos();
        long commit = settings.commitEvery().toNanos();
        background.scheduleWithFixedDelay(
                guarded(this::refreshIfChanged), refresh, refresh, TimeUnit.NANOSECONDS);
        background.scheduleWithFixedDelay(
                guarded(this::commit), commit, commit, TimeUnit.NANOSECONDS);
        background.scheduleWithFixedDelay(
                guarded(this::learnIfChanged),
                PHRASES_EVERY_SECONDS,
                PHRASES_EVERY_SECONDS,
                TimeUnit.SECONDS);
    }

    /**
     * Opens a working copy of a base. A working copy left by an earlier process is taken up again
     * when it was made from the same base; otherwise it is made anew, and what was in its directory
     * is deleted.
     *
     * @param base a directory that {@link IndexBuilder} finished; it is only read
     * @param working a directory that this index alone uses
     * @param threads makes the one thread that shows changes to searches
     */
    public static ProductIndex open(
            Path base, Path working, IndexSettings settings, ThreadFactory threads) {
        try {
            return new ProductIndex(base, working, settings, threads);
        } catch (IOException e) {
            throw failed("opening the index " + base, e);
        }
    }

    private final class Snapshots extends SearcherFactory {
        @Override
        public IndexSearcher newSearcher(IndexReader reader, @Nullable IndexReader previous)
                throws IOException {
            return new Snapshot(reader, versions.incrementAndGet(), columns, settings.maskCache());
        }
    }

    /**
     * Brings products up to date; searches see it within about {@code refreshEvery}. Changes must
     * come in order of their sequence; to apply one again does no harm.
     */
    public void apply(List<ProductChange> changes) {
        synchronized (writing) {
            try {
                for (ProductChange change : changes) {
                    Term key = new Term(IndexFields.KEY, IndexFields.key(change.number()));
                    if (change.product().isPresent()) {
                        writer.updateDocument(
                                key, documents.of(change.number(), change.product().get()));
                    } else {
                        writer.deleteDocuments(key);
                    }
                    sequence = Math.max(sequence, change.sequence());
                    uncommitted++;
                }
            } catch (IOException e) {
                throw failed("applying changes of products", e);
            } catch (AlreadyClosedException e) {
                throw closed(e);
            }
            changed = true;
            if (uncommitted >= settings.commitChanges()) {
                commit();
            }
        }
    }

    /** The sequence of the last change applied. */
    public long sequence() {
        return sequence;
    }

    /** Shows all changes applied so far to searches before it returns. */
    public void refresh() {
        changed = false;
        try {
            searchers.maybeRefreshBlocking();
        } catch (IOException e) {
            changed = true;
            throw failed("showing changes of products", e);
        } catch (AlreadyClosedException e) {
            throw closed(e);
        }
    }

    private void refreshIfChanged() {
        if (changed) {
            refresh();
        }
    }

    /** Puts all changes applied so far on disk. */
    public void commit() {
        synchronized (writing) {
            if (uncommitted == 0) {
                return;
            }
            try {
                writer.setLiveCommitData(
                        Map.of(
                                        WorkingCopy.FORMAT_KEY,
                                        IndexFields.FORMAT,
                                        WorkingCopy.BASE_KEY,
                                        base,
                                        WorkingCopy.SEQUENCE_KEY,
                                        Long.toString(sequence))
                                .entrySet());
                writer.commit();
                uncommitted = 0;
            } catch (IOException e) {
                throw failed("committing changes of products", e);
            } catch (AlreadyClosedException e) {
                throw closed(e);
            }
        }
    }

    /** Grows with every change that became visible; keys of caches hold it. */
    public long version() {
        return in(Snapshot::version);
    }

    /** The number of products that can be found. */
    public int size() {
        return in(snapshot -> snapshot.getIndexReader().numDocs());
    }

    /** Finds, ranks and counts; what is typed is never an error. */
    public LexicalResult search(LexicalQuery query) {
        return search(query, Weights.DEFAULT);
    }

    LexicalResult search(LexicalQuery query, Weights weights) {
        String typed =
                query.text().length() > LexicalQuery.MAX_TEXT
                        ? query.text().substring(0, LexicalQuery.MAX_TEXT)
                        : query.text();
        return in(snapshot -> {
            QueryPlan plan =
                    analysis.with(words ->
                            new QueryPlanner(snapshot, words, spelling, settings.synonyms())
                                    .plan(typed));
            return new LexicalSearch(snapshot, query, plan, weights).run();
        });
    }

    /**
     * At most {@code n} ways to finish a text, best first.
     *
     * @param popularity orders titles
     */
    public List<Completion> complete(String text, int n, ItemPrior popularity) {
        return in(snapshot -> completer.complete(snapshot, analysis, text, n, popularity));
    }

    /**
     * Makes searches of shoppers known to completion, in place of those made known before.
     *
     * @param counts how often each was made, the first 100,000 are used
     */
    public void learnSearches(Map<String, Float> counts) {
        searches =
                counts.size() <= MAX_LEARNED_SEARCHES
                        ? Map.copyOf(counts)
                        : counts.entrySet().stream()
                                .limit(MAX_LEARNED_SEARCHES)
                                .collect(
                                        java.util.stream.Collectors.toUnmodifiableMap(
                                                Map.Entry::getKey, Map.Entry::getValue));
        learnPhrases();
    }

    private void learnPhrases() {
        in(snapshot -> {
            completer.learn(snapshot, minedPhrases, searches);
            phrasesVersion = snapshot.version();
            return true;
        });
    }

    private void learnIfChanged() {
        if (version() != phrasesVersion) {
            learnPhrases();
        }
    }

    /** The items that fulfil a filter; not to be changed by the caller, who may keep it. */
    public ItemMask mask(FilterExpression filter) {
        return in(snapshot -> snapshot.mask(filter));
    }

    private interface Reading<T> {
        T from(Snapshot snapshot) throws IOException;
    }

    private <T> T in(Reading<T> reading) {
        try {
            Snapshot snapshot = (Snapshot) searchers.acquire();
            try {
                return reading.from(snapshot);
            } finally {
                searchers.release(snapshot);
            }
        } catch (IOException e) {
            throw failed("reading the index", e);
        } catch (AlreadyClosedException e) {
            throw closed(e);
        }
    }

    /** A failure now must not end the thread: the disk may have room again later. */
    private static Runnable guarded(Runnable work) {
        return () -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "index upkeep failed", e);
            }
        };
    }

    static VitrineException failed(String doing, IOException cause) {
        return new VitrineException(
                RetrievalError.INDEX_FAILED, doing + " failed: " + cause.getMessage(), cause);
    }

    private static VitrineException closed(AlreadyClosedException cause) {
        return new VitrineException(
                RetrievalError.INDEX_CLOSED, "the index is closed: " + cause.getMessage(), cause);
    }

    /** Commits and closes; the working copy can be opened again. */
    @Override
    public void close() {
        boolean interrupted = endUpkeep();
        try {
            commit();
        } finally {
            try {
                searchers.close();
                writer.close();
                directory.close();
            } catch (IOException e) {
                throw failed("closing the index", e);
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /**
     * Lets the upkeep finish what it is at. Interrupted within a write it would close the file
     * under Lucene, its lock among them, and the commit that follows would fail.
     *
     * @return whether this thread was interrupted meanwhile
     */
    private boolean endUpkeep() {
        boolean interrupted = Thread.interrupted();
        background.shutdown();
        while (!background.isTerminated()) {
            try {
                background.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return interrupted;
    }
}
