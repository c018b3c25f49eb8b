package dev.vitrine.training.relevance;

import java.util.List;

/**
 * A text as comparable words, in order.
 *
 * @param words in lower case, without words such as "with"; numbers as decimals, units by one name
 * @param stems of the words
 * @param head how many of the words come before the first "with", "for", "in", comma or bracket:
 *     the last of those names what the text is about
 */
record Wording(List<String> words, List<String> stems, int head) {
    Wording {
        words = List.copyOf(words);
        stems = List.copyOf(stems);
        if (words.size() != stems.size() || head > words.size()) {
            throw new IllegalArgumentException(words + ", " + stems + ", " + head);
        }
    }

    int size() {
        return words.size();
    }

    /** Whether a word is a number. */
    static boolean isNumber(String word) {
        return Character.isDigit(word.charAt(0));
    }

    /** The place of the last word of the head that is neither number nor unit; -1 for none. */
    int headWord() {
        for (int i = head - 1; i >= 0; i--) {
            if (!isNumber(words.get(i)) && !WordCutter.isUnit(words.get(i))) {
                return i;
            }
        }
        return -1;
    }
}
