package dev.vitrine.training.text;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.retrieval.text.ProductText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/**
 * Pairs of texts that a catalogue holds before anybody has searched: a title and the description
 * below it, a title and the attributes, and what a shopper might type and the product. Such queries
 * are runs of one to three words of a title or description, some with the brand in front, some
 * turned around, some misspelled. Half of them belong to all that is told of the product, half to
 * what is left without the text they were taken from, so that not only the same words are learned
 * (the inverse cloze task, Lee et al. 2019).
 */
public final class CatalogPairs {
    private static final Pattern SIGNS = Pattern.compile("[^\\p{L}\\p{N}\\s]+");
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final int LONGEST_RUN = 3;
    private static final int TRIES = 10;

    /** A word in fewer products names one of them, not a kind. */
    private static final int LEAST_PRODUCTS = 5;

    /** A word in a larger share of products tells them not apart. */
    private static final double MOST_PRODUCTS = .1;

    private static final int SHORTEST_MISSPELLED = 5;
    private static final double FROM_TITLE = .6;
    private static final double WITH_BRAND = .15;
    private static final double TURNED = .1;
    private static final double MISSPELLED = .1;

    private final Map<String, Integer> holders = new HashMap<>();
    private final double most;

    /** Counts the words of a catalogue. */
    public CatalogPairs(List<Product> catalog) {
        for (Product product : catalog) {
            HashSet<String> words = new HashSet<>();
            runs(product.title()).forEach(words::addAll);
            runs(product.description()).forEach(words::addAll);
            words.forEach(word -> holders.merge(word, 1, Integer::sum));
        }
        most = Math.max(LEAST_PRODUCTS, MOST_PRODUCTS * catalog.size());
    }

    /**
     * Makes pairs of some of the products, the same for the same seed.
     *
     * @param queries for each product
     */
    public TextPairs of(List<Product> products, int queries, long seed) {
        Collected all = new Collected();
        SplittableRandom random = new SplittableRandom(seed);
        for (Product product : products) {
            String title = ProductText.title(product);
            String description = product.description().strip();
            String properties = ProductText.properties(product);
            all.add(title, description);
            all.add(title, properties);
            for (int i = 0; i < queries; i++) {
                boolean fromTitle = random.nextDouble() < FROM_TITLE || description.isEmpty();
                String query = query(fromTitle ? title : description, product.brand(), random);
                String rest = (fromTitle ? description : title) + " " + properties;
                boolean whole = random.nextBoolean() || rest.isBlank();
                all.add(query, whole ? ProductText.document(product) : rest.strip());
            }
        }
        return all.pairs();
    }

    /** What somebody might type who wants what this text is of; empty when no run will do. */
    private String query(String text, String brand, SplittableRandom random) {
        List<List<String>> runs = runs(text);
        for (int attempt = 0; attempt < TRIES && !runs.isEmpty(); attempt++) {
            List<String> run = runs.get(random.nextInt(runs.size()));
            int length = 1 + random.nextInt(LONGEST_RUN);
            if (length > run.size()) {
                continue;
            }
            int from = random.nextInt(run.size() - length + 1);
            List<String> words = new ArrayList<>(run.subList(from, from + length));
            if (isKind(words.getFirst()) && isKind(words.getLast())) {
                return typed(words, brand.strip().toLowerCase(Locale.ROOT), random);
            }
        }
        return "";
    }

    private static String typed(List<String> words, String brand, SplittableRandom random) {
        if (random.nextDouble() < TURNED) {
            words.add(words.removeFirst());
        }
        if (random.nextDouble() < MISSPELLED) {
            words.replaceAll(word -> misspelled(word, random));
        }
        if (random.nextDouble() < WITH_BRAND && !words.contains(brand)) {
            words.addFirst(brand);
        }
        return String.join(" ", words).strip();
    }

    /** With two letters in each other's place, or one left out or twice. */
    private static String misspelled(String word, SplittableRandom random) {
        if (word.length() < SHORTEST_MISSPELLED) {
            return word;
        }
        int at = 1 + random.nextInt(word.length() - 2);
        String head = word.substring(0, at);
        return switch (random.nextInt(3)) {
            case 0 -> head + word.charAt(at + 1) + word.charAt(at) + word.substring(at + 2);
            case 1 -> head + word.substring(at + 1);
            default -> head + word.charAt(at) + word.substring(at);
        };
    }

    private boolean isKind(String word) {
        int count = holders.getOrDefault(word, 0);
        return word.length() > 1
                && word.chars().noneMatch(Character::isDigit)
                && count >= LEAST_PRODUCTS
                && count <= most;
    }

    /** Words between signs, in lower case. */
    private static List<List<String>> runs(String text) {
        List<List<String>> runs = new ArrayList<>();
        for (String part : SIGNS.split(text.toLowerCase(Locale.ROOT))) {
            String stripped = part.strip();
            if (!stripped.isEmpty()) {
                runs.add(Arrays.asList(BLANKS.split(stripped)));
            }
        }
        return runs;
    }

    /** Pairs as they come, each text kept once. */
    private static final class Collected {
        private final Map<String, Integer> places = new HashMap<>();
        private final List<String> texts = new ArrayList<>();
        private final List<int[]> pairs = new ArrayList<>();

        void add(String left, String right) {
            if (!left.isBlank() && !right.isBlank() && !left.equals(right)) {
                pairs.add(new int[] {place(left), place(right)});
            }
        }

        private int place(String text) {
            Integer known = places.putIfAbsent(text, texts.size());
            if (known == null) {
                texts.add(text);
                return texts.size() - 1;
            }
            return known;
        }

        TextPairs pairs() {
            return new TextPairs(
                    texts,
                    pairs.stream().mapToInt(pair -> pair[0]).toArray(),
                    pairs.stream().mapToInt(pair -> pair[1]).toArray());
        }
    }
}
