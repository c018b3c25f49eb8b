package dev.vitrine.benchmarks.cold;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What popularity can show, in every form that might do well. Nobody has met new products, so by
 * their own counts all are equal and chance decides; the other forms lend them the counts of their
 * shelf, which the shop was not told, or show what sells best instead of anything new.
 */
final class Popularity {
    /** Whatever is new, by chance: on average what the new products are. */
    static final String CHANCE = "chance";

    /** New products in the order of how often one product of their shelf was met. */
    static final String SHELF_MEAN = "shelfMean";

    /** New products in the order of how often their whole shelf was met. */
    static final String SHELF_SUM = "shelfSum";

    /** The products met most that the shopper has not met; none of them is new. */
    static final String BEST_SELLERS = "bestSellers";

    /** By how often a product itself was met. */
    static final List<String> OWN_COUNTS = List.of(CHANCE, BEST_SELLERS);

    /** By what is known of a product's shelf, which is more than popularity knows. */
    static final List<String> TOLD_SHELVES = List.of(SHELF_MEAN, SHELF_SUM);

    static final List<String> FORMS = List.of(CHANCE, SHELF_MEAN, SHELF_SUM, BEST_SELLERS);

    private final List<Integer> late;
    private final List<Integer> byShelfMean;
    private final List<Integer> byShelfSum;
    private final List<Integer> bestSellers;

    Popularity(ColdShop shop) {
        Map<String, double[]> shelves = new HashMap<>();
        List<Integer> there = new ArrayList<>();
        for (int item = 0; item < shop.size(); item++) {
            if (!shop.isLate(item)) {
                double[] shelf = shelves.computeIfAbsent(shop.shelf(item), s -> new double[2]);
                shelf[0] += shop.events(item);
                shelf[1]++;
                there.add(item);
            }
        }
        late = IntStream.range(0, shop.size()).filter(shop::isLate).boxed().toList();
        byShelfMean = sorted(late, item -> of(shelves, shop, item)[0] / of(shelves, shop, item)[1]);
        byShelfSum = sorted(late, item -> of(shelves, shop, item)[0]);
        bestSellers = sorted(there, item -> (double) shop.events(item));
    }

    private static double[] of(Map<String, double[]> shelves, ColdShop shop, int item) {
        return shelves.getOrDefault(shop.shelf(item), new double[] {0, 1});
    }

    private static List<Integer> sorted(List<Integer> items, ToDoubleFunction<Integer> by) {
        return items.stream().sorted(Comparator.comparingDouble(by).reversed()).toList();
    }

    /**
     * The precision of a form for one shopper.
     *
     * @param met what the shopper has met
     * @param right what counts
     */
    double precision(String form, int shown, Set<Integer> met, IntPredicate right) {
        return switch (form) {
            case CHANCE -> share(late, late.size(), right);
            case SHELF_MEAN -> share(byShelfMean, shown, right);
            case SHELF_SUM -> share(byShelfSum, shown, right);
            case BEST_SELLERS ->
                    share(
                            bestSellers.stream()
                                    .filter(item -> !met.contains(item))
                                    .limit(shown)
                                    .toList(),
                            shown,
                            right);
            default -> throw new IllegalArgumentException(form);
        };
    }

    private static double share(List<Integer> items, int first, IntPredicate right) {
        int count = Math.min(first, items.size());
        return items.stream().limit(count).filter(right::test).count() / (double) count;
    }
}
