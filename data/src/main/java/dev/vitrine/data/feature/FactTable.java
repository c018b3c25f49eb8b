package dev.vitrine.data.feature;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.catalog.ProductChange;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@link ItemFacts} from products, kept current by their changes; 12 bytes an item. Categories and
 * brands are numbered as they first appear. One thread applies changes, any number read.
 */
public final class FactTable implements ItemFacts {
    private static final int MOST_LEVELS = 16;

    private final ConcurrentHashMap<List<String>, Integer> categoryNumbers =
            new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Integer> brandNumbers = new ConcurrentHashMap<>();
    private volatile Table table = new Table(new int[0], new int[0], new float[0]);
    private volatile Names names = new Names(0, new int[16], new String[16]);
    private volatile Names brands = new Names(0, new int[16], new String[16]);

    /** By item number; replaced when it grows. A reader may see a change in parts. */
    private record Table(int[] category, int[] brand, float[] price) {}

    /** Names by number, in the first {@code count} places. */
    private record Names(int count, int[] parent, String[] name) {
        /** One more; what readers of this one see does not change. */
        Names with(int above, String text) {
            int[] parents = parent;
            String[] texts = name;
            if (count == parents.length) {
                parents = Arrays.copyOf(parents, count * 2);
                texts = Arrays.copyOf(texts, count * 2);
            }
            parents[count] = above;
            texts[count] = text;
            return new Names(count + 1, parents, texts);
        }
    }

    /** Takes in a change; a deleted product keeps its facts, as history still mentions it. */
    public synchronized void apply(ProductChange change) {
        change.product().ifPresent(product -> put(change.number(), product));
    }

    private void put(int item, Product product) {
        Table now = table;
        if (item >= now.category.length) {
            int length = Math.max(item + 1, Math.max(1024, now.category.length * 3 / 2));
            int[] category = Arrays.copyOf(now.category, length);
            int[] brand = Arrays.copyOf(now.brand, length);
            float[] price = Arrays.copyOf(now.price, length);
            Arrays.fill(category, now.category.length, length, -1);
            Arrays.fill(brand, now.brand.length, length, -1);
            Arrays.fill(price, now.price.length, length, Float.NaN);
            now = new Table(category, brand, price);
        }
        now.category[item] = product.categories().isEmpty() ? -1 : number(product);
        now.brand[item] = product.brand().isEmpty() ? -1 : brandOf(product.brand());
        now.price[item] = (float) product.price();
        table = now;
    }

    private int number(Product product) {
        List<String> path = product.categories().getFirst();
        int number = -1;
        for (int level = 1; level <= Math.min(path.size(), MOST_LEVELS); level++) {
            List<String> upper = List.copyOf(path.subList(0, level));
            Integer known = categoryNumbers.get(upper);
            if (known == null) {
                names = names.with(number, upper.getLast());
                known = names.count - 1;
                categoryNumbers.put(upper, known);
            }
            number = known;
        }
        return number;
    }

    private int brandOf(String name) {
        Integer known = brandNumbers.get(name);
        if (known == null) {
            brands = brands.with(-1, name);
            known = brands.count - 1;
            brandNumbers.put(name, known);
        }
        return known;
    }

    @Override
    public int categories() {
        return names.count;
    }

    @Override
    public int category(int item) {
        int[] all = table.category;
        return item < all.length ? all[item] : -1;
    }

    @Override
    public int parent(int category) {
        return names.parent[category];
    }

    @Override
    public int brand(int item) {
        int[] all = table.brand;
        return item < all.length ? all[item] : -1;
    }

    @Override
    public float price(int item) {
        float[] all = table.price;
        return item < all.length ? all[item] : Float.NaN;
    }

    /** Number of a category path; -1 when no product was ever in it. */
    public int categoryNumber(List<String> path) {
        Integer number = categoryNumbers.get(path);
        return number == null ? -1 : number;
    }

    /** Last name of a category's path. */
    public String categoryName(int category) {
        return names.name[category];
    }

    public String brandName(int brand) {
        return brands.name[brand];
    }
}
