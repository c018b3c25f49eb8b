package dev.vitrine.training.sequence;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.SparseFormat;
import dev.vitrine.training.network.DropMask;
import dev.vitrine.training.network.Parameters;
import dev.vitrine.training.network.Torch;

/** A network that reads a history and says at each place what it expects next. */
sealed interface SequenceNetwork permits Transformer, Recurrent {
    static SequenceNetwork of(
            Torch torch, SequenceSettings settings, Parameters parameters, DropMask drop) {
        return switch (settings.kind()) {
            case TRANSFORMER -> new Transformer(torch, settings, parameters, drop);
            case RECURRENT -> new Recurrent(torch, settings, parameters, drop);
        };
    }

    /**
     * What follows, for each place of each history.
     *
     * @param items [rows, length, width], the vectors of the items, filled up behind
     * @param training whether values are dropped
     * @return [rows * length, width]; a place depends on none behind it
     */
    NDArray forward(NDArray items, int rows, int length, boolean training);

    /**
     * Adds the network to a graph.
     *
     * @return name of what {@link #forward} gives, [visitors, length, width]
     */
    String places(QueryGraph parts);

    /** Rows of a table by their numbers. */
    static NDArray rows(NDArray numbers, NDArray table) {
        return table.getNDArrayInternal()
                .embedding(numbers, table, SparseFormat.DENSE)
                .singletonOrThrow();
    }
}
