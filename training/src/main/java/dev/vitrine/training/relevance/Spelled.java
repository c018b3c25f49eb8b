package dev.vitrine.training.relevance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Corrects the words of search terms by the words of titles. A word that titles seldom have becomes
 * the word that was probably meant: near in letters, frequent, and above all found in the titles
 * that were listed for the term. So {@code gcfi} becomes {@code gfci} where outlets were listed.
 * (The correction of search in {@code retrieval.lexical} knows no such list, because it makes it.)
 */
final class Spelled {
    private static final int SHORTEST = 4;
    private static final int TWO_EDITS_FROM = 6;

    /** Words of so many titles are spelled rightly. */
    private static final int RIGHT = 12;

    private static final int SHORTEST_PART = 3;
    private static final double EDIT_COST = 3.5;
    private static final double FIRST_LETTER_COST = 1.5;
    private static final double PARTS_COST = 4;

    /** What a word gains when every listed title has it. */
    private static final double LISTED_GAIN = 10;

    private final Map<String, Integer> titles = new HashMap<>();
    private final Map<String, Integer> stems = new HashMap<>();
    private final Map<Integer, List<String>> byLength = new HashMap<>();
    private final Map<String, Long> letters = new HashMap<>();

    /**
     * @param titles as cut
     */
    Spelled(List<Wording> titles) {
        for (Wording title : titles) {
            title.words().stream()
                    .distinct()
                    .forEach(word -> this.titles.merge(word, 1, Integer::sum));
            title.stems().stream().distinct().forEach(stem -> stems.merge(stem, 1, Integer::sum));
        }
        this.titles.forEach((word, count) -> {
            if (count >= 2 && word.length() >= SHORTEST && !Wording.isNumber(word)) {
                byLength.computeIfAbsent(word.length(), length -> new ArrayList<>()).add(word);
                letters.put(word, letters(word));
            }
        });
        byLength.values().forEach(words -> words.sort(Comparator.naturalOrder()));
    }

    /** How many titles have a word. */
    int titles(String word) {
        return titles.getOrDefault(word, 0);
    }

    /**
     * The word that was probably meant, or two.
     *
     * @param listed shares of the listed titles that have a word
     */
    List<String> corrected(String word, String stem, Map<String, Double> listed) {
        if (word.length() < SHORTEST
                || Wording.isNumber(word)
                || WordCutter.isUnit(word)
                || stems.getOrDefault(stem, 0) >= RIGHT
                || listed.getOrDefault(word, 0.0) > 0) {
            return List.of(word);
        }
        double best =
                titles(word) == 0 ? Double.NEGATIVE_INFINITY : value(word, listed) + EDIT_COST;
        String found = word;
        int most = word.length() < TWO_EDITS_FROM ? 1 : 2;
        long own = letters(word);
        for (int length = word.length() - most; length <= word.length() + most; length++) {
            for (String other : byLength.getOrDefault(length, List.of())) {
                long apart = own ^ letters.getOrDefault(other, 0L);
                if (Long.bitCount(apart) > 2 * most || other.equals(word)) {
                    continue;
                }
                int edits = Edits.between(word, other, most);
                if (edits > most) {
                    continue;
                }
                double first = other.charAt(0) == word.charAt(0) ? 0 : FIRST_LETTER_COST;
                double value = value(other, listed) - EDIT_COST * edits - first;
                if (value > best) {
                    best = value;
                    found = other;
                }
            }
        }
        List<String> result = List.of(found);
        for (int at = SHORTEST_PART; at + SHORTEST_PART <= word.length(); at++) {
            String left = word.substring(0, at);
            String right = word.substring(at);
            double value = Math.min(value(left, listed), value(right, listed)) - PARTS_COST;
            if (titles(left) >= RIGHT && titles(right) >= RIGHT && value > best) {
                best = value;
                result = List.of(left, right);
            }
        }
        return result;
    }

    private double value(String word, Map<String, Double> listed) {
        return Math.log1p(titles(word)) + LISTED_GAIN * listed.getOrDefault(word, 0.0);
    }

    /** Which letters a word has, a bit for each. */
    private static long letters(String word) {
        long letters = 0;
        for (int i = 0; i < word.length(); i++) {
            letters |= 1L << (word.charAt(i) - 'a');
        }
        return letters;
    }
}
