package dev.vitrine.retrieval.lexical;

/**
 * One way to finish what is being typed.
 *
 * @param item the item number when it is a title, -1 otherwise
 */
public record Completion(String text, Kind kind, int item) {
    /** What a completion is the name of. */
    public enum Kind {
        QUERY,
        BRAND,
        CATEGORY,
        TITLE
    }
}
