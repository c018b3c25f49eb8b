package dev.vitrine.training.sequence;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.SparseFormat;
import dev.vitrine.inference.graph.GraphBuilder;

/** A network that reads a history and says at each place what it expects next. */
sealed interface SequenceNetwork permits Transformer, Recurrent {
    /**
     * What follows, for each place of each history.
     *
     * @param items [rows, length, width], the vectors of the items, filled up behind
     * @param training whether values are dropped
     * @return [rows * length, width]; a place depends on none behind it
     */
    NDArray forward(NDArray items, int rows, int length, boolean training);

    /** The network as it serves; see {@link QueryGraph}. */
    GraphBuilder graph();

    /** Rows of a table by their numbers. */
    static NDArray rows(NDArray numbers, NDArray table) {
        return table.getNDArrayInternal()
                .embedding(numbers, table, SparseFormat.DENSE)
                .singletonOrThrow();
    }
}
