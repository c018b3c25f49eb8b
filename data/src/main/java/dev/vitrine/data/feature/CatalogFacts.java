package dev.vitrine.data.feature;

import dev.vitrine.data.catalog.Availability;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.catalog.ProductChange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What serving and features need to know of every product, in columns by item number: about 22
 * bytes an item. One thread at a time applies changes (the methods lock); readers never wait: they
 * read a published set of columns, and see a change at the latest with the next publication.
 */
public final class CatalogFacts implements ItemFacts {
    private static final byte DELETED = 0;
    private static final byte SOLD_OUT = 1;
    private static final byte SELLABLE = 2;
    private static final int MAX_CATEGORIES = 1_000_000;

    private final Map<String, Integer> categoryNumbers = new HashMap<>();
    private final Map<String, Integer> brandNumbers = new HashMap<>();
    private final List<Integer> categoryParents = new ArrayList<>();
    private final List<String> categoryNames = new ArrayList<>();
    private final List<String> brandNames = new ArrayList<>();
    private volatile Columns columns = Columns.empty();
    private volatile long version;

    /** Columns that only grow; a larger copy replaces them. */
    private record Columns(
            int items,
            int[] category,
            int[] brand,
            float[] price,
            byte[] state,
            long[] published,
            long[] expires,
            int[] parent,
            List<String> categoryNames,
            List<String> brandNames) {
        static Columns empty() {
            return new Columns(
                    0,
                    new int[0],
                    new int[0],
                    new float[0],
                    new byte[0],
                    new long[0],
                    new long[0],
                    new int[0],
                    List.of(),
                    List.of());
        }

        /** The same columns with the names known by now; copied only when there are more. */
        Columns named(List<Integer> parents, List<String> categories, List<String> brands) {
            boolean same =
                    categories.size() == categoryNames.size() && brands.size() == brandNames.size();
            return new Columns(
                    items,
                    category,
                    brand,
                    price,
                    state,
                    published,
                    expires,
                    same ? parent : parents.stream().mapToInt(Integer::intValue).toArray(),
                    same ? categoryNames : List.copyOf(categories),
                    same ? brandNames : List.copyOf(brands));
        }

        Columns grown(int wanted) {
            if (wanted <= items) {
                return this;
            }
            int capacity =
                    wanted <= category.length ? category.length : Math.max(wanted, items * 3 / 2);
            boolean same = capacity == category.length;
            return new Columns(
                    wanted,
                    same ? category : extended(category, capacity),
                    same ? brand : extended(brand, capacity),
                    same ? price : Arrays.copyOf(price, capacity),
                    same ? state : Arrays.copyOf(state, capacity),
                    same ? published : Arrays.copyOf(published, capacity),
                    same ? expires : Arrays.copyOf(expires, capacity),
                    parent,
                    categoryNames,
                    brandNames);
        }
    }

    /** A larger copy in which items that are not set yet have no category or brand. */
    private static int[] extended(int[] column, int capacity) {
        int[] larger = Arrays.copyOf(column, capacity);
        Arrays.fill(larger, column.length, capacity, -1);
        return larger;
    }

    /** Takes changes in; readers see all of them together. */
    public synchronized void apply(List<ProductChange> changes) {
        Columns next = columns;
        for (ProductChange change : changes) {
            next = next.grown(change.number() + 1);
            if (change.product().isEmpty()) {
                next.state()[change.number()] = DELETED;
            } else {
                put(next, change.number(), change.product().get());
            }
        }
        columns = next.named(categoryParents, categoryNames, brandNames);
        version = version + 1;
    }

    private void put(Columns into, int item, Product product) {
        into.category()[item] =
                product.categories().isEmpty() ? -1 : category(product.categories().getFirst());
        into.brand()[item] = product.brand().isEmpty() ? -1 : brand(product.brand());
        into.price()[item] = (float) product.price();
        into.published()[item] = product.publishedAt();
        into.expires()[item] =
                product.expiresAt() == Product.NO_TIME ? Long.MAX_VALUE : product.expiresAt();
        into.state()[item] =
                product.availability() == Availability.OUT_OF_STOCK ? SOLD_OUT : SELLABLE;
    }

    private int category(List<String> path) {
        int parent = -1;
        StringBuilder key = new StringBuilder();
        for (String step : path) {
            key.append('\u001f').append(step);
            Integer known = categoryNumbers.get(key.toString());
            if (known == null) {
                if (categoryNames.size() >= MAX_CATEGORIES) {
                    return parent;
                }
                known = categoryNames.size();
                categoryNumbers.put(key.toString(), known);
                categoryParents.add(parent);
                categoryNames.add(step);
            }
            parent = known;
        }
        return parent;
    }

    private int brand(String name) {
        Integer known = brandNumbers.get(name);
        if (known == null) {
            known = brandNames.size();
            brandNumbers.put(name, known);
            brandNames.add(name);
        }
        return known;
    }

    /** Grows with every change; keys of caches hold it. */
    public long version() {
        return version;
    }

    /** Item numbers known lie below this. */
    public int items() {
        return columns.items();
    }

    /** True when a shopper can order the item at {@code now}, epoch milliseconds. */
    public boolean sellable(int item, long now) {
        Columns current = columns;
        return item >= 0
                && item < current.items()
                && current.state()[item] == SELLABLE
                && current.expires()[item] > now;
    }

    /** True for a product that was not deleted. */
    public boolean exists(int item) {
        Columns current = columns;
        return item >= 0 && item < current.items() && current.state()[item] != DELETED;
    }

    /** When the product was published; {@link Product#NO_TIME} when that is not known. */
    public long published(int item) {
        Columns current = columns;
        return item < current.items() ? current.published()[item] : Product.NO_TIME;
    }

    @Override
    public int categories() {
        return columns.parent().length;
    }

    @Override
    public int category(int item) {
        Columns current = columns;
        return item < current.items() ? current.category()[item] : -1;
    }

    @Override
    public int parent(int category) {
        return columns.parent()[category];
    }

    /** The last step of a category's path. */
    public String categoryName(int category) {
        return columns.categoryNames().get(category);
    }

    @Override
    public int brand(int item) {
        Columns current = columns;
        return item < current.items() ? current.brand()[item] : -1;
    }

    public String brandName(int brand) {
        return columns.brandNames().get(brand);
    }

    @Override
    public float price(int item) {
        Columns current = columns;
        return item < current.items() ? current.price()[item] : Float.NaN;
    }
}
