package dev.vitrine.retrieval.lexical;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.spell.DirectSpellChecker;
import org.apache.lucene.search.spell.SuggestMode;
import org.apache.lucene.search.spell.SuggestWord;

/**
 * Finds the word that was probably meant among the words of titles, brands and categories. A word
 * of 4 or 5 letters may differ by one letter, a longer one by two; swapped neighbours count as one.
 * Among those the nearest wins, unless one that is further away is far more frequent. A word may
 * also be two words written as one. Thread-safe.
 */
final class Spelling {
    private static final int SHORTEST = 4;
    private static final int TWO_EDITS_FROM = 6;
    private static final int LONGEST = 32;
    private static final int SUGGESTIONS = 16;
    private static final int SHORTEST_PART = 3;
    private static final int PART_FREQUENCY = 3;
    private static final int CACHED = 4_096;

    /** One more edit must be outweighed by e^4, about 55 times as many products. */
    private static final double EDIT_COST = 4;

    /** Typing errors rarely hit the first letter. */
    private static final double FIRST_LETTER_COST = 1.5;

    private final Map<String, Optional<String>> known =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Optional<String>> eldest) {
                    return size() > CACHED;
                }
            };
    private long knownVersion = -1;

    /**
     * @param surface letters, folded
     * @return one word, or two with a blank between them
     */
    Optional<String> correct(Snapshot snapshot, String surface) {
        if (surface.length() < SHORTEST || surface.length() > LONGEST) {
            return Optional.empty();
        }
        synchronized (known) {
            if (knownVersion != snapshot.version()) {
                known.clear();
                knownVersion = snapshot.version();
            }
            Optional<String> before = known.get(surface);
            if (before != null) {
                return before;
            }
        }
        Optional<String> found = find(snapshot, surface);
        synchronized (known) {
            if (knownVersion == snapshot.version()) {
                known.put(surface, found);
            }
        }
        return found;
    }

    private static Optional<String> find(Snapshot snapshot, String surface) {
        Optional<String> one = nearest(snapshot, surface, 1);
        if (one.isPresent()) {
            return one;
        }
        Optional<String> two = apart(snapshot, surface);
        if (two.isPresent() || surface.length() < TWO_EDITS_FROM) {
            return two;
        }
        return nearest(snapshot, surface, 2);
    }

    private static Optional<String> nearest(Snapshot snapshot, String surface, int edits) {
        DirectSpellChecker checker = new DirectSpellChecker();
        checker.setMaxEdits(edits);
        checker.setMinPrefix(edits == 1 ? 0 : 1);
        checker.setMinQueryLength(SHORTEST);
        checker.setThresholdFrequency(0);
        checker.setMaxQueryFrequency(0.999f);
        checker.setLowerCaseTerms(false);
        try {
            SuggestWord[] words =
                    checker.suggestSimilar(
                            new Term(IndexFields.WORDS, surface),
                            SUGGESTIONS,
                            snapshot.getIndexReader(),
                            SuggestMode.SUGGEST_ALWAYS,
                            0.3f);
            double best = Double.NEGATIVE_INFINITY;
            String found = "";
            for (SuggestWord word : words) {
                double score = value(surface, word);
                if (score > best) {
                    best = score;
                    found = word.string;
                }
            }
            return found.isEmpty() ? Optional.empty() : Optional.of(found);
        } catch (IOException e) {
            throw ProductIndex.failed("correcting a word", e);
        }
    }

    private static double value(String surface, SuggestWord word) {
        double edits = (1 - word.score) * Math.min(surface.length(), word.string.length());
        double first = word.string.charAt(0) == surface.charAt(0) ? 0 : FIRST_LETTER_COST;
        return Math.log1p(word.freq) - EDIT_COST * edits - first;
    }

    /** Two words that were typed without a blank. */
    private static Optional<String> apart(Snapshot snapshot, String surface) {
        int best = PART_FREQUENCY - 1;
        int place = 0;
        for (int at = SHORTEST_PART; at + SHORTEST_PART <= surface.length(); at++) {
            int left = snapshot.frequency(IndexFields.WORDS, surface.substring(0, at));
            if (left > best) {
                int right = snapshot.frequency(IndexFields.WORDS, surface.substring(at));
                if (Math.min(left, right) > best) {
                    best = Math.min(left, right);
                    place = at;
                }
            }
        }
        return place == 0
                ? Optional.empty()
                : Optional.of(surface.substring(0, place) + " " + surface.substring(place));
    }
}
