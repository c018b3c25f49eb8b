package dev.vitrine.retrieval.lexical;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.TermFrequencyAttribute;

/**
 * Collects the terms of one product with their weights and hands them to the index, each once with
 * its summed weight as frequency. Reused from product to product; not thread-safe.
 */
final class WeightedTerms extends TokenStream {
    /** Repeating a word does not make a product fit better without end. */
    private static final int MAX_FREQUENCY = 40;

    private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
    private final TermFrequencyAttribute frequency = addAttribute(TermFrequencyAttribute.class);
    private final Map<String, Integer> weights = new HashMap<>();
    private Iterator<Map.Entry<String, Integer>> left = weights.entrySet().iterator();

    void startProduct() {
        weights.clear();
    }

    /** Adds every form under which the words are to be found. */
    void add(List<Word> words, int weight) {
        for (int i = 0; i < words.size(); i++) {
            Word word = words.get(i);
            add(word.term(), weight);
            if (!word.isSimple()) {
                for (Word.Atom atom : word.atoms()) {
                    add(atom.term(), Math.max(1, weight / 2));
                }
            } else if (word.isHan()) {
                pairs(word.first().surface(), Math.max(1, weight / 2));
            }
            if (i > 0) {
                Word before = words.get(i - 1);
                if (word.isHan() && before.isHan() && before.end() == word.start()) {
                    String left = before.surface();
                    String pair = left.substring(left.length() - 1) + word.surface().charAt(0);
                    add(pair, Math.max(1, weight / 2));
                }
                String joined = TermForms.joined(before, word);
                if (!joined.isEmpty()) {
                    add(joined, weight);
                }
            }
        }
    }

    private void pairs(String han, int weight) {
        if (han.length() > 2) {
            for (int i = 0; i + 2 <= han.length(); i++) {
                add(han.substring(i, i + 2), weight);
            }
        }
    }

    private void add(String text, int weight) {
        if (!text.isEmpty()) {
            weights.merge(text, weight, WeightedTerms::capped);
        }
    }

    private static int capped(int one, int other) {
        return Math.min(MAX_FREQUENCY, one + other);
    }

    @Override
    public void reset() {
        left = weights.entrySet().iterator();
    }

    @Override
    public boolean incrementToken() {
        if (!left.hasNext()) {
            return false;
        }
        clearAttributes();
        Map.Entry<String, Integer> next = left.next();
        term.append(next.getKey());
        frequency.setTermFrequency(next.getValue());
        return true;
    }
}
