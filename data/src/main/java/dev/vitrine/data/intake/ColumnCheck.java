package dev.vitrine.data.intake;

import java.util.List;
import java.util.Set;

/** Crosses off the columns that a file turns out to have, and stops reading when it knows. */
final class ColumnCheck implements Row.Sink {
    /** More names than this are not shown to anybody. */
    private static final int MOST_NAMES = 10_000;

    private final Set<String> missing;
    private final Set<String> present;

    /** Ends the reading early. */
    static final class Enough extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Enough() {
            super("enough was read", null, false, false);
        }
    }

    ColumnCheck(Set<String> missing, Set<String> present) {
        this.missing = missing;
        this.present = present;
    }

    @Override
    public void columns(List<String> names) {
        present.addAll(names);
        missing.removeIf(column -> present.contains(column) || inside(column));
        throw new Enough();
    }

    /** A path into a struct counts when the struct is there. */
    private boolean inside(String column) {
        int dot = column.indexOf('.');
        return dot > 0 && present.contains(column.substring(0, dot));
    }

    @Override
    public void row(Row row) {
        if (present.size() < MOST_NAMES) {
            present.addAll(row.values().keySet());
        }
        missing.removeIf(column -> row.value(column) != null);
        if (missing.isEmpty()) {
            throw new Enough();
        }
    }

    @Override
    public void broken(Origin origin, String reason, String raw) {
        // Counted and kept when the file is read in earnest.
    }
}
