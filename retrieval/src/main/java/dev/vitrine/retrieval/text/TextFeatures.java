package dev.vitrine.retrieval.text;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;

/**
 * What a text is made of, as numbers of a table: its words, what words are made of (runs of three
 * to five characters with their borders, so that forms, parts and misspellings of a word meet), and
 * single characters and pairs of Chinese, Japanese and Korean script, which has no spaces. Features
 * are hashed, so no list of words is kept and none is unknown. Letters and digits in one word are
 * parted where they meet, as in 10x12 and 500ml. Words come before what they are made of, so that a
 * long text that is cut still has all its words and the pieces of its first ones. Stateless.
 *
 * @param buckets places of the table, a power of two; 0 is kept for filling up
 * @param most features of a text that are kept, the first ones
 */
public record TextFeatures(int buckets, int most) {
    private static final int SHORTEST_PIECE = 3;
    private static final int LONGEST_PIECE = 5;
    private static final int LONGEST_WORD = 32;
    private static final int LONGEST_TEXT = 2_000;

    public TextFeatures {
        if (buckets < 2 || Integer.bitCount(buckets) != 1 || most < 1) {
            throw new IllegalArgumentException(buckets + " buckets, " + most + " features");
        }
    }

    /** The features, words in the order of the text and then their pieces; none is 0. */
    public int[] of(String text) {
        String cut = text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text;
        String plain = Normalizer.normalize(cut, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        Collector all = new Collector();
        int start = -1;
        Kind kind = Kind.NONE;
        int previous = -1;
        for (int i = 0; i <= plain.length() && all.size < most; ) {
            int c = i < plain.length() ? plain.codePointAt(i) : ' ';
            Kind next = Kind.of(c);
            if (start >= 0 && next != kind) {
                word(plain, start, i, kind, all);
                start = -1;
            }
            if (next == Kind.LETTERS || next == Kind.DIGITS) {
                start = start < 0 ? i : start;
            } else if (next == Kind.EAST_ASIAN) {
                all.add(hash(c, 0x9E37));
                if (previous >= 0) {
                    all.add(hash(previous * 31 + c, 0x85EB));
                }
            }
            previous = next == Kind.EAST_ASIAN ? c : -1;
            kind = next;
            i += Character.charCount(c);
        }
        for (int word = 0; word < all.words && all.size < most; word++) {
            pieces(plain, all.starts[word], all.ends[word], all);
        }
        return Arrays.copyOf(all.values, all.size);
    }

    private void word(String text, int from, int to, Kind kind, Collector all) {
        int end = Math.min(to, from + LONGEST_WORD);
        all.add(hash(text, from, end, 0x1B87));
        if (kind == Kind.LETTERS) { // A part of a number is another number.
            all.keep(from, end);
        }
    }

    private void pieces(String text, int from, int to, Collector all) {
        String bordered = "<" + text.substring(from, to) + ">";
        for (int length = SHORTEST_PIECE; length <= LONGEST_PIECE; length++) {
            for (int at = 0; at + length <= bordered.length(); at++) {
                if (length < bordered.length()) {
                    all.add(hash(bordered, at, at + length, 0xC2B2));
                }
            }
        }
    }

    private enum Kind {
        NONE,
        LETTERS,
        DIGITS,
        EAST_ASIAN;

        static Kind of(int c) {
            if (c < 128) {
                boolean letter = c >= 'a' && c <= 'z';
                return letter ? LETTERS : c >= '0' && c <= '9' ? DIGITS : NONE;
            }
            if (Character.isIdeographic(c)) {
                return EAST_ASIAN;
            }
            return switch (Character.UnicodeScript.of(c)) {
                case HAN, HIRAGANA, KATAKANA, HANGUL -> EAST_ASIAN;
                default -> Character.isDigit(c) ? DIGITS : Character.isLetter(c) ? LETTERS : NONE;
            };
        }
    }

    private final class Collector {
        private final int[] values = new int[most];
        private final int[] starts = new int[most];
        private final int[] ends = new int[most];
        private int size;
        private int words;

        /** Remembers a word whose pieces come later. */
        void keep(int start, int end) {
            if (words < most) {
                starts[words] = start;
                ends[words++] = end;
            }
        }

        void add(int hash) {
            if (size < most) {
                int place = hash & (buckets - 1);
                values[size++] = place == 0 ? 1 : place;
            }
        }
    }

    /** FNV-1a over the characters with a final mix; models depend on it, so it never changes. */
    private static int hash(String text, int from, int to, int seed) {
        int h = 0x811c9dc5 ^ seed;
        for (int i = from; i < to; i++) {
            h = (h ^ text.charAt(i)) * 0x01000193;
        }
        return hash(h, seed);
    }

    private static int hash(int value, int seed) {
        int h = value ^ seed * 0x9E3779B1;
        h ^= h >>> 16;
        h *= 0x85ebca6b;
        h ^= h >>> 13;
        h *= 0xc2b2ae35;
        return h ^ (h >>> 16);
    }
}
