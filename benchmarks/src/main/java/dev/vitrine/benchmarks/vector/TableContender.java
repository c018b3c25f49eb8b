package dev.vitrine.benchmarks.vector;

import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.vector.Similarity;
import dev.vitrine.retrieval.vector.VectorSource;
import dev.vitrine.retrieval.vector.VectorTable;
import java.nio.file.Path;

/** What Vitrine serves with, saved and loaded as in a release. */
final class TableContender implements Contender {
    private final VectorTable table;
    final double saveSeconds;
    final double loadSeconds;

    TableContender(float[] rows, Path work) {
        int items = rows.length / FittedVectors.DIMENSIONS;
        VectorTable built =
                VectorTable.build(
                        Similarity.INNER_PRODUCT,
                        FittedVectors.DIMENSIONS,
                        items,
                        VectorSource.of(rows, FittedVectors.DIMENSIONS),
                        1);
        Path file = work.resolve("vectors");
        long start = System.nanoTime();
        built.save(file);
        long saved = System.nanoTime();
        table = VectorTable.load(file);
        saveSeconds = (saved - start) / 1e9;
        loadSeconds = (System.nanoTime() - saved) / 1e9;
    }

    @Override
    public String name() {
        return "table";
    }

    @Override
    public long bytes() {
        return table.bytes();
    }

    @Override
    public void search(float[] query, ItemMask allowed, TopItems best) {
        table.search(query, allowed, best);
    }
}
