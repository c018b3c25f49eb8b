package dev.vitrine.retrieval.lexical;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.kernel.error.VitrineException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A condition on products, in the manner of the filters of Google's retail search:
 *
 * <pre>
 * brand: ANY("A", "B") AND NOT price > 100 AND availability: ANY("in-stock")
 * (categories: ANY("Home > Kitchen") OR attributes.colour: ANY("red")) AND price: IN(10, 50e)
 * </pre>
 *
 * <p>Texts are compared without regard to case. A category is named by its path from the root and
 * contains what is below it. {@code IN(low, high)} has bounds that are inclusive unless they end in
 * {@code e}; {@code i} says inclusive, {@code *} stands for no bound. A product without a number
 * fails every comparison with it. {@code toString} gives a text that parses to an equal expression.
 */
public sealed interface FilterExpression {
    int MAX_LENGTH = 8_192;
    int MAX_DEPTH = 32;
    int MAX_VALUES = 1_000;

    /** All of them hold. */
    record And(List<FilterExpression> parts) implements FilterExpression {
        public And {
            parts = List.copyOf(parts);
        }

        @Override
        public boolean matches(Product product) {
            return parts.stream().allMatch(part -> part.matches(product));
        }

        @Override
        public String toString() {
            return joined(parts, " AND ");
        }
    }

    /** At least one of them holds. */
    record Or(List<FilterExpression> parts) implements FilterExpression {
        public Or {
            parts = List.copyOf(parts);
        }

        @Override
        public boolean matches(Product product) {
            return parts.stream().anyMatch(part -> part.matches(product));
        }

        @Override
        public String toString() {
            return joined(parts, " OR ");
        }
    }

    /** It does not hold. */
    record Not(FilterExpression part) implements FilterExpression {
        @Override
        public boolean matches(Product product) {
            return !part.matches(product);
        }

        @Override
        public String toString() {
            return "NOT (" + part + ")";
        }
    }

    /** The field has one of the texts. */
    record Any(FilterField field, List<String> values) implements FilterExpression {
        public Any {
            values = List.copyOf(values);
        }

        @Override
        public boolean matches(Product product) {
            boolean[] found = {false};
            field.texts(product, text -> found[0] |= contains(FilterField.fold(text)));
            return found[0];
        }

        private boolean contains(String folded) {
            for (String value : values) {
                if (FilterField.fold(value).equals(folded)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public String toString() {
            return FilterParser.name(field)
                    + ": ANY("
                    + values.stream().map(FilterParser::quote).collect(Collectors.joining(", "))
                    + ")";
        }
    }

    /**
     * The field has a number in the range.
     *
     * @param low may be negative infinity
     * @param high may be positive infinity
     */
    record Range(
            FilterField field, double low, boolean lowInclusive, double high, boolean highInclusive)
            implements FilterExpression {
        public Range {
            // One zero, so that equal ranges are equal and both evaluations agree.
            low = low + 0.0;
            high = high + 0.0;
        }

        @Override
        public boolean matches(Product product) {
            boolean[] found = {false};
            field.numbers(product, number -> found[0] |= contains(number));
            return found[0];
        }

        boolean contains(double number) {
            return (lowInclusive ? number >= low : number > low)
                    && (highInclusive ? number <= high : number < high);
        }

        @Override
        public String toString() {
            return FilterParser.name(field)
                    + ": IN("
                    + bound(low, lowInclusive)
                    + ", "
                    + bound(high, highInclusive)
                    + ")";
        }

        private static String bound(double value, boolean inclusive) {
            return Double.isInfinite(value)
                    ? "*"
                    : FilterField.number(value) + (inclusive ? "i" : "e");
        }
    }

    /** True when the product fulfils it. */
    boolean matches(Product product);

    /**
     * Reads a filter.
     *
     * @throws VitrineException FILTER_SYNTAX naming the position and what was expected there
     */
    static FilterExpression parse(String text) {
        return new FilterParser(text).parse();
    }

    private static String joined(List<FilterExpression> parts, String with) {
        return parts.stream().map(part -> "(" + part + ")").collect(Collectors.joining(with));
    }
}
