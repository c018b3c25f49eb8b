package dev.vitrine.retrieval.lexical;

import dev.vitrine.retrieval.lexical.Word.Atom;
import dev.vitrine.retrieval.lexical.Word.Kind;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.cn.smart.HMMChineseTokenizer;
import org.apache.lucene.analysis.core.KeywordTokenizer;
import org.apache.lucene.analysis.en.KStemFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.OffsetAttribute;

/**
 * Cuts product texts and queries into words, the same way for both. The script decides: runs of Han
 * characters are segmented by Lucene's hidden Markov model for Chinese, everything else is cut at
 * blanks and signs, folded to lower case without accents, and stemmed by KStem when it is made of
 * English letters. Hyphens, points and changes between letters and digits hold a word together but
 * divide it into atoms, so that {@code MX-510}, {@code mx510} and {@code MX 510} can be made to
 * meet. Not thread-safe; see {@link AnalysisPool}.
 */
final class TextAnalysis {
    /** What stands in a text beyond this many characters is not looked at. */
    static final int MAX_TEXT = 20_000;

    private static final int MAX_ATOM = 64;
    private static final int MAX_ATOMS = 8;

    private static final Set<String> STOP =
            Set.of(
                    "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "is",
                    "it", "of", "on", "or", "that", "the", "this", "to", "with");

    private final HMMChineseTokenizer chinese = new HMMChineseTokenizer();
    private final CharTermAttribute chineseTerm = chinese.addAttribute(CharTermAttribute.class);
    private final OffsetAttribute chineseOffset = chinese.addAttribute(OffsetAttribute.class);
    private final Tokenizer whole = new KeywordTokenizer();
    private final TokenStream stemmer = new KStemFilter(whole);
    private final CharTermAttribute stemmed = stemmer.addAttribute(CharTermAttribute.class);
    private final char[] folded = new char[8];

    static boolean isStopWord(String surface) {
        return STOP.contains(surface);
    }

    /** The words of a text, in order. Offsets are those of {@link #fold}ed text. */
    List<Word> words(String text) {
        String input = fold(text);
        List<Word> words = new ArrayList<>();
        int at = 0;
        while (at < input.length()) {
            int c = input.codePointAt(at);
            if (isHan(c)) {
                int end = at;
                while (end < input.length() && isHan(input.codePointAt(end))) {
                    end += Character.charCount(input.codePointAt(end));
                }
                segment(input, at, end, words);
                at = end;
            } else if (isLetter(c) || isDigit(c)) {
                at = word(input, at, words);
            } else if (c == '"' && endsInNumber(words, at)) {
                words.add(inch(words.removeLast(), at));
                at++;
            } else {
                at += Character.charCount(c);
            }
        }
        return words;
    }

    /** Compatibility forms, lower case, without trade marks and control characters. */
    static String fold(String text) {
        String input = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
        boolean ascii = true;
        for (int i = 0; ascii && i < input.length(); i++) {
            ascii = input.charAt(i) < 0x80;
        }
        if (!ascii) {
            // NFKC would turn the sign of a trade mark into the letters TM.
            input =
                    Normalizer.normalize(
                            input.replace('\u00ae', ' ')
                                    .replace('\u2122', ' ')
                                    .replace('\u00a9', ' ')
                                    .replace('\u2019', '\'')
                                    .replace('\u201d', '"')
                                    .replace('\u2033', '"'),
                            Normalizer.Form.NFKC);
        }
        return input.toLowerCase(Locale.ROOT);
    }

    private static boolean endsInNumber(List<Word> words, int at) {
        return !words.isEmpty()
                && words.getLast().end() == at
                && words.getLast().isSimple()
                && words.getLast().first().kind() == Kind.DIGITS;
    }

    private static Word inch(Word number, int at) {
        Atom unit = new Atom("in", "in", Kind.LETTERS);
        return new Word(List.of(number.first(), unit), number.start(), at + 1);
    }

