package dev.vitrine.data.simulation;

import dev.vitrine.data.catalog.Product;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/**
 * Behaviour on a given catalogue. A shelf is a full category path (or one of 50 groups by hash
 * where there are no categories); style and what goes together come from hashes of brand and id.
 */
final class GivenAssortment implements Assortment {
    private static final int GROUPS = 50;
    private static final Pattern BREAK = Pattern.compile("[^\\p{L}\\p{N}-]+");

    private final long seed;
    private final List<Product> products;
    private final List<List<String>> paths = new ArrayList<>();
    private final List<Integer> departments = new ArrayList<>();
    private final int[] shelf;
    private final int[] brand;
    private final float[] level;
    private final String currency;

    GivenAssortment(long seed, List<Product> products) {
        this.seed = seed;
        this.products = List.copyOf(products);
        int size = products.size();
        shelf = new int[size];
        brand = new int[size];
        level = new float[size];
        currency =
                products.stream()
                        .map(Product::currency)
                        .filter(c -> !c.isEmpty())
                        .findFirst()
                        .orElse("");
        Map<List<String>, Integer> shelves = new HashMap<>();
        Map<String, Integer> roots = new HashMap<>();
        for (int i = 0; i < size; i++) {
            Product product = products.get(i);
            int group = Chance.below(GROUPS, seed, Chance.hash(product.id()), 1);
            List<String> path =
                    product.categories().isEmpty() || product.categories().getFirst().isEmpty()
                            ? List.of("", Integer.toString(group))
                            : product.categories().getFirst();
            Integer known = shelves.get(path);
            if (known == null) {
                known = paths.size();
                shelves.put(path, known);
                paths.add(path.getFirst().isEmpty() ? List.of() : path);
                departments.add(roots.computeIfAbsent(path.getFirst(), r -> roots.size()));
            }
            shelf[i] = known;
            brand[i] = (int) Chance.hash(product.brand()) & 0x7FFF_FFFF;
        }
        fillLevels();
    }

    /** Places the logarithm of the price within its shelf, two deviations being the ends. */
    private void fillLevels() {
        double[] count = new double[paths.size()];
        double[] sum = new double[paths.size()];
        double[] squares = new double[paths.size()];
        for (int i = 0; i < shelf.length; i++) {
            double price = price(i);
            if (price > 0) {
                double log = Math.log(price);
                count[shelf[i]]++;
                sum[shelf[i]] += log;
                squares[shelf[i]] += log * log;
            }
        }
        for (int i = 0; i < shelf.length; i++) {
            int s = shelf[i];
            double price = price(i);
            if (price > 0) {
                double mean = sum[s] / count[s];
                double deviation = Math.sqrt(Math.max(0, squares[s] / count[s] - mean * mean));
                double place = (Math.log(price) - mean) / (2 * Math.max(deviation, 0.1));
                level[i] = (float) Math.clamp(place, -1, 1);
            }
        }
    }

    @Override
    public int size() {
        return products.size();
    }

    @Override
    public Product product(int item) {
        return products.get(item);
    }

    @Override
    public String id(int item) {
        return products.get(item).id();
    }

    @Override
    public double price(int item) {
        return products.get(item).price();
    }

    @Override
    public String currency() {
        return currency;
    }

    @Override
    public int shelf(int item) {
        return shelf[item];
    }

    @Override
    public int shelves() {
        return paths.size();
    }

    @Override
    public int department(int number) {
        return departments.get(number);
    }

    @Override
    public List<String> path(int number) {
        return paths.get(number);
    }

    @Override
    public int goesWith(int number) {
        int start = Chance.below(paths.size(), seed, number, 2);
        for (int i = 0; i < paths.size(); i++) {
            int other = (start + i) % paths.size();
            if (other != number && departments.get(other).equals(departments.get(number))) {
                return other;
            }
        }
        return number;
    }

    @Override
    public int repeatDays(int number) {
        return Chance.share(seed, number, 3) < 0.25 ? 14 + Chance.below(60, seed, number, 4) : 0;
    }

    @Override
    public int month(int number) {
        return Chance.below(13, seed, number, 5);
    }

    @Override
    public double level(int item) {
        return level[item];
    }

    @Override
    public int style(int item) {
        return Chance.share(seed, item, 6) < 0.6
                ? Chance.below(STYLES, seed, brand[item], 7)
                : Chance.below(STYLES, seed, item, 8);
    }

    @Override
    public int brand(int item) {
        return brand[item];
    }

    @Override
    public String query(int item, SplittableRandom random) {
        Product product = products.get(item);
        String[] title =
                Arrays.stream(BREAK.split(product.title()))
                        .filter(word -> word.length() > 1)
                        .limit(6)
                        .toArray(String[]::new);
        List<String> path = paths.get(shelf[item]);
        double kind = random.nextDouble();
        if (kind < 0.4 && !path.isEmpty()) {
            return path.getLast().toLowerCase(Locale.ROOT);
        }
        if (title.length == 0) {
            return "";
        }
        if (kind < 0.6 && !product.brand().isEmpty() && !path.isEmpty()) {
            return (product.brand() + " " + path.getLast()).toLowerCase(Locale.ROOT);
        }
        int from = random.nextInt(title.length);
        int to = Math.min(title.length, from + 1 + random.nextInt(2));
        return String.join(" ", Arrays.copyOfRange(title, from, to)).toLowerCase(Locale.ROOT);
    }
}
