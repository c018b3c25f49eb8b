package dev.vitrine.retrieval.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class VectorTableProperties {
    /** Few rows are all scored exactly, so that the answer must be the exact one. */
    @Property(tries = 150)
    void smallTablesAnswerExactly(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 300) int items,
            @ForAll @IntRange(min = 1, max = 130) int dimensions,
            @ForAll @IntRange(min = 1, max = 40) int k,
            @ForAll Similarity similarity) {
        Clusters clusters = new Clusters(items, dimensions, seed);
        VectorTable table = table(clusters, similarity);
        ItemMask mask = clusters.mask(0.7);
        float[] query = clusters.vector();
        TopItems found = new TopItems(k);
        table.search(query, mask, found);
        found.sort();
        TopItems exact = clusters.exact(query, mask, k, similarity);
        assertThat(found.size()).isEqualTo(exact.size());
        for (int place = 0; place < found.size(); place++) {
            assertThat(mask.contains(found.item(place))).isTrue();
            double truth = Clusters.score(query, clusters.row(found.item(place)), similarity);
            double error = error(query, clusters, similarity);
            assertThat((double) found.score(place)).isCloseTo(truth, within(error));
            assertThat((double) found.score(place))
                    .isCloseTo(exact.score(place), within(2 * error));
        }
    }

    /** Whatever is found through estimates has its exact score, is allowed, and is nearly all. */
    @Property(tries = 12)
    void largeTablesFindNearlyAllWithExactScores(
            @ForAll long seed,
            @ForAll Similarity similarity,
            @ForAll @IntRange(min = 0, max = 2) int filter) {
        Clusters clusters = new Clusters(30_000, 64, seed);
        VectorTable table = table(clusters, similarity);
        ItemMask mask = clusters.mask(new double[] {1, 0.5, 0.05}[filter]);
        double recall = 0;
        int queries = 15;
        for (int q = 0; q < queries; q++) {
            float[] query = clusters.vector();
            TopItems found = new TopItems(50);
            table.search(query, mask, found);
            found.sort();
            TopItems exact = clusters.exact(query, mask, 50, similarity);
            recall += Clusters.recall(found, exact) / queries;
            double error = error(query, clusters, similarity);
            for (int place = 0; place < found.size(); place++) {
                int item = found.item(place);
                assertThat(mask.contains(item)).isTrue();
                assertThat((double) found.score(place))
                        .isCloseTo(
                                Clusters.score(query, clusters.row(item), similarity),
                                within(error));
            }
        }
        assertThat(recall).isGreaterThanOrEqualTo(0.98);
    }

    @Property(tries = 100)
    void vectorsAreReadBackToSixteenBits(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 200) int dimensions) {
        Clusters clusters = new Clusters(3, dimensions, seed);
        VectorTable table = table(clusters, Similarity.INNER_PRODUCT);
        float[] read = new float[dimensions];
        for (int item = 0; item < 3; item++) {
            assertThat(table.read(item, read)).isTrue();
            float[] row = clusters.row(item);
            float largest = 0;
            for (float value : row) {
                largest = Math.max(largest, Math.abs(value));
            }
            for (int d = 0; d < dimensions; d++) {
                assertThat(read[d]).isCloseTo(row[d], within(largest / 60_000));
            }
        }
    }

    static VectorTable table(Clusters clusters, Similarity similarity) {
        return VectorTable.build(
                similarity,
                clusters.dimensions,
                clusters.items,
                VectorSource.of(clusters.rows, clusters.dimensions),
                1);
    }

    /** What 16 bits a component may cost: half a step for each, all in the same direction. */
    private static double error(float[] query, Clusters clusters, Similarity similarity) {
        double sum = 0;
        double squares = 0;
        for (float component : query) {
            sum += Math.abs(component);
            squares += (double) component * component;
        }
        if (similarity == Similarity.COSINE) {
            return 1e-6 + (squares == 0 ? 0 : sum / Math.sqrt(squares)) / 60_000;
        }
        float largest = 0;
        for (float value : clusters.rows) {
            largest = Math.max(largest, Math.abs(value));
        }
        return 1e-6 + sum * largest / 60_000;
    }
}
