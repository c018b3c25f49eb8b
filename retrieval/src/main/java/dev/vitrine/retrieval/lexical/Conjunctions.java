package dev.vitrine.retrieval.lexical;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes a filter apart where all its parts must hold. */
final class Conjunctions {
    private Conjunctions() {}

    /**
     * The filter without those parts that test this field and no other; empty when none is left.
     */
    static Optional<FilterExpression> without(FilterExpression filter, FilterField field) {
        if (filter instanceof FilterExpression.And and) {
            List<FilterExpression> kept = new ArrayList<>();
            for (FilterExpression part : and.parts()) {
                without(part, field).ifPresent(kept::add);
            }
            return switch (kept.size()) {
                case 0 -> Optional.empty();
                case 1 -> Optional.of(kept.getFirst());
                default -> Optional.of(new FilterExpression.And(kept));
            };
        }
        return onlyTests(filter, field) ? Optional.empty() : Optional.of(filter);
    }

    private static boolean onlyTests(FilterExpression filter, FilterField field) {
        return switch (filter) {
            case FilterExpression.And and ->
                    and.parts().stream().allMatch(p -> onlyTests(p, field));
            case FilterExpression.Or or -> or.parts().stream().allMatch(p -> onlyTests(p, field));
            // To exclude a value is not to choose among them.
            case FilterExpression.Not not -> false;
            case FilterExpression.Any any -> any.field().equals(field);
            case FilterExpression.Range range -> range.field().equals(field);
        };
    }
}
