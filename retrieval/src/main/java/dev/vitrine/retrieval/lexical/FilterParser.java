package dev.vitrine.retrieval.lexical;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads {@link FilterExpression}s by recursive descent:
 *
 * <pre>
 * or      = and { "OR" and }
 * and     = unary { "AND" unary }
 * unary   = ["NOT" | "-"] ( "(" or ")" | test )
 * test    = field ":" ( "ANY" "(" text {"," text} ")" | "IN" "(" bound "," bound ")" )
 *         | field ( "&lt;" | "&lt;=" | "&gt;" | "&gt;=" | "=" | "!=" ) number
 * </pre>
 *
 * Field names with blanks or signs stand in quotes: {@code "attributes.screen size": ANY("14")}.
 */
final class FilterParser {
    private final String text;
    private int at;
    private int depth;

    FilterParser(String text) {
        this.text = text;
    }

    FilterExpression parse() {
        if (text.length() > FilterExpression.MAX_LENGTH) {
            throw syntax(
                    "is "
                            + text.length()
                            + " characters long; at most "
                            + FilterExpression.MAX_LENGTH
                            + " are accepted");
        }
        skipBlanks();
        if (at == text.length()) {
            throw expected("a condition such as brand: ANY(\"A\")");
        }
        FilterExpression whole = or();
        if (at < text.length()) {
            throw expected("AND, OR or the end");
        }
        return whole;
    }

    /** The field as it can be written in a filter, quoted when it must be. */
    static String name(FilterField field) {
        String name = field.name();
        boolean plain = isNameStart(name.charAt(0)) && !isWord(name);
        for (int i = 0; plain && i < name.length(); i++) {
            plain = isNamePart(name.charAt(i));
        }
        return plain ? name : quote(name);
    }

