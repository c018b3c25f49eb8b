package dev.vitrine.retrieval.lexical;

import java.util.List;

/** Words that shoppers use for one another. Asked once or more for every search. */
@FunctionalInterface
public interface Synonyms {
    /** Knows of none. */
    Synonyms NONE = phrase -> List.of();

    /**
     * @param phrase one to three words as typed, lower case, one blank between them
     * @return phrases that may stand for it, beside itself; at most 8 are used
     */
    List<String> of(String phrase);
}
