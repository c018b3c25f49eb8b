package dev.vitrine.data.intake;

import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the cell readers of one mapping, and keeps which columns they need. */
final class MappedColumns {
    private final DataError code;
    private final Set<String> columns = new LinkedHashSet<>();

    MappedColumns(DataError code) {
        this.code = code;
    }

    Set<String> columns() {
        return columns;
    }

    void also(@Nullable String column) {
        if (column != null) {
            columns.add(column);
        }
    }

    @Nullable CellReader find(String field, @Nullable FieldConfig config) {
        if (config == null) {
            return null;
        }
        also(config.column());
        return new CellReader(field, config, code);
    }

    CellReader needed(String field, @Nullable FieldConfig config) {
        CellReader cell = find(field, config);
        if (cell == null) {
            throw VitrineException.field(
                    DataError.MAPPING_INVALID, field, "the mapping needs a column for " + field);
        }
        return cell;
    }
}
