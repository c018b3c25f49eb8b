package dev.vitrine.applications.search;

import dev.vitrine.data.catalog.Product;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a ranker is told of the results of one search: how each retriever scored them, how their
 * texts answer the query, and what they are beside each other as goods. NaN stands for what is not
 * known, as the score of a retriever that did not find a product. Safe for concurrent callers.
 */
public final class ResultFeatures {
    private static final Pattern SIGNS = Pattern.compile("[^\\p{L}\\p{N}\\s]+");
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final double DAY = 86_400_000;

    /** Of the shop's own search. */
    private static final List<String> OF_SEARCH = List.of("Score", "Share", "Place");

    private static final List<String> OF_TEXT =
            List.of(
                    "queryWords",
                    "titleWords",
                    "titleHas",
                    "descriptionHas",
                    "titleHasRun",
                    "firstPlace",
                    "runEndsPart",
                    "titleDensity",
                    "isBrand",
                    "descriptionWords");

    private static final List<String> OF_GOODS =
            List.of(
                    "price",
                    "pricePlace",
                    "age",
                    "agePlace",
                    "attributes",
                    "brandProducts",
                    "brandShare",
                    "nearBest");

    private final List<String> names;
    private final int retrievers;
    private final Map<String, Integer> brands = new HashMap<>();
    private final long newest;

    /**
     * @param retrievers names of the searches that give scores
     * @param catalog brands are counted in it
     */
    public ResultFeatures(List<String> retrievers, List<Product> catalog) {
        this.retrievers = retrievers.size();
        List<String> all = new ArrayList<>();
        for (String retriever : retrievers) {
            OF_SEARCH.forEach(of -> all.add(retriever + of));
        }
        all.addAll(OF_TEXT);
        all.addAll(OF_GOODS);
        names = List.copyOf(all);
        long latest = Product.NO_TIME;
        for (Product product : catalog) {
            brands.merge(brand(product), 1, Integer::sum);
            latest = Math.max(latest, product.publishedAt());
        }
        newest = latest;
    }

    /** What the numbers of a row are called. */
    public List<String> names() {
        return names;
    }

    /**
     * A product that was found.
     *
     * @param scores of each retriever; NaN where it did not find the product
     * @param nearBest how near its vector is to those of the first results, from -1 to 1
     */
    public record Found(Product product, float[] scores, float nearBest) {}

    /**
     * @param found all products to be put in order
     * @return a row of {@link #names} for each
     */
    public float[] of(String query, List<Found> found) {
        int width = names.size();
        float[] rows = new float[found.size() * width];
        int at = 0;
        for (int retriever = 0; retriever < retrievers; retriever++) {
            scores(found, retriever, rows, at);
            at += OF_SEARCH.size();
        }
        List<String> asked = words(query).stream().flatMap(List::stream).toList();
        for (int i = 0; i < found.size(); i++) {
            texts(asked, found.get(i).product(), rows, i * width + at);
        }
        goods(found, rows, at + OF_TEXT.size());
        return rows;
    }

