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
 * The graph of jvector, on the heap, with exact scores, by inner products of the vectors as they
 * are. It is made for vectors of one length; filling rows up to one length with a further component
 * was tried and found fewer than half of the best.
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
                new ListRandomAccessVectorValues(list(rows), FittedVectors.DIMENSIONS);
        ForkJoinPool one = new ForkJoinPool(1);
        try (GraphIndexBuilder builder =
                new GraphIndexBuilder(
                        BuildScoreProvider.randomAccessScoreProvider(
                                vectors, VectorSimilarityFunction.DOT_PRODUCT),
                        FittedVectors.DIMENSIONS,
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

    private static List<VectorFloat<?>> list(float[] rows) {
        int items = rows.length / FittedVectors.DIMENSIONS;
        List<VectorFloat<?>> list = new ArrayList<>(items);
        for (int item = 0; item < items; item++) {
            int at = item * FittedVectors.DIMENSIONS;
            float[] row = Arrays.copyOfRange(rows, at, at + FittedVectors.DIMENSIONS);
            list.add(TYPES.createFloatVector(row));
        }
        return list;
    }

    @Override
    public String name() {
        return "jvector" + beam;
    }

    @Override
    public long bytes() {
        return graph.ramBytesUsed() + 4L * FittedVectors.DIMENSIONS * vectors.size();
    }

    @Override
    public void search(float[] query, ItemMask allowed, TopItems best) {
        SearchResult result =
                searcher.search(
                        DefaultSearchScoreProvider.exact(
                                TYPES.createFloatVector(query.clone()),
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
