package dev.vitrine.benchmarks.vector;

import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;

/**
 * The graph of jvector, on the heap, with exact scores. It wants vectors of one length for inner
 * products, so each row gets one more component that fills it up to the longest row, and each query
 * a zero there; the order of the inner products stays.
 */
final class JVectorGraph implements Contender {
    private static final int DEGREE = 32;
    private static final int BUILD_BEAM = 100;
    private static final VectorTypeSupport TYPES =
            VectorizationProvider.getInstance().getVectorTypeSupport();

    private final int beam;
    private final RandomAccessVectorValues vectors;
    private final ImmutableGraphIndex graph;
    private final GraphSearcher searcher;

    private JVectorGraph(int beam, RandomAccessVectorValues vectors, ImmutableGraphIndex graph) {
        this.beam = beam;
        this.vectors = vectors;
        this.graph = graph;
        this.searcher = new GraphSearcher(graph);
    }

    /** Builds with one thread. */
    static JVectorGraph build(float[] rows, int beam) throws IOException {
        RandomAccessVectorValues vectors =
                new ListRandomAccessVectorValues(lifted(rows), FittedVectors.DIMENSIONS + 1);
        ForkJoinPool one = new ForkJoinPool(1);
        try (GraphIndexBuilder builder =
                new GraphIndexBuilder(
                        BuildScoreProvider.randomAccessScoreProvider(
                                vectors, VectorSimilarityFunction.DOT_PRODUCT),
                        FittedVectors.DIMENSIONS + 1,
                        DEGREE,
                        BUILD_BEAM,
                        1.2f,
                        1.2f,
                        true,
                        true,
                        one,
                        one)) {
            return new JVectorGraph(beam, vectors, builder.build(vectors));
        } finally {
            one.shutdown();
        }
    }

    /** The same graph, searched with another beam. */
    JVectorGraph withBeam(int other) {
        return new JVectorGraph(other, vectors, graph);
    }

    private static List<VectorFloat<?>> lifted(float[] rows) {
        int items = rows.length / FittedVectors.DIMENSIONS;
        double longest = 0;
        for (int item = 0; item < items; item++) {
            longest = Math.max(longest, squares(rows, item));
        }
        List<VectorFloat<?>> lifted = new ArrayList<>(items);
        float scale = (float) (1 / Math.sqrt(longest));
        for (int item = 0; item < items; item++) {
            int at = item * FittedVectors.DIMENSIONS;
            float[] row = Arrays.copyOfRange(rows, at, at + FittedVectors.DIMENSIONS + 1);
            for (int d = 0; d < FittedVectors.DIMENSIONS; d++) {
                row[d] *= scale;
            }
            row[FittedVectors.DIMENSIONS] =
                    (float) Math.sqrt(Math.max(0, 1 - squares(rows, item) / longest));
            lifted.add(TYPES.createFloatVector(row));
        }
        return lifted;
    }

    private static double squares(float[] rows, int item) {
        double sum = 0;
        for (int d = 0; d < FittedVectors.DIMENSIONS; d++) {
            double value = rows[item * FittedVectors.DIMENSIONS + d];
            sum += value * value;
        }
        return sum;
    }

    @Override
    public String name() {
        return "jvector" + beam;
    }

    @Override
    public long bytes() {
        return graph.ramBytesUsed() + 4L * (FittedVectors.DIMENSIONS + 1) * vectors.size();
    }

    @Override
    public void search(float[] query, ItemMask allowed, TopItems best) {
        float[] lifted = Arrays.copyOf(query, FittedVectors.DIMENSIONS + 1);
        SearchResult result =
                searcher.search(
                        DefaultSearchScoreProvider.exact(
                                TYPES.createFloatVector(lifted),
                                VectorSimilarityFunction.DOT_PRODUCT,
                                vectors),
                        best.capacity(),
                        beam,
                        0f,
                        0f,
                        allowed::contains);
        for (SearchResult.NodeScore node : result.getNodes()) {
            best.offer(node.node, node.score);
        }
    }

    @Override
    public void close() throws IOException {
        searcher.close();
    }
}
