package dev.vitrine.training.relevance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The texts of a listing as words, with a number for each stem. */
final class Texts {
    private final Listing listing;
    private final List<Wording> titles = new ArrayList<>();
    private final List<Wording> asTyped = new ArrayList<>();
    private final List<Wording> terms = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<int[]> titleStems = new ArrayList<>();
    private final List<int[]> termStems = new ArrayList<>();
    private final List<int[]> typedStems = new ArrayList<>();
    private final float[] idf;
    private final int[][] pieces;

    Texts(Listing listing) {
        this.listing = listing;
        WordCutter cutter = new WordCutter();
        Map<String, Wording> cut = new HashMap<>();
        for (String title : listing.titles()) {
            titles.add(cut.computeIfAbsent(title, cutter::cut));
        }
        listing.terms().forEach(term -> asTyped.add(cutter.cut(term)));
        correct(cutter);
        for (Wording title : titles) {
            titleStems.add(numbers(title));
        }
        for (Wording term : terms) {
            termStems.add(numbers(term));
        }
        for (Wording typed : asTyped) {
            typedStems.add(numbers(typed));
        }
        int[] counts = new int[numbers.size()];
        for (int[] stems : titleStems) {
            java.util.Arrays.stream(stems).distinct().forEach(stem -> counts[stem]++);
        }
        idf = new float[counts.length];
        for (int stem = 0; stem < idf.length; stem++) {
            idf[stem] = (float) Math.log((titles.size() + 1.0) / (counts[stem] + .5));
        }
        pieces = new int[counts.length][];
        numbers.forEach((stem, number) -> pieces[number] = pieces(stem));
    }

    private void correct(WordCutter cutter) {
        Spelled spelled = new Spelled(titles);
        int[][] byTerm = listing.byTerm();
        for (int term = 0; term < asTyped.size(); term++) {
            Map<String, Double> listed = new TreeMap<>();
            for (int pair : byTerm[term]) {
                titles.get(listing.product()[pair]).words().stream()
                        .distinct()
                        .forEach(word -> listed.merge(word, 1.0, Double::sum));
            }
            int size = byTerm[term].length;
            // One title more, so that a term with one listed title does not take its words.
            listed.replaceAll((word, count) -> count / (size + 1));
            Wording typed = asTyped.get(term);
            List<String> words = new ArrayList<>();
            int head = 0;
            for (int i = 0; i < typed.size(); i++) {
                words.addAll(spelled.corrected(typed.words().get(i), typed.stems().get(i), listed));
                head = i < typed.head() ? words.size() : head;
            }
            terms.add(cutter.of(words, head));
        }
    }

    private int[] numbers(Wording wording) {
        return wording.stems().stream()
                .mapToInt(stem -> numbers.computeIfAbsent(stem, next -> numbers.size()))
                .toArray();
    }

    /** Its runs of three letters with its borders, as numbers that rise. */
    private static int[] pieces(String stem) {
        String bordered = "<" + stem + ">";
        int[] pieces = new int[Math.max(0, bordered.length() - 2)];
        for (int i = 0; i < pieces.length; i++) {
            pieces[i] =
                    bordered.charAt(i) << 16 ^ bordered.charAt(i + 1) << 8 ^ bordered.charAt(i + 2);
        }
        java.util.Arrays.sort(pieces);
        return pieces;
    }

    /** How much two stems have in common: twice the shared runs of letters over all (Dice). */
    float alike(int a, int b) {
        if (a == b) {
            return 1;
        }
        int[] left = pieces[a];
        int[] right = pieces[b];
        int shared = 0;
        for (int i = 0, j = 0; i < left.length && j < right.length; ) {
            if (left[i] == right[j]) {
                shared++;
                i++;
                j++;
            } else if (left[i] < right[j]) {
                i++;
            } else {
                j++;
            }
        }
        return 2f * shared / Math.max(1, left.length + right.length);
    }

    Listing listing() {
        return listing;
    }

    List<Wording> titles() {
        return titles;
    }

    /** Terms with words corrected. */
    List<Wording> terms() {
        return terms;
    }

    List<Wording> asTyped() {
        return asTyped;
    }

    int[] titleStems(int title) {
        return titleStems.get(title);
    }

    int[] termStems(int term) {
        return termStems.get(term);
    }

    int[] typedStems(int term) {
        return typedStems.get(term);
    }

    /** How rare a stem is among titles. */
    float idf(int stem) {
        return idf[stem];
    }

    /** How many stems there are. */
    int stems() {
        return idf.length;
    }
}
