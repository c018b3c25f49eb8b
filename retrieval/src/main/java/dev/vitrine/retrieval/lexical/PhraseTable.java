package dev.vitrine.retrieval.lexical;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Phrases by prefix, best first, in time that depends on how many are asked for and not on how many
 * share the prefix: sorted keys, and above them a tree that knows the best of every range. A phrase
 * is also found by its later words, at less weight. Immutable.
 */
final class PhraseTable {
    static final PhraseTable EMPTY = new PhraseTable(List.of());

    private static final float LATER_WORD = 0.3f;

    /**
     * @param key what is typed is compared with this: folded
     */
    private record Entry(String key, String shown, Completion.Kind kind, float weight) {}

    /** A phrase to put into the table. */
    record Phrase(String text, Completion.Kind kind, float weight) {}

    private record Range(int from, int to, int best) {}

    private final Entry[] entries;

    /** Heap order: 1 is the root, leaves start at the power of two not below the entries. */
    private final int[] best;

    private final int leaves;

    PhraseTable(List<Phrase> phrases) {
        List<Entry> all = new ArrayList<>();
        for (Phrase phrase : phrases) {
            String key = FilterField.fold(phrase.text());
            all.add(new Entry(key, phrase.text(), phrase.kind(), phrase.weight()));
            for (int at = key.indexOf(' '); at >= 0; at = key.indexOf(' ', at + 1)) {
                all.add(
                        new Entry(
                                key.substring(at + 1),
                                phrase.text(),
                                phrase.kind(),
                                phrase.weight() * LATER_WORD));
            }
        }
        all.sort(Comparator.comparing(Entry::key).thenComparing(Entry::shown));
        entries = all.toArray(Entry[]::new);
        leaves = Math.max(1, Integer.highestOneBit(Math.max(1, entries.length) * 2 - 1));
        best = new int[2 * leaves];
        for (int i = 0; i < leaves; i++) {
            best[leaves + i] = i < entries.length ? i : -1;
        }
        for (int node = leaves - 1; node > 0; node--) {
            best[node] = better(best[2 * node], best[2 * node + 1]);
        }
    }

    /** At most {@code n} phrases that begin with a text, or have a word that does. */
    List<Completion> complete(String text, int n) {
        String prefix = FilterField.fold(text);
        int from = firstNotBelow(prefix);
        int to = firstNotBelow(prefix + Character.MAX_VALUE);
        PriorityQueue<Range> ranges =
                new PriorityQueue<>((a, b) -> Float.compare(weight(b.best), weight(a.best)));
        push(ranges, from, to);
        List<Completion> found = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        // A phrase may come up once for each of its words.
        int patience = 8 * n;
        while (found.size() < n && !ranges.isEmpty() && patience-- > 0) {
            Range range = ranges.poll();
            Entry entry = entries[range.best];
            if (seen.add(FilterField.fold(entry.shown))) {
                found.add(new Completion(entry.shown, entry.kind, -1));
            }
            push(ranges, range.from, range.best);
            push(ranges, range.best + 1, range.to);
        }
        return found;
    }

    private void push(PriorityQueue<Range> ranges, int from, int to) {
        if (from < to) {
            ranges.add(new Range(from, to, bestOf(from, to)));
        }
    }

    private int bestOf(int from, int to) {
        int found = -1;
        int low = from + leaves;
        int high = to + leaves;
        while (low < high) {
            if ((low & 1) == 1) {
                found = better(found, best[low++]);
            }
            if ((high & 1) == 1) {
                found = better(found, best[--high]);
            }
            low >>>= 1;
            high >>>= 1;
        }
        return found;
    }

    private int better(int one, int other) {
        if (one < 0 || other < 0) {
            return Math.max(one, other);
        }
        return weight(one) >= weight(other) ? one : other;
    }

    private float weight(int entry) {
        return entries[entry].weight;
    }

    private int firstNotBelow(String key) {
        int low = 0;
        int high = entries.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (entries[middle].key.compareTo(key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
