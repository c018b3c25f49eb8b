package dev.vitrine.retrieval.text;

import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.catalog.Product;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a product says of itself as an encoder of texts reads it; the same in training and in
 * serving. Names of attributes count too: what is told of a product says what kind of thing it is.
 */
public final class ProductText {
    private static final int LONGEST_VALUE = 40;

    private ProductText() {}

    /** Title and brand. */
    public static String title(Product product) {
        String brand = product.brand().strip();
        boolean named =
                product.title().toLowerCase(Locale.ROOT).contains(brand.toLowerCase(Locale.ROOT));
        return named ? product.title().strip() : brand + " " + product.title().strip();
    }

    /**
     * Categories, tags and attributes, those with a text first: {@code type Original weighs}. Of a
     * number only the name is taken; of a flag too, where it is true. Long texts, numbers of
     * articles and what the title says already are left out.
     */
    public static String properties(Product product) {
        StringBuilder texts = new StringBuilder();
        StringBuilder names = new StringBuilder();
        String title = product.title().toLowerCase(Locale.ROOT);
        for (List<String> path : product.categories()) {
            path.forEach(level -> append(texts, level));
        }
        product.tags().forEach(tag -> append(texts, tag));
        for (Map.Entry<String, AttributeValue> each :
                new TreeMap<>(product.attributes()).entrySet()) {
            String name = each.getKey().replace('_', ' ');
            switch (each.getValue()) {
                case AttributeValue.Text text -> {
                    List<String> telling =
                            text.values().stream().filter(value -> tells(value, title)).toList();
                    if (!telling.isEmpty()) {
                        append(texts, name);
                        telling.forEach(value -> append(texts, value));
                    }
                }
                case AttributeValue.Numeric numeric -> append(names, name);
                case AttributeValue.Flag flag -> {
                    if (flag.value()) {
                        append(names, name);
                    }
                }
            }
        }
        append(texts, names.toString());
        return texts.toString();
    }

    private static boolean tells(String value, String title) {
        return value.length() <= LONGEST_VALUE
                && value.chars().anyMatch(Character::isLetter)
                && !title.contains(value.toLowerCase(Locale.ROOT));
    }

    /** All of it, what says most first. */
    public static String document(Product product) {
        StringBuilder all = new StringBuilder(title(product));
        append(all, product.description());
        append(all, properties(product));
        return all.toString();
    }

    private static void append(StringBuilder text, String more) {
        if (!more.isBlank()) {
            text.append(text.isEmpty() ? "" : " ").append(more.strip());
        }
    }
}
