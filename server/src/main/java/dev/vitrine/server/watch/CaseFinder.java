package dev.vitrine.server.watch;

import dev.vitrine.data.catalog.Catalog;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.server.watch.Evaluation.Case;
import dev.vitrine.server.watch.Evaluation.Cause;
import dev.vitrine.server.watch.Evaluation.Kind;
import dev.vitrine.server.watch.Evaluation.Piece;
import dev.vitrine.server.watch.Evaluation.Taken;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;

/** Which answers went wrong most, of what kind they are, and why they likely did. */
final class CaseFinder {
    static final int CASES = 100;

    private static final int SHOWN = 5;
    private static final int HISTORY = 10;
    private static final int KINDS = 20;
    private static final int FEWEST_OF_KIND = 20;
    private static final int LONGEST_TITLE = 200;

    /** Decayed weight of its events below which few had turned to a product. */
    private static final double RARE = 5;

    static final String NEW = "it came after the release: nobody had turned to it before";
    static final String OTHER_CATEGORY = "nothing of its category is in the history";
    static final String FEW = "few had turned to it before";
    static final String OUTDONE = "it was proposed, and others were put above it";
    static final String UNSEEN = "the history did not speak for it";

    private final Catalog catalog;
    private final CatalogFacts facts;
    private final BitSet known;
    private final IntToDoubleFunction popularity;

    /**
     * @param known products that had been met when the data of the release ended
     * @param popularity of a product when the questions are asked
     */
    CaseFinder(Catalog catalog, CatalogFacts facts, BitSet known, IntToDoubleFunction popularity) {
        this.catalog = catalog;
        this.facts = facts;
        this.known = known;
        this.popularity = popularity;
    }

    /** Why what was turned to is not among the first 20, the most frequent first. */
    List<Cause> causes(List<Questioning.Asked> asked) {
        Map<String, Integer> times = new HashMap<>();
        for (Questioning.Asked one : asked) {
            for (int item : one.answers()) {
                String reason = reason(one, item);
                if (!reason.isEmpty()) {
                    times.merge(reason, 1, Integer::sum);
                }
            }
        }
        return times.entrySet().stream()
                .map(entry -> new Cause(entry.getKey(), entry.getValue()))
                .sorted(
                        Comparator.comparingInt(Cause::times)
                                .reversed()
                                .thenComparing(Cause::reason))
                .toList();
    }

    /** Categories by how seldom their products were found, of those that were turned to enough. */
    List<Kind> kinds(List<Questioning.Asked> asked) {
        Map<Integer, int[]> counts = new HashMap<>();
        for (Questioning.Asked one : asked) {
            for (int item : one.answers()) {
                int category = facts.category(item);
                if (category >= 0) {
                    int[] count = counts.computeIfAbsent(category, c -> new int[2]);
                    int place = one.place(item);
                    count[0]++;
                    count[1] += place > 0 && place <= Questioning.CUTOFF ? 1 : 0;
                }
            }
        }
        return counts.entrySet().stream()
                .filter(entry -> entry.getValue()[0] >= FEWEST_OF_KIND)
                .map(entry ->
                        new Kind(
                                path(facts, entry.getKey()),
                                entry.getValue()[0],
                                entry.getValue()[1]))
                .sorted(
                        Comparator.comparingDouble(
                                        (Kind kind) -> (double) kind.found() / kind.times())
                                .thenComparing(Kind::category))
                .limit(KINDS)
                .toList();
    }

    /** A category with those above it, such as {@code Home > Kitchen}. */
    static String path(CatalogFacts facts, int category) {
        String path = facts.categoryName(category);
        int above = facts.parent(category);
        for (int steps = 0; above >= 0 && steps < 10; steps++) {
            path = facts.categoryName(above) + " > " + path;
            above = facts.parent(above);
        }
        return path;
    }

    /** The worst among those with as much of a past as half of all, or more. */
    List<Case> cases(List<Questioning.Asked> asked) {
        int[] sizes = asked.stream().mapToInt(one -> one.history().length).sorted().toArray();
        int much = sizes.length == 0 ? 0 : sizes[sizes.length / 2];
        return asked.stream()
                .filter(one -> one.history().length >= much && one.best() > Questioning.CUTOFF)
                .sorted(
                        Comparator.comparingInt(Questioning.Asked::best)
                                .thenComparingInt(one -> one.history().length)
                                .reversed())
                .limit(CASES)
                .map(this::wrong)
                .toList();
    }

    private Case wrong(Questioning.Asked one) {
        int[] history = one.history();
        List<Piece> past = new ArrayList<>();
        for (int i = history.length - 1; i >= 0 && past.size() < HISTORY; i--) {
            past.add(piece(history[i]));
        }
        List<Taken> taken =
                Arrays.stream(one.answers())
                        .boxed()
                        .sorted(Comparator.comparingInt(item -> distance(one, item)))
                        .limit(SHOWN)
                        .map(item -> taken(one, item))
                        .toList();
        int best = one.best();
        return new Case(
                past,
                history.length,
                Arrays.stream(one.shown()).limit(SHOWN).mapToObj(this::piece).toList(),
                taken,
                best > one.shown().length ? 0 : best);
    }

    private static int distance(Questioning.Asked one, int item) {
        int place = one.place(item);
        return place == 0 ? Integer.MAX_VALUE : place;
    }

    private Taken taken(Questioning.Asked one, int item) {
        Piece piece = piece(item);
        return new Taken(piece.id(), piece.title(), one.place(item), reason(one, item));
    }

    private String reason(Questioning.Asked one, int item) {
        int place = one.place(item);
        if (place > 0 && place <= Questioning.CUTOFF) {
            return "";
        }
        if (!known.get(item)) {
            return NEW;
        }
        int category = facts.category(item);
        if (category >= 0
                && Arrays.stream(one.history()).noneMatch(h -> facts.category(h) == category)) {
            return OTHER_CATEGORY;
        }
        if (popularity.applyAsDouble(item) < RARE) {
            return FEW;
        }
        return place > 0 ? OUTDONE : UNSEEN;
    }

    private Piece piece(int item) {
        Optional<Product> product = catalog.get(item);
        String title = product.map(Product::title).orElse("");
        return new Piece(
                catalog.idOf(item), title.substring(0, Math.min(LONGEST_TITLE, title.length())));
    }
}
