package dev.vitrine.training.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What answers are looked at by, beside whether they are right.
 *
 * @param counts how often each item occurs in training; the basis of novelty
 * @param likeness of items, the basis of diversity; empty where none is known
 * @param slices judged each on its own as well
 */
public record Aspects(ItemCounts counts, Optional<ItemLikeness> likeness, List<Slice> slices) {
    public Aspects {
        slices = List.copyOf(slices);
    }

    /** Novelty alone. */
    public static Aspects of(ItemCounts counts) {
        return new Aspects(counts, Optional.empty(), List.of());
    }

    /** With the slices that any questions have: by length of history and by popularity. */
    public static Aspects of(
            Questions questions, ItemCounts counts, Optional<ItemLikeness> likeness) {
        List<Slice> slices = new ArrayList<>(Slice.byHistory(questions));
        slices.addAll(Slice.byPopularity(counts));
        return new Aspects(counts, likeness, slices);
    }

    /** With more slices. */
    public Aspects and(List<Slice> more) {
        List<Slice> all = new ArrayList<>(slices);
        all.addAll(more);
        return new Aspects(counts, likeness, all);
    }
}
