package dev.vitrine.retrieval.lexical;

import java.util.List;

/**
 * One word of a text, which may be made of several atoms: {@code mx-510} of {@code mx} and {@code
 * 510}.
 *
 * @param start first character in the text
 * @param end behind the last character
 */
record Word(List<Atom> atoms, int start, int end) {
    enum Kind {
        LETTERS,
        DIGITS,
        HAN
    }

    /**
     * Letters or digits without a break.
     *
     * @param surface as written, folded
     * @param term as searched: stemmed when it is English
     */
    record Atom(String surface, String term, Kind kind) {}

    boolean isSimple() {
        return atoms.size() == 1;
    }

    Atom first() {
        return atoms.getFirst();
    }

    /** The form under which every way to write the word is found. */
    String term() {
        return isSimple() ? first().term() : joined();
    }

    /** All atoms without what stands between; a unit behind a number in its usual form. */
    String joined() {
        if (atoms.size() == 2 && Units.measures(first(), atoms.getLast())) {
            return Units.join(first(), atoms.getLast());
        }
        StringBuilder joined = new StringBuilder();
        for (Atom atom : atoms) {
            joined.append(atom.surface());
        }
        return joined.toString();
    }

    /** As written, folded. */
    String surface() {
        return isSimple() ? first().surface() : joined();
    }

    boolean isNumeric() {
        for (Atom atom : atoms) {
            if (atom.kind() == Kind.DIGITS) {
                return true;
            }
        }
        return false;
    }

    boolean isHan() {
        return first().kind() == Kind.HAN;
    }
}
