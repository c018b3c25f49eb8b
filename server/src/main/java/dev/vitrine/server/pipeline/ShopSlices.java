package dev.vitrine.server.pipeline;

import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.training.evaluation.Aspects;
import dev.vitrine.training.evaluation.ItemCounts;
import dev.vitrine.training.evaluation.ItemLikeness;
import dev.vitrine.training.evaluation.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * By what a shop's answers are looked at: new and old shoppers, head and tail items and the largest
 * categories, each on its own; and how diverse they are, by category.
 */
final class ShopSlices {
    private static final int CATEGORIES = 5;
    private static final int LONGEST_NAME = 80;

    private ShopSlices() {}

    /**
     * @param counts how often each item occurs in training
     */
    static Aspects of(ShopQuestions questions, ItemCounts counts, CatalogFacts facts) {
        int[] category = new int[questions.items()];
        Arrays.setAll(category, facts::category);
        Optional<ItemLikeness> likeness =
                Arrays.stream(category).anyMatch(each -> each >= 0)
                        ? Optional.of(ItemLikeness.ofCategories(category))
                        : Optional.empty();
        return Aspects.of(questions, counts, likeness).and(byCategory(category, counts, facts));
    }

    /**
     * The categories that are turned to most, of the first level of the tree on which there is more
     * than one; none in a shop that has only one.
     */
    private static List<Slice> byCategory(int[] category, ItemCounts counts, CatalogFacts facts) {
        int[] depth = new int[facts.categories()];
        int deepest = 0;
        for (int c = 0; c < depth.length; c++) {
            depth[c] = facts.parent(c) < 0 ? 0 : depth[facts.parent(c)] + 1;
            deepest = Math.max(deepest, depth[c]);
        }
        for (int level = 0; level <= deepest; level++) {
            int[] above = new int[depth.length];
            for (int c = 0; c < above.length; c++) {
                above[c] = depth[c] <= level ? c : above[facts.parent(c)];
            }
            long[] met = new long[depth.length];
            for (int item = 0; item < category.length; item++) {
                if (category[item] >= 0) {
                    met[above[category[item]]] += counts.of(item);
                }
            }
            int[] largest =
                    IntStream.range(0, met.length)
                            .filter(c -> met[c] > 0)
                            .boxed()
                            .sorted((a, b) -> Long.compare(met[b], met[a]))
                            .limit(CATEGORIES)
                            .mapToInt(Integer::intValue)
                            .toArray();
            if (largest.length > 1) {
                return slices(largest, above, category, facts);
            }
        }
        return List.of();
    }

    private static List<Slice> slices(
            int[] largest, int[] above, int[] category, CatalogFacts facts) {
        List<Slice> slices = new ArrayList<>();
        for (int chosen : largest) {
            String name = name(chosen, facts);
            slices.add(
                    new Slice(
                            "category:" + name,
                            "answers in " + name,
                            Slice.ofItems(item ->
                                    category[item] >= 0 && above[category[item]] == chosen)));
        }
        return slices;
    }

    /** The path of a category, as a shop may have written it, fit for a terminal. */
    private static String name(int category, CatalogFacts facts) {
        StringBuilder path = new StringBuilder(facts.categoryName(category));
        for (int at = facts.parent(category); at >= 0; at = facts.parent(at)) {
            path.insert(0, facts.categoryName(at) + " > ");
        }
        String plain = path.toString().replaceAll("\\p{C}", " ");
        return plain.length() <= LONGEST_NAME ? plain : plain.substring(0, LONGEST_NAME) + "…";
    }
}
