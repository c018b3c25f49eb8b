package dev.vitrine.data.intake;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One record of a file as it stands there.
 *
 * @param values String, Long, Double, Boolean, List or Map by column; absent columns are left out
 */
record Row(Origin origin, Map<String, Object> values) {
    /** The value of a column, or at a path with dots into objects; null when absent. */
    @Nullable Object value(String column) {
        Object direct = values.get(column);
        if (direct != null || column.indexOf('.') < 0) {
            return direct;
        }
        Map<String, Object> inside = values;
        String rest = column;
        int dot;
        while ((dot = rest.indexOf('.')) > 0) {
            if (!(inside.get(rest.substring(0, dot)) instanceof Map<?, ?> next)) {
                return null;
            }
            inside = Fields.asMap(next);
            rest = rest.substring(dot + 1);
        }
        return inside.get(rest);
    }

    /** The record as JSON, for keeping and replaying. */
    String raw() {
        return JsonValues.text(values);
    }

    /** Receives rows; {@link #columns} comes first where a file names its columns. */
    interface Sink {
        default void columns(List<String> names) {}

        void row(Row row);

        void broken(Origin origin, String reason, String raw);
    }
}
