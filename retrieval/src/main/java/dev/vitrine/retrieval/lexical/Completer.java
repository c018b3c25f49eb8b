package dev.vitrine.retrieval.lexical;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.MultiTerms;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.CollectionTerminatedException;
import org.apache.lucene.search.Collector;
import org.apache.lucene.search.LeafCollector;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.Scorable;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;

/**
 * Finishes what is being typed: first phrases (what others searched for, brands, categories, what
 * titles call things), then titles of products that have the words so far and a word that begins as
 * the last one. Thread-safe.
 */
final class Completer {
    static final int MAX_TEXT = 100;
    static final int MAX_COMPLETIONS = 50;

    /** A phrase out of titles says less than a category or brand of the same frequency. */
    private static final float MINED_WEIGHT = 0.5f;

    private static final float LOGGED_WEIGHT = 4f;
    private static final int EXPANSIONS = 32;
    private static final int TERMS_LOOKED_AT = 2_000;
    private static final int PRODUCTS_LOOKED_AT = 4_000;

    private volatile PhraseTable table = PhraseTable.EMPTY;

    /** Makes the phrases anew from a snapshot, from titles, and from searches with their counts. */
    void learn(Snapshot snapshot, Map<String, Float> mined, Map<String, Float> searched) {
        Map<String, Float> brands = new HashMap<>();
        Map<String, Float> categories = new HashMap<>();
        for (LeafReaderContext leaf : snapshot.getIndexReader().leaves()) {
            SegmentColumns segment = snapshot.columns(leaf);
            for (int brand : segment.brands) {
                if (brand >= 0) {
                    brands.merge(segment.brandNames[brand], 1f, Float::sum);
                }
            }
            for (int set : segment.categories) {
                for (int category : segment.categorySets[set]) {
                    String path = segment.categoryNames[category];
                    int last = path.lastIndexOf(FilterField.PATH_SEPARATOR);
                    String name =
                            last < 0
                                    ? path
                                    : path.substring(last + FilterField.PATH_SEPARATOR.length());
                    categories.merge(name, 1f, Float::sum);
                }
            }
        }
        List<PhraseTable.Phrase> phrases = new ArrayList<>();
        put(phrases, searched, Completion.Kind.QUERY, LOGGED_WEIGHT);
        put(phrases, categories, Completion.Kind.CATEGORY, 1f);
        put(phrases, brands, Completion.Kind.BRAND, 1f);
        put(phrases, mined, Completion.Kind.QUERY, MINED_WEIGHT);
        table = new PhraseTable(phrases);
    }

    private static void put(
            List<PhraseTable.Phrase> phrases,
            Map<String, Float> from,
            Completion.Kind kind,
            float weight) {
        from.forEach(
                (text, count) -> phrases.add(new PhraseTable.Phrase(text, kind, weight * count)));
    }

    List<Completion> complete(
            Snapshot snapshot, AnalysisPool analysis, String text, int n, ItemPrior popularity)
            throws IOException {
        String typed = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
        String start = typed.stripLeading();
        if (start.isBlank() || n < 1) {
            return List.of();
        }
        int wanted = Math.min(n, MAX_COMPLETIONS);
        List<Completion> phrases = new ArrayList<>(table.complete(start, wanted));
        if (phrases.size() < wanted && isOpen(typed)) {
            phrases.addAll(lastWords(snapshot, analysis.words(typed), start, wanted));
        }
        List<Completion> titles = List.of();
        int free = wanted - Math.min(phrases.size(), (wanted * 7 + 9) / 10);
        if (free > 0) {
            titles = titles(snapshot, analysis.words(typed), isOpen(typed), free, popularity);
        }
        Set<String> seen = new HashSet<>();
        List<Completion> all = new ArrayList<>();
        int head = wanted - titles.size();
        for (int i = 0; i < Math.min(head, phrases.size()); i++) {
            keep(phrases.get(i), seen, all);
        }
        titles.forEach(title -> keep(title, seen, all));
        for (int i = head; i < phrases.size() && all.size() < wanted; i++) {
            keep(phrases.get(i), seen, all);
        }
        return all;
    }

    private static void keep(Completion completion, Set<String> seen, List<Completion> all) {
        if (seen.add(FilterField.fold(completion.text()))) {
            all.add(completion);
        }
    }

    /** True while the last word may go on. */
    private static boolean isOpen(String typed) {
        return !Character.isWhitespace(typed.charAt(typed.length() - 1));
    }

