package dev.vitrine.retrieval.table;

import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.catalog.Product;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a product says about itself as weighted, hashed features: words of title, brand, categories,
 * tags, attributes and description. Text is cut into runs of letters and digits, lower-cased; runs
 * of Chinese, Japanese and Korean script are cut into pairs of characters instead, since they have
 * no spaces. Categories and attributes also count as wholes, so that two products of one kind meet
 * even when their words are common. Not thread-safe; one extractor is reused for many products.
 */
public final class ContentFeatures {
    /** A title of more is cut; descriptions beyond this say little about what a product is. */
    private static final int MAX_TEXT = 4_000;

    private static final int MAX_TOKEN = 64;

    private static final float TITLE = 1.0f;
    private static final float BRAND = 1.0f;
    private static final float CATEGORY = 1.5f;
    private static final float TAG = 0.7f;
    private static final float ATTRIBUTE = 0.5f;
    private static final float DESCRIPTION = 0.3f;

    private final int buckets;
    private final float[] weights;
    private final int[] touched;
    private int size;

    /** Features fall into {@code buckets} places, a power of two. */
    public ContentFeatures(int buckets) {
        this.buckets = buckets;
        this.weights = new float[buckets];
        this.touched = new int[buckets];
    }

    /** Replaces what was extracted before by the features of this product. */
    public void extract(Product product) {
        for (int i = 0; i < size; i++) {
            weights[touched[i]] = 0;
        }
        size = 0;
        addText("", product.title(), TITLE);
        if (!product.brand().isBlank()) {
            add("brand=" + product.brand().strip().toLowerCase(Locale.ROOT), BRAND);
            addText("", product.brand(), DESCRIPTION);
        }
        for (List<String> path : product.categories()) {
            addCategory(path);
        }
        for (String tag : product.tags()) {
            addText("", tag, TAG);
        }
        for (Map.Entry<String, AttributeValue> attribute : product.attributes().entrySet()) {
            addAttribute(attribute.getKey(), attribute.getValue());
        }
        addText("", product.description(), DESCRIPTION);
    }

    /** Number of different features of the last product. */
    public int size() {
        return size;
    }

    /** The bucket of a feature, by its place among the different features of the product. */
    public int bucket(int place) {
        return touched[place];
    }

    /** What the product said in that bucket, summed over its fields. */
    public float weight(int place) {
        return weights[touched[place]];
    }

    private void addCategory(List<String> path) {
        StringBuilder prefix = new StringBuilder("category=");
        for (String step : path) {
            prefix.append('>').append(step.strip().toLowerCase(Locale.ROOT));
            add(prefix.toString(), CATEGORY);
            addText("", step, DESCRIPTION);
        }
    }

    private void addAttribute(String key, AttributeValue value) {
        switch (value) {
            case AttributeValue.Text text -> {
                for (String each : text.values()) {
                    add(key + "=" + each.strip().toLowerCase(Locale.ROOT), ATTRIBUTE);
                    addText("", each, DESCRIPTION);
                }
            }
            case AttributeValue.Numeric numeric -> {
                for (double each : numeric.values()) {
                    add(key + "~" + magnitude(each), ATTRIBUTE);
                }
            }
            case AttributeValue.Flag flag -> add(key + "=" + flag.value(), ATTRIBUTE);
        }
    }

    /** Numbers within about a fifth of each other fall together. */
    private static String magnitude(double value) {
        if (value == 0 || !Double.isFinite(value)) {
            return Double.toString(value);
        }
        long step = Math.round(4 * Math.log(Math.abs(value)) / Math.log(2));
        return (value < 0 ? "-" : "+") + step;
    }

    private void addText(String field, String text, float weight) {
        int end = Math.min(text.length(), MAX_TEXT);
        int start = -1;
        int previous = -1;
        for (int i = 0; i < end; ) {
            int c = text.codePointAt(i);
            boolean ideograph = isEastAsian(c);
            boolean word = !ideograph && Character.isLetterOrDigit(c);
            if (word && start < 0) {
                start = i;
            } else if (!word && start >= 0) {
                addWord(field, text, start, i, weight);
                start = -1;
            }
            if (ideograph && previous >= 0) {
                add(
                        field + new StringBuilder().appendCodePoint(previous).appendCodePoint(c),
                        weight);
            }
            previous = ideograph ? c : -1;
            i += Character.charCount(c);
        }
        if (start >= 0) {
            addWord(field, text, start, end, weight);
        }
    }

    private void addWord(String field, String text, int from, int to, float weight) {
        if (to - from >= 2 && to - from <= MAX_TOKEN) {
            add(field + text.substring(from, to).toLowerCase(Locale.ROOT), weight);
        }
    }

    private static boolean isEastAsian(int c) {
        return switch (Character.UnicodeScript.of(c)) {
            case HAN, HIRAGANA, KATAKANA, HANGUL -> true;
            default -> false;
        };
    }

    private void add(String feature, float weight) {
        int bucket = hash(feature) & (buckets - 1);
        if (weights[bucket] == 0) {
            touched[size++] = bucket;
        }
        weights[bucket] += weight;
    }

    /** FNV-1a over UTF-8 with a final mix, stable across versions since models depend on it. */
    private static int hash(String text) {
        int h = 0x811c9dc5;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            h = (h ^ (b & 0xff)) * 0x01000193;
        }
        h ^= h >>> 16;
        h *= 0x85ebca6b;
        h ^= h >>> 13;
        h *= 0xc2b2ae35;
        return h ^ (h >>> 16);
    }
}