    private void scores(List<Found> found, int retriever, float[] rows, int at) {
        float[] scores = new float[found.size()];
        float top = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < scores.length; i++) {
            scores[i] = found.get(i).scores()[retriever];
            top = Float.isNaN(scores[i]) ? top : Math.max(top, scores[i]);
        }
        for (int i = 0; i < scores.length; i++) {
            int row = i * names.size() + at;
            rows[row] = scores[i];
            rows[row + 1] = top > 0 ? scores[i] / top : Float.NaN;
            rows[row + 2] = Float.isNaN(scores[i]) ? Float.NaN : above(scores, i);
        }
    }

    /** How many are larger. */
    private static int above(float[] values, int which) {
        int above = 0;
        for (float value : values) {
            above += value > values[which] ? 1 : 0;
        }
        return above;
    }

    private static void texts(List<String> asked, Product product, float[] rows, int at) {
        List<List<String>> title = words(product.title());
        Set<String> described = new HashSet<>();
        words(product.description()).forEach(described::addAll);
        List<String> all = title.stream().flatMap(List::stream).toList();
        int inTitle = 0;
        int inDescription = 0;
        for (String word : asked) {
            inTitle += all.contains(word) ? 1 : 0;
            inDescription += described.contains(word) ? 1 : 0;
        }
        rows[at] = asked.size();
        rows[at + 1] = all.size();
        rows[at + 2] = inTitle / (float) Math.max(1, asked.size());
        rows[at + 3] = inDescription / (float) Math.max(1, asked.size());
        rows[at + 4] = run(all, asked) >= 0 ? 1 : 0;
        rows[at + 5] = first(all, asked);
        rows[at + 6] = endsPart(title, asked);
        rows[at + 7] = inTitle / (float) Math.max(1, all.size());
        rows[at + 8] = !asked.isEmpty() && asked.contains(brand(product)) ? 1 : 0;
        rows[at + 9] = described.size();
    }

    /** Where the words stand in a text next to each other; -1 when they do not. */
    private static int run(List<String> text, List<String> words) {
        return words.isEmpty() ? -1 : java.util.Collections.indexOfSubList(text, words);
    }

    /** The place of the first word of the query in the title; NaN when there is none. */
    private static float first(List<String> title, List<String> asked) {
        for (int place = 0; place < title.size(); place++) {
            if (asked.contains(title.get(place))) {
                return place;
            }
        }
        return Float.NaN;
    }

    /**
     * Words behind the query's last one up to the next sign: 0 where the query names the thing
     * itself, as {@code laptop} does in "15 inch laptop, black" and not in "laptop lock"; NaN where
     * no part of the title has the word.
     */
    private static float endsPart(List<List<String>> title, List<String> asked) {
        float least = Float.NaN;
        for (List<String> part : title) {
            int last = asked.isEmpty() ? -1 : part.lastIndexOf(asked.getLast());
            if (last >= 0) {
                float behind = part.size() - 1f - last;
                least = Float.isNaN(least) ? behind : Math.min(least, behind);
            }
        }
        return least;
    }

    private void goods(List<Found> found, float[] rows, int at) {
        float[] prices = new float[found.size()];
        float[] ages = new float[found.size()];
        Map<String, Integer> here = new HashMap<>();
        for (int i = 0; i < prices.length; i++) {
            Product product = found.get(i).product();
            prices[i] = product.price() > 0 ? (float) Math.log(product.price()) : Float.NaN;
            ages[i] =
                    product.publishedAt() == Product.NO_TIME
                            ? Float.NaN
                            : (float) ((newest - product.publishedAt()) / DAY);
            here.merge(brand(product), 1, Integer::sum);
        }
        for (int i = 0; i < prices.length; i++) {
            Product product = found.get(i).product();
            int row = i * names.size() + at;
            rows[row] = prices[i];
            rows[row + 1] = place(prices, i);
            rows[row + 2] = ages[i];
            rows[row + 3] = place(ages, i);
            rows[row + 4] = product.attributes().size();
            rows[row + 5] = brands.getOrDefault(brand(product), 0);
            rows[row + 6] = here.getOrDefault(brand(product), 0) / (float) prices.length;
            rows[row + 7] = found.get(i).nearBest();
        }
    }

    /** The share of the others that are larger. */
    private static float place(float[] values, int which) {
        return Float.isNaN(values[which])
                ? Float.NaN
                : above(values, which) / (float) Math.max(1, values.length - 1);
    }

    private static String brand(Product product) {
        return product.brand().strip().toLowerCase(Locale.ROOT);
    }

    /** Words between signs, in lower case and without the ending of a plural. */
    private static List<List<String>> words(String text) {
        List<List<String>> parts = new ArrayList<>();
        for (String part : SIGNS.split(text.toLowerCase(Locale.ROOT))) {
            String stripped = part.strip();
            if (!stripped.isEmpty()) {
                parts.add(
                        Arrays.stream(BLANKS.split(stripped))
                                .map(ResultFeatures::singular)
                                .toList());
            }
        }
        return parts;
    }

    private static String singular(String word) {
        boolean plural = word.length() > 3 && word.endsWith("s") && !word.endsWith("ss");
        return plural ? word.substring(0, word.length() - 1) : word;
    }
}
