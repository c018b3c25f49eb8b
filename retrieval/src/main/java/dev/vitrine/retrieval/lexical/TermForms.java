package dev.vitrine.retrieval.lexical;

import dev.vitrine.retrieval.lexical.Word.Kind;

/** Words that are written apart but are one term: a number and its unit, the parts of a model. */
final class TermForms {
    private static final int LONGEST_SERIES = 6;

    private TermForms() {}

    /** The one term of two neighbouring words, or empty when they are two. */
    static String joined(Word left, Word right) {
        if (!left.isSimple() || !right.isSimple() || left.isHan() || right.isHan()) {
            return "";
        }
        Word.Atom a = left.first();
        Word.Atom b = right.first();
        if (Units.measures(a, b)) {
            return Units.join(a, b);
        }
        boolean model =
                a.kind() == Kind.LETTERS
                        && b.kind() == Kind.DIGITS
                        && a.surface().length() <= LONGEST_SERIES
                        && b.surface().indexOf('.') < 0
                        && !TextAnalysis.isStopWord(a.surface());
        return model ? a.surface() + b.surface() : "";
    }

    /** A code without its signs, so that {@code MX-510/B} is found as {@code mx510b}. */
    static String code(String text) {
        StringBuilder code = new StringBuilder(text.length());
        for (int i = 0; i < text.length() && code.length() < 64; i++) {
            char c = text.charAt(i);
            if (Character.isLetterOrDigit(c)) {
                code.append(Character.toLowerCase(c));
            }
        }
        return code.toString();
    }
}