    static String quote(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private FilterExpression or() {
        enter();
        List<FilterExpression> parts = new ArrayList<>();
        parts.add(and());
        while (word("OR")) {
            parts.add(and());
        }
        depth--;
        return parts.size() == 1 ? parts.getFirst() : new FilterExpression.Or(parts);
    }

    private FilterExpression and() {
        List<FilterExpression> parts = new ArrayList<>();
        parts.add(unary());
        while (word("AND")) {
            parts.add(unary());
        }
        return parts.size() == 1 ? parts.getFirst() : new FilterExpression.And(parts);
    }

    private FilterExpression unary() {
        if (word("NOT") || sign("-")) {
            enter();
            FilterExpression part = unary();
            depth--;
            return new FilterExpression.Not(part);
        }
        if (sign("(")) {
            FilterExpression inner = or();
            require(")");
            return inner;
        }
        return test();
    }

    private void enter() {
        if (++depth > FilterExpression.MAX_DEPTH) {
            throw syntax(
                    "is nested deeper than "
                            + FilterExpression.MAX_DEPTH
                            + " levels at position "
                            + position());
        }
    }

    private FilterExpression test() {
        FilterField field = field();
        if (!sign(":")) {
            return comparison(field);
        }
        if (word("ANY")) {
            return any(field);
        }
        if (word("IN")) {
            return in(field);
        }
        throw expected("ANY(...) or IN(...)");
    }

    private FilterField field() {
        int start = at;
        String name = at < text.length() && text.charAt(at) == '"' ? quoted() : bareName();
        FilterField field = new FilterField(name);
        if (!field.isKnown()) {
            at = start;
            throw expected("a field, one of " + FilterField.known());
        }
        return field;
    }

    private String bareName() {
        int start = at;
        if (at == text.length() || !isNameStart(text.charAt(at))) {
            throw expected("a field, NOT or (");
        }
        while (at < text.length() && isNamePart(text.charAt(at))) {
            at++;
        }
        String name = text.substring(start, at);
        if (isWord(name)) {
            at = start;
            throw expected("a field, NOT or (");
        }
        skipBlanks();
        return name;
    }

    private FilterExpression any(FilterField field) {
        if (!field.isText()) {
            throw syntax("asks ANY of '" + field.name() + "', which holds numbers; use IN");
        }
        require("(");
        List<String> values = new ArrayList<>();
        do {
            if (at == text.length() || text.charAt(at) != '"') {
                throw expected("a text in double quotes");
            }
            values.add(quoted());
            if (values.size() > FilterExpression.MAX_VALUES) {
                throw syntax(
                        "has more than "
                                + FilterExpression.MAX_VALUES
                                + " values in one ANY at position "
                                + position());
            }
        } while (sign(","));
        require(")");
        return new FilterExpression.Any(field, values);
    }

    private FilterExpression in(FilterField field) {
        requireNumeric(field);
        require("(");
        Bound low = bound(Double.NEGATIVE_INFINITY);
        require(",");
        Bound high = bound(Double.POSITIVE_INFINITY);
        require(")");
        return new FilterExpression.Range(
                field, low.value, low.inclusive, high.value, high.inclusive);
    }

    private FilterExpression comparison(FilterField field) {
        double none = Double.POSITIVE_INFINITY;
        if (sign("<=")) {
            return new FilterExpression.Range(field, -none, true, numberFor(field), true);
        }
        if (sign("<")) {
            return new FilterExpression.Range(field, -none, true, numberFor(field), false);
        }
        if (sign(">=")) {
            return new FilterExpression.Range(field, numberFor(field), true, none, true);
        }
        if (sign(">")) {
            return new FilterExpression.Range(field, numberFor(field), false, none, true);
        }
        if (sign("!=")) {
            double value = numberFor(field);
            return new FilterExpression.Not(
                    new FilterExpression.Range(field, value, true, value, true));
        }
        if (sign("=")) {
            double value = numberFor(field);
            return new FilterExpression.Range(field, value, true, value, true);
        }
        throw expected("one of : < <= > >= = != after '" + field.name() + "'");
    }

    private double numberFor(FilterField field) {
        requireNumeric(field);
        return number();
    }

    private void requireNumeric(FilterField field) {
        if (!field.isNumeric()) {
            throw syntax(
                    "compares '" + field.name() + "', which holds text, with a number; use ANY");
        }
    }

    private record Bound(double value, boolean inclusive) {}

    private Bound bound(double infinite) {
        if (sign("*")) {
            return new Bound(infinite, true);
        }
        double value = number();
        if (sign("e")) {
            return new Bound(value, false);
        }
        sign("i");
        return new Bound(value, true);
    }

    /**
     * Digits with sign, point and exponent; an "e" without digits behind it is left to the bound.
     */
    private double number() {
        int start = at;
        int end = at;
        if (end < text.length() && (text.charAt(end) == '-' || text.charAt(end) == '+')) {
            end++;
        }
        int digits = end;
        end = digits(end);
        if (end < text.length() && text.charAt(end) == '.') {
            end = digits(end + 1);
        }
        if (end == digits || (end == digits + 1 && text.charAt(digits) == '.')) {
            throw expected("a number");
        }
        if (end < text.length() && (text.charAt(end) | 0x20) == 'e') {
            int exponent = end + 1;
            if (exponent < text.length() && "+-".indexOf(text.charAt(exponent)) >= 0) {
                exponent++;
            }
            int exponentEnd = digits(exponent);
            end = exponentEnd > exponent ? exponentEnd : end;
        }
        double value = Double.parseDouble(text.substring(start, end));
        if (!Double.isFinite(value)) {
            throw expected("a number that fits a double");
        }
        at = end;
        skipBlanks();
        return value;
    }

    private int digits(int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end;
    }

    private String quoted() {
        int open = position();
        StringBuilder value = new StringBuilder();
        for (int i = at + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                at = i + 1;
                skipBlanks();
                return value.toString();
            }
            if (c == '\\' && i + 1 < text.length()) {
                c = text.charAt(++i);
            }
            value.append(c);
        }
        throw syntax("has a text that opens at position " + open + " and is never closed by \"");
    }

    private boolean word(String word) {
        int end = at + word.length();
        if (text.regionMatches(at, word, 0, word.length())
                && (end == text.length() || !isNamePart(text.charAt(end)))) {
            at = end;
            skipBlanks();
            return true;
        }
        return false;
    }

    private boolean sign(String sign) {
        if (text.startsWith(sign, at)) {
            at += sign.length();
            skipBlanks();
            return true;
        }
        return false;
    }

    private void require(String sign) {
        if (!sign(sign)) {
            throw expected("'" + sign + "'");
        }
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private static boolean isWord(String name) {
        return name.equals("AND") || name.equals("OR") || name.equals("NOT");
    }

    private static boolean isNameStart(char c) {
        return Character.isLetter(c) || c == '_';
    }

    private static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '-';
    }

    private int position() {
        return at + 1;
    }

    private VitrineException expected(String what) {
        String found =
                at == text.length()
                        ? "the end"
                        : "'" + text.substring(at, Math.min(text.length(), at + 20)) + "'";
        return syntax("has " + found + " at position " + position() + ", expected " + what);
    }

    private static VitrineException syntax(String what) {
        return VitrineException.field(RetrievalError.FILTER_SYNTAX, "filter", "the filter " + what);
    }
}
