package dev.vitrine.retrieval.lexical;

import dev.vitrine.retrieval.lexical.QueryPlan.Alternative;
import dev.vitrine.retrieval.lexical.QueryPlan.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what was typed against the words that products have: joins words that products write as one
 * ({@code head set}), takes words apart that they write as two, puts synonyms beside words, and
 * replaces words that no product has by the likeliest that one has. One search each; not
 * thread-safe.
 */
final class QueryPlanner {
    /** Words of a query beyond this many are not looked at. */
    static final int MAX_WORDS = 24;

    private static final int MAX_SYNONYMS = 8;
    private static final int LONGEST_SYNONYM = 3;
    private static final int SHORTEST_CODE = 3;

    /** Fewer products than this do not prove that two words are one. */
    private static final int JOINED_FREQUENCY = 3;

    private static final float APART_WEIGHT = 0.8f;
    private static final float SYNONYM_WEIGHT = 0.9f;

    private final Snapshot snapshot;
    private final TextAnalysis analysis;
    private final Spelling spelling;
    private final Synonyms synonyms;
    private final List<Group> groups = new ArrayList<>();
    private final StringBuilder corrected = new StringBuilder();
    private boolean changed;
    private int unknown;

    QueryPlanner(Snapshot snapshot, TextAnalysis analysis, Spelling spelling, Synonyms synonyms) {
        this.snapshot = snapshot;
        this.analysis = analysis;
        this.spelling = spelling;
        this.synonyms = synonyms;
    }

    QueryPlan plan(String text) {
        List<Word> words = meaningful(analysis.words(text));
        int at = 0;
        while (at < words.size()) {
            int taken = synonym(words, at);
            if (taken == 0) {
                taken = pair(words, at);
            }
            if (taken == 0) {
                single(words.get(at));
                taken = 1;
            }
            at += taken;
        }
        String code = TermForms.code(text);
        boolean possible = code.length() >= SHORTEST_CODE && words.size() <= LONGEST_SYNONYM;
        return new QueryPlan(
                groups,
                named(words),
                possible ? code : "",
                unknown,
                changed ? corrected.toString() : "");
    }

    private static List<String> named(List<Word> words) {
        boolean saysNothing =
                words.stream().allMatch(word -> TextAnalysis.isStopWord(word.surface()));
        return saysNothing ? words.stream().map(Word::surface).distinct().toList() : List.of();
    }

    private static List<Word> meaningful(List<Word> words) {
        List<Word> kept = new ArrayList<>();
        for (Word word : words) {
            if (kept.size() < MAX_WORDS && !TextAnalysis.isStopWord(word.surface())) {
                kept.add(word);
            }
        }
        return kept.isEmpty() && !words.isEmpty()
                ? words.subList(0, Math.min(MAX_WORDS, words.size()))
                : kept;
    }

    /** Words that have synonyms become one group; returns how many were taken. */
    private int synonym(List<Word> words, int at) {
        StringBuilder phrase = new StringBuilder();
        List<Alternative> best = List.of();
        int taken = 0;
        for (int n = 1; n <= LONGEST_SYNONYM && at + n <= words.size(); n++) {
            phrase.append(n == 1 ? "" : " ").append(words.get(at + n - 1).surface());
            List<String> found = synonyms.of(phrase.toString());
            if (!found.isEmpty()) {
                best = alternatives(words.subList(at, at + n), found);
                taken = n;
            }
        }
        if (taken > 0) {
            add(surface(words, at, taken), best);
        }
        return taken;
    }

    private List<Alternative> alternatives(List<Word> typed, List<String> found) {
        List<Alternative> all = new ArrayList<>();
        all.add(new Alternative(terms(typed), 1f));
        for (String phrase : found.subList(0, Math.min(MAX_SYNONYMS, found.size()))) {
            List<String> terms = terms(analysis.words(phrase));
            if (!terms.isEmpty()) {
                all.add(new Alternative(terms, SYNONYM_WEIGHT));
            }
        }
        return all;
    }

