package dev.vitrine.retrieval.lexical;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Synonyms as a merchandiser writes them down. Immutable. */
public final class SynonymList implements Synonyms {
    private final Map<String, List<String>> found;

    private SynonymList(Map<String, Set<String>> found) {
        Map<String, List<String>> copy = new HashMap<>();
        found.forEach((phrase, others) -> copy.put(phrase, List.copyOf(others)));
        this.found = Map.copyOf(copy);
    }

    /**
     * Reads lines {@code a = b, c} (each for the others) and {@code a > b, c} (b and c for a);
     * lines that are blank or begin with # are passed over.
     */
    public static SynonymList of(List<String> lines) {
        Map<String, Set<String>> found = new HashMap<>();
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            boolean both = line.indexOf('=') >= 0;
            String[] sides = line.split(both ? "=" : ">", 2);
            if (sides.length != 2) {
                throw new IllegalArgumentException(
                        "'" + line + "' is no line of synonyms; expected a = b, c or a > b, c");
            }
            List<String> others = new ArrayList<>();
            for (String other : sides[1].split(",")) {
                others.add(FilterField.fold(other));
            }
            String phrase = FilterField.fold(sides[0]);
            put(found, phrase, others);
            if (both) {
                for (String other : others) {
                    put(found, other, List.of(phrase));
                    put(found, other, others);
                }
            }
        }
        return new SynonymList(found);
    }

    private static void put(Map<String, Set<String>> found, String phrase, List<String> others) {
        Set<String> known = found.computeIfAbsent(phrase, key -> new LinkedHashSet<>());
        for (String other : others) {
            if (!other.equals(phrase)) {
                known.add(other);
            }
        }
    }

    @Override
    public List<String> of(String phrase) {
        List<String> known = found.get(phrase);
        if (known != null) {
            return known;
        }
        // "laptops" is asked as typed; the list has singulars.
        return phrase.endsWith("s") && phrase.length() > 3
                ? found.getOrDefault(phrase.substring(0, phrase.length() - 1), List.of())
                : List.of();
    }
}
