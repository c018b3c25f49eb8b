package dev.vitrine.training.relevance;

import dev.vitrine.kernel.time.Progress;
import dev.vitrine.training.content.TruncatedSvd;
import dev.vitrine.training.parallel.ParallelBlocks;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How near a term and a title are as wholes: BM25, cosines of words, of runs of letters, and of
 * what they mean (latent semantic analysis, Deerwester et al. 1990). Rows of the spaces: titles
 * first, then terms.
 */
final class CosineColumns {
    static final int DIMENSIONS = 100;

    private static final double K1 = 1.2;
    private static final double B = .75;

    private final Texts texts;
    private final Listing listing;
    private final Columns columns;
    private final int titles;
    private final SparseRows words;
    private final SparseRows letters;
    private final DenseRows meaning;

    CosineColumns(Texts texts, Columns columns, ParallelBlocks parallel) {
        this.texts = texts;
        this.listing = texts.listing();
        this.columns = columns;
        this.titles = listing.titles().size();
        List<List<String>> byWord = new ArrayList<>();
        List<List<String>> byLetters = new ArrayList<>();
        for (Wording title : texts.titles()) {
            byWord.add(runs(title.stems()));
            byLetters.add(letters(title.words()));
        }
        for (Wording term : texts.terms()) {
            byWord.add(runs(term.stems()));
            byLetters.add(letters(term.words()));
        }
        this.words = rows(byWord);
        this.letters = rows(byLetters);
        this.meaning =
                DenseRows.projected(
                        words.matrix(),
                        TruncatedSvd.rightVectors(
                                words.matrix(), DIMENSIONS, 1, parallel, Progress.NONE),
                        DIMENSIONS);
    }

    private SparseRows rows(List<List<String>> texts) {
        SparseRows rows = new SparseRows(texts.subList(0, titles), 2);
        texts.forEach(rows::add);
        return rows;
    }

    /** Stems and pairs of neighbours. */
    static List<String> runs(List<String> stems) {
        List<String> runs = new ArrayList<>(stems);
        for (int i = 0; i + 1 < stems.size(); i++) {
            runs.add(stems.get(i) + " " + stems.get(i + 1));
        }
        return runs;
    }

    /** Runs of three to five letters of words with their borders. */
    static List<String> letters(List<String> words) {
        List<String> runs = new ArrayList<>();
        for (String word : words) {
            String bordered = " " + word + " ";
            for (int length = 3; length <= 5; length++) {
                for (int at = 0; at + length <= bordered.length(); at++) {
                    runs.add(bordered.substring(at, at + length));
                }
            }
        }
        return runs;
    }

    /** Row of a term. */
    int term(int term) {
        return titles + term;
    }

    SparseRows words() {
        return words;
    }

    SparseRows letters() {
        return letters;
    }

    DenseRows meaning() {
        return meaning;
    }

    void add() {
        float[] byWord = columns.add("cosine.words");
        float[] byLetters = columns.add("cosine.letters");
        float[] byMeaning = columns.add("cosine.meaning");
        float[] bm25 = columns.add("cosine.bm25");
        float[] jaccard = columns.add("cosine.jaccard");
        double mean = meanLength();
        for (int row = 0; row < listing.size(); row++) {
            int term = listing.term()[row];
            int title = listing.product()[row];
            byWord[row] = (float) words.cosine(title, term(term));
            byLetters[row] = (float) letters.cosine(title, term(term));
            byMeaning[row] = (float) meaning.cosine(title, term(term));
            bm25[row] = (float) bm25(texts.termStems(term), title, mean);
            jaccard[row] = jaccard(term, title);
        }
    }

    private double meanLength() {
        double mean = 0;
        for (int title = 0; title < titles; title++) {
            mean += texts.titleStems(title).length / (double) titles;
        }
        return mean;
    }

    /** BM25 of terms as they were typed. */
    float[] plainBm25() {
        float[] bm25 = new float[listing.size()];
        double mean = meanLength();
        for (int row = 0; row < bm25.length; row++) {
            int[] typed = texts.typedStems(listing.term()[row]);
            bm25[row] = (float) bm25(typed, listing.product()[row], mean);
        }
        return bm25;
    }

    /** Robertson and Zaragoza 2009. */
    private double bm25(int[] term, int title, double mean) {
        int[] stems = texts.titleStems(title);
        double sum = 0;
        for (int asked : term) {
            int count = 0;
            for (int stem : stems) {
                count += stem == asked ? 1 : 0;
            }
            sum +=
                    texts.idf(asked)
                            * count
                            * (K1 + 1)
                            / (count + K1 * (1 - B + B * stems.length / mean));
        }
        return sum;
    }

    private float jaccard(int term, int title) {
        Set<Integer> all = new HashSet<>();
        for (int stem : texts.titleStems(title)) {
            all.add(stem);
        }
        int own = all.size();
        int both = 0;
        Set<Integer> asked = new HashSet<>();
        for (int stem : texts.termStems(term)) {
            if (asked.add(stem)) {
                both += all.contains(stem) ? 1 : 0;
            }
        }
        return both / (float) Math.max(1, own + asked.size() - both);
    }

    /** The directions of both texts, one column each. */
    void addDirections(int count) {
        for (int d = 0; d < count; d++) {
            float[] ofTerm = columns.add("directions.term" + d);
            float[] ofTitle = columns.add("directions.title" + d);
            for (int row = 0; row < listing.size(); row++) {
                ofTerm[row] = meaning.value(term(listing.term()[row]), d);
                ofTitle[row] = meaning.value(listing.product()[row], d);
            }
        }
    }
}
