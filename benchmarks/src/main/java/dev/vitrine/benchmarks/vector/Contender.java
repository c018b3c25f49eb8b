package dev.vitrine.benchmarks.vector;

import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import java.io.IOException;

/** One way to find the items with the highest inner product; used by one thread. */
interface Contender extends AutoCloseable {
    /** The first part of its figures' names. */
    String name();

    /** Bytes of what a search reads, on the heap, mapped or beside it. */
    long bytes() throws IOException;

    /** Offers the best of {@code allowed} to {@code best}. */
    void search(float[] query, ItemMask allowed, TopItems best) throws IOException;

    @Override
    default void close() throws IOException {}
}
