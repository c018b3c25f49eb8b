package dev.vitrine.retrieval.table;

import dev.vitrine.retrieval.candidate.CandidateSource;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.ItemScorer;
import dev.vitrine.retrieval.candidate.TopItems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How much each item is wanted, overall and within categories: decayed counts as of the moment of
 * fitting. Proposes the same to everyone, so it is what answers when nothing is known of a shopper,
 * and what every other model is judged beside. Immutable and safe for concurrent callers.
 */
public final class Popularity implements ItemScorer, CandidateSource {
    static final String KIND = "popularity";
    static final int VERSION = 1;

    private final float[] counts;
    private final int[] ranked;
    private final TreeMap<String, int[]> byCategory;

    /**
     * @param counts one per item, not negative; not copied
     * @param itemsByCategory item numbers of each category, in any order; a category is a path such
     *     as {@code Home > Kitchen}
     */
    public Popularity(float[] counts, Map<String, int[]> itemsByCategory) {
        this.counts = counts;
        int[] all = new int[counts.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = i;
        }
        this.ranked = rank(all);
        this.byCategory = new TreeMap<>();
        itemsByCategory.forEach((category, items) -> byCategory.put(category, rank(items)));
    }

    @Override
    public int items() {
        return counts.length;
    }

    /** The decayed count of an item; 0 for one that came later than the fit. */
    public float count(int item) {
        return item < counts.length ? counts[item] : 0f;
    }

    /** The categories that have items, in alphabetical order. */
    public Set<String> categories() {
        return byCategory.keySet();
    }

    @Override
    public void score(History history, float[] scores) {
        System.arraycopy(counts, 0, scores, 0, counts.length);
    }

    /** Offers the most wanted allowed items, whatever the history. */
    @Override
    public void collect(History history, ItemMask allowed, TopItems best) {
        collect(ranked, allowed, best);
    }

    /** Offers the most wanted allowed items of one category; none when it is not known. */
    public void collect(String category, ItemMask allowed, TopItems best) {
        int[] items = byCategory.get(category);
        if (items != null) {
            collect(items, allowed, best);
        }
    }

    private void collect(int[] items, ItemMask allowed, TopItems best) {
        for (int item : items) {
            if (counts[item] < best.threshold()) {
                return;
            }
            if (allowed.contains(item)) {
                best.offer(item, counts[item]);
            }
        }
    }

    /** Writes the model to a file. */
    public void save(Path file) {
        try (TableWriter out = new TableWriter(file, KIND, VERSION)) {
            out.putFloats(counts);
            out.putInt(byCategory.size());
            byCategory.forEach((category, items) -> {
                out.putText(category);
                out.putInts(items);
            });
            out.finish();
        }
    }

    /** Reads what {@link #save} wrote. */
    public static Popularity load(Path file) {
        try (TableReader in = new TableReader(file, KIND, VERSION)) {
            float[] counts = in.getFloats();
            int categories = in.getInt();
            Map<String, int[]> itemsByCategory = new TreeMap<>();
            for (int c = 0; c < categories; c++) {
                String category = in.getText();
                int[] items = in.getInts();
                for (int item : items) {
                    if (item < 0 || item >= counts.length) {
                        throw in.damaged("category '" + category + "' has item number " + item);
                    }
                }
                itemsByCategory.put(category, items);
            }
            return new Popularity(counts, itemsByCategory);
        }
    }

    /** Most wanted first; among equals the lower number. */
    private int[] rank(int[] items) {
        List<Integer> sorted = new ArrayList<>(items.length);
        for (int item : items) {
            sorted.add(item);
        }
        sorted.sort(
                Comparator.<Integer>comparingDouble(item -> -counts[item])
                        .thenComparing(Comparator.naturalOrder()));
        int[] ranked = new int[items.length];
        for (int i = 0; i < ranked.length; i++) {
            ranked[i] = sorted.get(i);
        }
        return ranked;
    }
}
