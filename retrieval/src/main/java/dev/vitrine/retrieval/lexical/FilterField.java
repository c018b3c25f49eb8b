package dev.vitrine.retrieval.lexical;

import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.catalog.Product;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;

/**
 * A field that filters and facets may name: one of the product's own, or {@code attributes.KEY}.
 * What a product costs the shop is none: who may ask but not see it could find it by halving.
 *
 * @param name as written, {@code attributes.KEY} for a free attribute
 */
public record FilterField(String name) {
    static final String ATTRIBUTES = "attributes.";

    /** Joins the levels of a category path, in filters, facets and the index. */
    public static final String PATH_SEPARATOR = " > ";

    /** Attributes with longer names cannot be named in filters. */
    static final int MAX_KEY = 256;

    private static final int MAX_FOLDED = 512;

    static final List<String> TEXTS =
            List.of("id", "brand", "categories", "tags", "availability", "currency", "language");
    static final List<String> NUMBERS =
            List.of("price", "originalPrice", "availableQuantity", "publishedAt", "expiresAt");

    /** The names that can be used, for messages. */
    static String known() {
        return String.join(", ", TEXTS) + ", " + String.join(", ", NUMBERS) + ", attributes.KEY";
    }

    boolean isKnown() {
        return isAttribute() || TEXTS.contains(name) || NUMBERS.contains(name);
    }

    public boolean isAttribute() {
        return name.startsWith(ATTRIBUTES)
                && name.length() > ATTRIBUTES.length()
                && name.length() <= ATTRIBUTES.length() + MAX_KEY;
    }

    /** True when it can hold text: {@code ANY(...)} may be asked of it. */
    public boolean isText() {
        return isAttribute() || TEXTS.contains(name);
    }

    /** True when it can hold numbers: comparisons and {@code IN(...)} may be asked of it. */
    public boolean isNumeric() {
        return isAttribute() || NUMBERS.contains(name);
    }

    String attributeKey() {
        return name.substring(ATTRIBUTES.length());
    }

    /**
     * Two texts are the same value when this form of them is equal: case and blanks at the ends do
     * not count, nor does what follows the first {@value #MAX_FOLDED} characters.
     */
    static String fold(String text) {
        String folded = text.strip().toLowerCase(Locale.ROOT);
        return folded.length() <= MAX_FOLDED ? folded : folded.substring(0, MAX_FOLDED);
    }

    /** Gives every text of this field; a category path gives each of its prefixes. */
    void texts(Product product, Consumer<String> each) {
        switch (name) {
            case "id" -> each.accept(product.id());
            case "brand" -> present(product.brand(), each);
            case "categories" -> product.categories().forEach(path -> prefixes(path, each));
            case "tags" -> product.tags().forEach(each);
            case "availability" -> each.accept(product.availability().wire());
            case "currency" -> present(product.currency(), each);
            case "language" -> present(product.language(), each);
            default -> attributeTexts(product, each);
        }
    }

    /** Gives every finite number of this field. */
    void numbers(Product product, DoubleConsumer each) {
        switch (name) {
            case "price" -> finite(product.price(), each);
            case "originalPrice" -> finite(product.originalPrice(), each);
            case "availableQuantity" -> {
                if (product.availableQuantity() >= 0) {
                    each.accept(product.availableQuantity());
                }
            }
            case "publishedAt" -> time(product.publishedAt(), each);
            case "expiresAt" -> time(product.expiresAt(), each);
            default -> {
                if (isAttribute()
                        && product.attributes().get(attributeKey())
                                instanceof AttributeValue.Numeric numeric) {
                    numeric.values().forEach(value -> finite(value, each));
                }
            }
        }
    }

    private void attributeTexts(Product product, Consumer<String> each) {
        AttributeValue value = isAttribute() ? product.attributes().get(attributeKey()) : null;
        if (value != null) {
            valueTexts(value).forEach(each);
        }
    }

    /** The texts by which an attribute is found; a flag is "true" or "false". */
    static List<String> valueTexts(AttributeValue value) {
        return switch (value) {
            case AttributeValue.Text text -> text.values();
            case AttributeValue.Flag flag -> List.of(Boolean.toString(flag.value()));
            case AttributeValue.Numeric numeric -> {
                List<String> texts = new ArrayList<>();
                for (double each : numeric.values()) {
                    texts.add(number(each));
                }
                yield texts;
            }
        };
    }

    /** A number as people write it: without ".0" when it is whole. */
    static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    static void prefixes(List<String> path, Consumer<String> each) {
        StringBuilder prefix = new StringBuilder();
        for (String level : path) {
            if (!prefix.isEmpty()) {
                prefix.append(PATH_SEPARATOR);
            }
            each.accept(prefix.append(level.strip()).toString());
        }
    }

    private static void present(String text, Consumer<String> each) {
        if (!text.isEmpty()) {
            each.accept(text);
        }
    }

    private static void finite(double value, DoubleConsumer each) {
        if (Double.isFinite(value)) {
            each.accept(value);
        }
    }

    private static void time(long value, DoubleConsumer each) {
        if (value != Product.NO_TIME) {
            each.accept(value);
        }
    }
}
