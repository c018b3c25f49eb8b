package dev.vitrine.training.relevance;

import dev.vitrine.kernel.time.Progress;
import dev.vitrine.training.parallel.ParallelBlocks;
import dev.vitrine.training.trees.TreeRows;
import java.util.List;

/**
 * Features of every pair of a listing, none of which knows a rating. Groups of them can be left out
 * by name: {@code match} (which words of the term the title has), {@code place} (where), {@code
 * number} (numbers and measures), {@code cosine} (texts as wholes), {@code directions} (of latent
 * semantic analysis), {@code counts}, {@code compared}, {@code others}, {@code terms} and {@code
 * near} (the rest of the listing), {@code order} (the product's number in the catalogue).
 */
public final class RelevanceTable {
    /** What the rest of the listing says of a pair. */
    public static final List<String> LISTING =
            List.of("counts", "compared", "others", "terms", "near");

    /** The product's number in the catalogue, which should say nothing and does. */
    public static final List<String> ORDER = List.of("order");

    private static final int DIRECTIONS = 30;

    private final Columns columns;
    private final float[] bm25;

    private RelevanceTable(Columns columns, float[] bm25) {
        this.columns = columns;
        this.bm25 = bm25;
    }

    /**
     * Reads the texts and computes all features; memory is about 700 bytes a pair, and as much for
     * each text.
     *
     * @param listing with at least one pair
     */
    public static RelevanceTable of(Listing listing, ParallelBlocks parallel, Progress progress) {
        progress.start("features of terms and titles", "steps", 4);
        Texts texts = new Texts(listing);
        progress.advance(1);
        Columns columns = new Columns(listing.size());
        new MatchColumns(texts, columns).add();
        progress.advance(2);
        CosineColumns cosines = new CosineColumns(texts, columns, parallel);
        cosines.add();
        cosines.addDirections(DIRECTIONS);
        progress.advance(3);
        ListingColumns others = new ListingColumns(texts, cosines, columns);
        others.add();
        others.addOrder();
        progress.finish(columns.names().size() + " features of " + listing.size() + " pairs");
        return new RelevanceTable(columns, cosines.plainBm25());
    }

    /** Adds a feature from elsewhere, one number for each pair, to the group {@code added}. */
    public void add(String name, float[] values) {
        float[] column = columns.add("added." + name);
        System.arraycopy(values, 0, column, 0, column.length);
    }

    /**
     * BM25 of the term's words as they were typed in the title, with the constants that Lucene has:
     * what the features are measured against.
     */
    public float[] bm25() {
        return bm25.clone();
    }

    /** Names of all features. */
    public List<String> names() {
        return columns.names();
    }

    /**
     * Some pairs for trees.
     *
     * @param labels of all pairs
     * @param without groups that are left out
     */
    public TreeRows rows(int[] pairs, float[] labels, List<String> without) {
        return columns.rows(pairs, labels, without);
    }
}
