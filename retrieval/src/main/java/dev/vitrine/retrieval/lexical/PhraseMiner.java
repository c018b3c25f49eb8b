package dev.vitrine.retrieval.lexical;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds what titles call things: sequences of one to three words that many titles share, for the
 * completion of queries before anybody has searched. Keeps a bounded table; when it is full, rare
 * entries go (lossy counting), so that frequent ones are counted nearly in full. Not thread-safe.
 */
final class PhraseMiner {
    static final String FILE = "phrases.tsv";

    private static final int LONGEST = 3;
    private static final int MAX_WORDS = 16;
    private static final int TABLE = 400_000;
    private static final int SAVED = 60_000;
    private static final int LEAST = 3;

    private final Map<String, Integer> counts = new HashMap<>();
    private int floor = 1;

    void add(List<Word> title) {
        int words = Math.min(MAX_WORDS, title.size());
        for (int start = 0; start < words; start++) {
            StringBuilder phrase = new StringBuilder();
            for (int end = start; end < words && end < start + LONGEST; end++) {
                Word word = title.get(end);
                if (word.isNumeric()) {
                    break;
                }
                phrase.append(phrase.isEmpty() || word.isHan() ? "" : " ").append(word.surface());
                if (isGood(title.get(start), word)) {
                    counts.merge(phrase.toString(), 1, Integer::sum);
                }
            }
        }
        if (counts.size() > TABLE) {
            int least = floor++;
            counts.values().removeIf(count -> count <= least);
        }
    }

    private static boolean isGood(Word first, Word last) {
        return isContent(first) && isContent(last);
    }

    private static boolean isContent(Word word) {
        return word.surface().length() > 1 && !TextAnalysis.isStopWord(word.surface());
    }

    /** Writes the most frequent phrases: count, tab, phrase. */
    void save(Path directory) throws IOException {
        List<Map.Entry<String, Integer>> best = new ArrayList<>(counts.entrySet());
        best.removeIf(entry -> entry.getValue() < LEAST);
        best.sort(
                Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()));
        try (BufferedWriter out =
                Files.newBufferedWriter(directory.resolve(FILE), StandardCharsets.UTF_8)) {
            for (Map.Entry<String, Integer> each : best.subList(0, Math.min(SAVED, best.size()))) {
                out.write(each.getValue() + "\t" + each.getKey() + "\n");
            }
        }
    }

    /** Reads what {@link #save} wrote. */
    static Map<String, Float> load(Path directory) throws IOException {
        Map<String, Float> phrases = new HashMap<>();
        for (String line : Files.readAllLines(directory.resolve(FILE), StandardCharsets.UTF_8)) {
            int tab = line.indexOf('\t');
            if (tab > 0) {
                phrases.put(line.substring(tab + 1), Float.parseFloat(line.substring(0, tab)));
            }
        }
        return phrases;
    }
}
