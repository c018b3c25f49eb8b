package dev.vitrine.data.intake;

import dev.vitrine.kernel.error.VitrineException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Turns rows into records of ours, and rows that cannot be turned into broken ones. */
final class MappedRows<T> implements Row.Sink {
    private final Function<Row, List<T>> mapping;
    private final Consumer<Parsed<T>> sink;

    MappedRows(Function<Row, List<T>> mapping, Consumer<Parsed<T>> sink) {
        this.mapping = mapping;
        this.sink = sink;
    }

    @Override
    public void row(Row row) {
        List<T> values;
        try {
            values = mapping.apply(row);
        } catch (VitrineException e) {
            sink.accept(RecordImport.bad(row.origin(), e, row.raw()));
            return;
        }
        for (T value : values) {
            sink.accept(new Parsed.Good<>(row.origin(), value));
        }
    }

    @Override
    public void broken(Origin origin, String reason, String raw) {
        sink.accept(new Parsed.Bad<>(origin, false, "", reason, raw));
    }
}
