package dev.vitrine.retrieval.lexical;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * The terms of a title with their places, small enough to be read for some hundred candidates of a
 * search: a byte for the number of words, then for every form of a word its hash (4 bytes) and its
 * place (1 byte; {@link #BRAND_PLACE} for words of the brand).
 */
final class TitleTerms {
    static final int BRAND_PLACE = 127;

    private static final int MAX_WORDS = 60;
    private static final int MAX_FORMS = 200;

    private TitleTerms() {}

    static ByteBuffer encode(List<Word> title, List<Word> brand) {
        ByteBuffer out = ByteBuffer.allocate(1 + 5 * MAX_FORMS);
        out.put((byte) Math.min(MAX_WORDS, title.size()));
        for (int i = 0; i < title.size() && i < MAX_WORDS; i++) {
            word(out, title.get(i), i);
            if (i > 0) {
                put(out, TermForms.joined(title.get(i - 1), title.get(i)), i);
            }
        }
        for (int i = 0; i < brand.size() && i < MAX_WORDS; i++) {
            word(out, brand.get(i), BRAND_PLACE);
        }
        return out;
    }

    private static void word(ByteBuffer out, Word word, int place) {
        put(out, word.term(), place);
        if (!word.isSimple()) {
            for (Word.Atom atom : word.atoms()) {
                put(out, atom.term(), place);
            }
        }
    }

    private static void put(ByteBuffer out, String term, int place) {
        if (!term.isEmpty() && out.remaining() >= 5) {
            out.putInt(hash(term)).put((byte) place);
        }
    }

    /** String.hashCode is part of its specification, so it may be stored. */
    static int hash(String term) {
        return term.hashCode();
    }
}
