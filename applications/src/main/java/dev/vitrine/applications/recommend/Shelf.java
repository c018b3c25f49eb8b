package dev.vitrine.applications.recommend;

import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.ranking.RankedCandidates;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A shelf while it is being filled: entries in order, none twice, all allowed. Each step of the
 * ladder adds its candidates after those of the step before.
 */
final class Shelf {
    private final ItemMask allowed;
    private final CatalogFacts facts;
    private final double diversity;
    private final List<Entry> entries = new ArrayList<>();
    private final Set<Integer> taken = new HashSet<>();
    private final Map<Integer, String> proposedBy = new HashMap<>();
    private Optional<RankedCandidates> ranked = Optional.empty();
    private boolean cut;

    /**
     * @param step what proposed it
     * @param because the item of the history or page that led to it; -1 when there is none
     */
    record Entry(int item, double score, String step, int because) {}

    /** Remembers which retriever counted most for the items that it proposed, by its name. */
    void explain(Blend blend, Blend.Sheet sheet) {
        for (Entry entry : entries) {
            int part = sheet.leadingPart(entry.item());
            if (part >= 0) {
                proposedBy.putIfAbsent(entry.item(), blend.parts().get(part).name());
            }
        }
    }

    /** Remembers what put the entries in order. */
    void explain(RankedCandidates order) {
        ranked = Optional.of(order);
    }

    /** The features that lifted an item most; none where no ranker put it where it is. */
    List<String> rankedBy(int item, int most) {
        return ranked.map(order -> order.reasons(item, most)).orElse(List.of());
    }

    /** The retriever that counted most for an item; empty where that is not known. */
    Optional<String> proposedBy(int item) {
        return Optional.ofNullable(proposedBy.get(item));
    }

    Shelf(ItemMask allowed, CatalogFacts facts, double diversity) {
        this.allowed = allowed;
        this.facts = facts;
        this.diversity = diversity;
    }

    ItemMask allowed() {
        return allowed;
    }

    int size() {
        return entries.size();
    }

    List<Entry> entries() {
        return entries;
    }

    /** Whether a step had more than was taken. */
    boolean mayHaveMore() {
        return cut;
    }

    /** The step that gave the first result; {@code none} for an empty shelf. */
    String servedBy() {
        return entries.isEmpty() ? "none" : entries.getFirst().step();
    }

    /** Adds one item when it is allowed and not there yet. */
    void add(int item, double score, String step, int because, int wanted) {
        if (item < 0 || !allowed.contains(item)) {
            return;
        }
        if (entries.size() >= wanted) {
            cut = true;
        } else if (taken.add(item)) {
            entries.add(new Entry(item, score, step, because));
        }
    }

    /**
     * Adds candidates up to {@code wanted} entries, mixing categories and brands: an item's score
     * is lowered by each entry before it that shares its category or brand, so that with full
     * diversity the tenth of a category counts a tenth.
     *
     * @param candidates sorted, best first
     */
    void addMixed(TopItems candidates, String step, int because, int wanted) {
        int open = wanted - entries.size();
        if (open <= 0 || candidates.size() == 0) {
            cut |= candidates.size() > 0;
            return;
        }
        Map<Integer, Integer> categories = new HashMap<>();
        Map<Integer, Integer> brands = new HashMap<>();
        int window = Math.min(candidates.size(), Math.max(open * 3, open + 20));
        boolean[] used = new boolean[window];
        for (int placed = 0; placed < open && placed < window; placed++) {
            int best = -1;
            double bestScore = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < window; i++) {
                if (used[i] || candidates.score(i) <= bestScore) {
                    continue;
                }
                double score = candidates.score(i) * mixing(candidates.item(i), categories, brands);
                if (score > bestScore) {
                    bestScore = score;
                    best = i;
                }
            }
            if (best < 0) {
                break;
            }
            used[best] = true;
            int item = candidates.item(best);
            if (allowed.contains(item) && taken.add(item)) {
                entries.add(new Entry(item, candidates.score(best), step, because));
                categories.merge(facts.category(item), 1, Integer::sum);
                brands.merge(facts.brand(item), 1, Integer::sum);
            }
        }
        cut |= candidates.size() > window || entries.size() >= wanted;
    }

    private double mixing(
            int item, Map<Integer, Integer> categories, Map<Integer, Integer> brands) {
        if (diversity == 0) {
            return 1;
        }
        int category = facts.category(item);
        int brand = facts.brand(item);
        int same =
                (category < 0 ? 0 : categories.getOrDefault(category, 0))
                        + (brand < 0 ? 0 : brands.getOrDefault(brand, 0));
        return 1 - diversity * (1 - 1.0 / (1 + same));
    }
}