    /** Reads one word that starts at a letter or digit; returns where it ends. */
    private int word(String input, int start, List<Word> words) {
        List<Atom> atoms = new ArrayList<>(2);
        int at = start;
        while (true) {
            int end = isDigit(input.charAt(at)) ? digits(input, at) : letters(input, at);
            if (atoms.size() < MAX_ATOMS) {
                atoms.add(atom(input, at, end));
            }
            at = end;
            if (at >= input.length()) {
                break;
            }
            if (isConnector(input.charAt(at)) && startsAtom(input, at + 1)) {
                at++;
            } else if (!startsAtom(input, at)) {
                break;
            }
        }
        words.add(new Word(List.copyOf(atoms), start, at));
        return at;
    }

    private static boolean startsAtom(String input, int at) {
        if (at >= input.length()) {
            return false;
        }
        int c = input.codePointAt(at);
        return isDigit(c) || (isLetter(c) && !isHan(c));
    }

    private static boolean isConnector(char c) {
        return c == '-' || c == '.' || c == '_' || c == '&';
    }

    private static int letters(String input, int start) {
        int at = start;
        while (at < input.length()) {
            int c = input.codePointAt(at);
            boolean inside = c == '\'' && at + 1 < input.length() && isLetter(input.charAt(at + 1));
            if (!inside && (!isLetter(c) || isHan(c))) {
                break;
            }
            at += Character.charCount(c);
        }
        return at;
    }

    /** Digits with a decimal point, or with commas before groups of three. */
    private static int digits(String input, int start) {
        int at = start;
        while (at < input.length()) {
            char c = input.charAt(at);
            boolean point = c == '.' && isDigitAt(input, at + 1);
            boolean comma =
                    c == ','
                            && isDigitAt(input, at + 1)
                            && isDigitAt(input, at + 2)
                            && isDigitAt(input, at + 3)
                            && !isDigitAt(input, at + 4);
            if (!isDigit(c) && !point && !comma) {
                break;
            }
            at++;
        }
        return at;
    }

    private static boolean isDigitAt(String input, int at) {
        return at < input.length() && isDigit(input.charAt(at));
    }

    private Atom atom(String input, int start, int end) {
        int stop = Math.min(end, start + MAX_ATOM);
        if (isDigit(input.charAt(start))) {
            String digits = input.substring(start, stop).replace(",", "");
            return new Atom(digits, digits, Kind.DIGITS);
        }
        String letters = input.substring(start, stop);
        if (letters.endsWith("'s")) {
            letters = letters.substring(0, letters.length() - 2);
        }
        letters = ascii(letters.replace("'", ""));
        return new Atom(letters, stem(letters), Kind.LETTERS);
    }

    private String ascii(String letters) {
        StringBuilder out = null;
        for (int i = 0; i < letters.length(); i++) {
            char c = letters.charAt(i);
            if (c >= 0x80 && out == null) {
                out = new StringBuilder(letters.substring(0, i));
            }
            if (out != null) {
                folded[0] = c;
                char[] target = new char[4];
                int length = ASCIIFoldingFilter.foldToASCII(folded, 0, target, 0, 1);
                out.append(target, 0, length);
            }
        }
        return out == null ? letters : out.toString();
    }

    private String stem(String letters) {
        if (letters.length() < 3 || letters.charAt(0) >= 0x80) {
            return letters;
        }
        try {
            whole.setReader(new StringReader(letters));
            stemmer.reset();
            stemmer.incrementToken();
            String stem = stemmed.toString();
            stemmer.end();
            stemmer.close();
            return stem;
        } catch (IOException e) {
            throw new UncheckedIOException("reading a word from memory", e);
        }
    }

    private void segment(String input, int start, int end, List<Word> words) {
        try {
            chinese.setReader(new StringReader(input.substring(start, end)));
            chinese.reset();
            while (chinese.incrementToken()) {
                String term = chineseTerm.toString();
                words.add(
                        new Word(
                                List.of(new Atom(term, term, Kind.HAN)),
                                start + chineseOffset.startOffset(),
                                start + chineseOffset.endOffset()));
            }
            chinese.end();
            chinese.close();
        } catch (IOException e) {
            throw new UncheckedIOException("reading a word from memory", e);
        }
    }

    static boolean isHan(int c) {
        return c >= 0x2e80 && Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN;
    }

    private static boolean isLetter(int c) {
        return Character.isLetter(c);
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }
}