    private List<Completion> titles(
            Snapshot snapshot, List<Word> words, boolean open, int n, ItemPrior popularity)
            throws IOException {
        if (words.isEmpty()) {
            return List.of();
        }
        BooleanQuery.Builder all = new BooleanQuery.Builder();
        int whole = open ? words.size() - 1 : words.size();
        wholeWords(words, whole, all);
        if (open) {
            Word last = words.getLast();
            BooleanQuery.Builder either = new BooleanQuery.Builder();
            either.add(starting(snapshot, last.surface()), Occur.SHOULD);
            either.add(new TermQuery(new Term(IndexFields.TEXT, last.term())), Occur.SHOULD);
            all.add(either.build(), Occur.FILTER);
        }
        Best best = new Best(snapshot, n, popularity);
        snapshot.search(all.build(), best);
        List<Completion> titles = new ArrayList<>();
        for (Best.Product product : best.sorted()) {
            String title =
                    snapshot.storedFields()
                            .document(product.document(), Set.of(IndexFields.TITLE))
                            .get(IndexFields.TITLE);
            if (title != null) {
                titles.add(new Completion(title, Completion.Kind.TITLE, product.item()));
            }
        }
        return titles;
    }

    /** The text with its last word finished, where products have all of the words. */
    private static List<Completion> lastWords(
            Snapshot snapshot, List<Word> words, String start, int n) throws IOException {
        if (words.size() < 2 || !start.endsWith(words.getLast().surface())) {
            return List.of();
        }
        String last = words.getLast().surface();
        String before = start.substring(0, start.length() - last.length());
        List<Completion> completions = new ArrayList<>();
        for (Map.Entry<BytesRef, Integer> word : expansions(snapshot, last)) {
            BooleanQuery.Builder all = new BooleanQuery.Builder();
            wholeWords(words, words.size() - 1, all);
            all.add(new TermQuery(new Term(IndexFields.WORDS, word.getKey())), Occur.FILTER);
            if (completions.size() < n && snapshot.count(all.build()) > 0) {
                String text = before + word.getKey().utf8ToString();
                completions.add(new Completion(text, Completion.Kind.QUERY, -1));
            }
        }
        return completions;
    }

    private static void wholeWords(List<Word> words, int count, BooleanQuery.Builder all) {
        for (int i = 0; i < Math.min(count, QueryPlanner.MAX_WORDS); i++) {
            Word word = words.get(i);
            if (!TextAnalysis.isStopWord(word.surface())) {
                all.add(new TermQuery(new Term(IndexFields.TEXT, word.term())), Occur.FILTER);
            }
        }
    }

    /** Products with one of the most frequent words that begin so. */
    private static Query starting(Snapshot snapshot, String prefix) throws IOException {
        return new TermInSetQuery(
                IndexFields.WORDS,
                expansions(snapshot, prefix).stream().map(Map.Entry::getKey).toList());
    }

    /** The most frequent words that begin so, most frequent first. */
    private static List<Map.Entry<BytesRef, Integer>> expansions(Snapshot snapshot, String prefix)
            throws IOException {
        List<Map.Entry<BytesRef, Integer>> found = new ArrayList<>();
        Terms terms = MultiTerms.getTerms(snapshot.getIndexReader(), IndexFields.WORDS);
        if (terms != null) {
            TermsEnum each = terms.iterator();
            BytesRef start = new BytesRef(prefix);
            if (each.seekCeil(start) != TermsEnum.SeekStatus.END) {
                BytesRef term = each.term();
                int looked = 0;
                while (term != null
                        && looked++ < TERMS_LOOKED_AT
                        && org.apache.lucene.util.StringHelper.startsWith(term, start)) {
                    found.add(Map.entry(BytesRef.deepCopyOf(term), each.docFreq()));
                    term = each.next();
                }
            }
        }
        found.sort(Map.Entry.<BytesRef, Integer>comparingByValue().reversed());
        return found.subList(0, Math.min(EXPANSIONS, found.size()));
    }

    /** Keeps the most popular of the first matches, and stops when it has seen enough. */
    private static final class Best implements Collector {
        record Product(int document, int item, float popularity) {}

        private final Snapshot snapshot;
        private final int n;
        private final ItemPrior popularity;
        private final List<Product> products = new ArrayList<>();
        private int seen;

        Best(Snapshot snapshot, int n, ItemPrior popularity) {
            this.snapshot = snapshot;
            this.n = n;
            this.popularity = popularity;
        }

        @Override
        public ScoreMode scoreMode() {
            return ScoreMode.COMPLETE_NO_SCORES;
        }

        @Override
        public LeafCollector getLeafCollector(LeafReaderContext leaf) {
            if (seen >= PRODUCTS_LOOKED_AT) {
                throw new CollectionTerminatedException();
            }
            int[] numbers = snapshot.columns(leaf).numbers;
            return new LeafCollector() {
                @Override
                public void setScorer(Scorable scorer) {}

                @Override
                public void collect(int document) {
                    offer(leaf.docBase + document, numbers[document]);
                }
            };
        }

        private void offer(int document, int item) {
            if (++seen > PRODUCTS_LOOKED_AT) {
                throw new CollectionTerminatedException();
            }
            float wanted = MatchCollector.unit(popularity.of(item));
            if (products.size() == n && wanted <= products.getLast().popularity()) {
                return;
            }
            products.add(new Product(document, item, wanted));
            products.sort(Comparator.comparingDouble(p -> -p.popularity()));
            if (products.size() > n) {
                products.removeLast();
            }
        }

        List<Product> sorted() {
            return products;
        }
    }
}