    /** Two words that products write as one become one group. */
    private int pair(List<Word> words, int at) {
        if (at + 1 == words.size()) {
            return 0;
        }
        Word left = words.get(at);
        Word right = words.get(at + 1);
        String joined = TermForms.joined(left, right);
        int needed = 1;
        if (joined.isEmpty() && isLetters(left) && isLetters(right)) {
            List<Word> one = analysis.words(left.surface() + right.surface());
            joined = one.size() == 1 ? one.getFirst().term() : "";
            needed = JOINED_FREQUENCY;
        }
        if (joined.isEmpty() || snapshot.frequency(joined) < needed) {
            return 0;
        }
        add(
                surface(words, at, 2),
                List.of(
                        Alternative.of(joined),
                        new Alternative(List.of(left.term(), right.term()), APART_WEIGHT)));
        return 2;
    }

    private static boolean isLetters(Word word) {
        return word.isSimple() && word.first().kind() == Word.Kind.LETTERS;
    }

    private void single(Word word) {
        List<Alternative> all = new ArrayList<>();
        all.add(Alternative.of(word.term()));
        if (!word.isSimple() && !(word.isNumeric() && known(all))) {
            // "wi-fi" may also be "wi" and "fi", but "2m" is not any 2 and any m.
            all.add(new Alternative(terms(word), APART_WEIGHT));
        } else if (word.isHan() && word.surface().length() > 2) {
            all.add(new Alternative(pairs(word.surface()), APART_WEIGHT));
        }
        if (!known(all) && isLetters(word)) {
            Optional<String> better = spelling.correct(snapshot, word.surface());
            if (better.isPresent()) {
                changed = true;
                List<Word> instead = analysis.words(better.get());
                if (instead.size() == 1) {
                    add(better.get(), List.of(Alternative.of(instead.getFirst().term())));
                } else {
                    instead.forEach(
                            each -> add(each.surface(), List.of(Alternative.of(each.term()))));
                }
                return;
            }
        }
        add(word.surface(), all);
    }

    private void add(String surface, List<Alternative> alternatives) {
        boolean han = !surface.isEmpty() && TextAnalysis.isHan(surface.codePointAt(0));
        corrected.append(corrected.isEmpty() || han ? "" : " ").append(surface);
        List<Alternative> kept = new ArrayList<>();
        int most = 0;
        for (Alternative alternative : alternatives) {
            int frequency = frequency(alternative);
            if (frequency > 0) {
                kept.add(alternative);
                most = Math.max(most, frequency);
            }
        }
        if (kept.isEmpty()) {
            unknown++;
            return;
        }
        int all = Math.max(1, snapshot.getIndexReader().maxDoc());
        float idf = (float) Math.log(1 + (all - Math.min(most, all) + 0.5) / (most + 0.5));
        groups.add(new Group(surface, kept, idf));
    }

    private boolean known(List<Alternative> alternatives) {
        for (Alternative alternative : alternatives) {
            if (frequency(alternative) > 0) {
                return true;
            }
        }
        return false;
    }

    /** An upper bound of the products that have all terms. */
    private int frequency(Alternative alternative) {
        int least = Integer.MAX_VALUE;
        for (String term : alternative.terms()) {
            least = Math.min(least, snapshot.frequency(term));
        }
        return least;
    }

    private static List<String> terms(List<Word> words) {
        List<String> terms = new ArrayList<>();
        for (Word word : words) {
            if (!TextAnalysis.isStopWord(word.surface()) || words.size() == 1) {
                terms.add(word.term());
            }
        }
        return terms;
    }

    private static List<String> terms(Word word) {
        List<String> terms = new ArrayList<>();
        word.atoms().forEach(atom -> terms.add(atom.term()));
        return terms;
    }

    private static List<String> pairs(String han) {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i + 2 <= han.length(); i++) {
            pairs.add(han.substring(i, i + 2));
        }
        return pairs;
    }

    private static String surface(List<Word> words, int at, int count) {
        StringBuilder surface = new StringBuilder();
        for (Word word : words.subList(at, at + count)) {
            surface.append(surface.isEmpty() ? "" : " ").append(word.surface());
        }
        return surface.toString();
    }
}
