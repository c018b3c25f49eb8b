package dev.vitrine.retrieval.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorTableTest {
    @TempDir Path temp;

    @Test
    void findsItselfByCosine() {
        Clusters clusters = new Clusters(20_000, 64, 1);
        VectorTable table = VectorTableProperties.table(clusters, Similarity.COSINE);
        TopItems best = new TopItems(10);
        table.search(clusters.row(1234), ItemMask.all(20_000), best);
        best.sort();
        assertThat(best.item(0)).isEqualTo(1234);
        assertThat(best.score(0)).isCloseTo(1f, org.assertj.core.api.Assertions.within(1e-4f));
    }

    @Test
    void itemsWithoutVectorAreNeverFound() {
        Clusters clusters = new Clusters(500, 32, 2);
        VectorTable table =
                VectorTable.build(
                        Similarity.INNER_PRODUCT,
                        32,
                        500,
                        (item, vector) -> {
                            System.arraycopy(clusters.row(item), 0, vector, 0, 32);
                            return item % 3 != 0;
                        },
                        1);
        TopItems best = new TopItems(500);
        table.search(clusters.vector(), ItemMask.all(500), best);
        assertThat(best.size()).isEqualTo(333);
        assertThat(table.size()).isEqualTo(333);
        assertThat(table.contains(0)).isFalse();
        assertThat(table.contains(1)).isTrue();
        assertThat(table.read(3, new float[32])).isFalse();
        assertThat(table.contains(-1)).isFalse();
        assertThat(table.contains(Integer.MAX_VALUE)).isFalse();
    }

    @Test
    void masksOfOtherSizesAreTakenAsTheyAre() {
        Clusters clusters = new Clusters(500, 16, 3);
        VectorTable table = VectorTableProperties.table(clusters, Similarity.INNER_PRODUCT);
        TopItems best = new TopItems(1000);
        table.search(clusters.vector(), ItemMask.all(70), best);
        assertThat(best.size()).isEqualTo(70);
        best.clear();
        table.search(clusters.vector(), ItemMask.all(100_000), best);
        assertThat(best.size()).isEqualTo(500);
        best.clear();
        table.search(clusters.vector(), new ItemMask(0), best);
        assertThat(best.size()).isZero();
        VectorTable.empty(Similarity.COSINE, 16, 1)
                .search(clusters.vector(), ItemMask.all(9), best);
        assertThat(best.size()).isZero();
    }

    @Test
    void newAndReplacedAndRemovedItemsShowAtOnce() {
        VectorTable table = VectorTable.empty(Similarity.INNER_PRODUCT, 3, 1);
        TopItems best = new TopItems(5);
        table.put(100_000, new float[] {1, 0, 0});
        table.put(7, new float[] {2, 0, 0});
        table.search(new float[] {1, 0, 0}, ItemMask.all(table.capacity()), best);
        best.sort();
        assertThat(best.item(0)).isEqualTo(7);
        assertThat(best.item(1)).isEqualTo(100_000);
        table.put(7, new float[] {0.5f, 0, 0});
        best.clear();
        table.search(new float[] {1, 0, 0}, ItemMask.all(table.capacity()), best);
        best.sort();
        assertThat(best.item(0)).isEqualTo(100_000);
        assertThat(table.remove(100_000)).isTrue();
        assertThat(table.remove(100_000)).isFalse();
        best.clear();
        table.search(new float[] {1, 0, 0}, ItemMask.all(table.capacity()), best);
        assertThat(best.size()).isEqualTo(1);
        assertThat(best.item(0)).isEqualTo(7);
    }

    @Test
    void zerosScoreZero() {
        VectorTable table = VectorTable.empty(Similarity.COSINE, 4, 1);
        table.put(0, new float[4]);
        table.put(1, new float[] {0, -1e-30f, 0, 0});
        TopItems best = new TopItems(5);
        table.search(new float[] {0, 1, 0, 0}, ItemMask.all(2), best);
        best.sort();
        assertThat(best.item(0)).isZero();
        assertThat(best.score(0)).isZero();
        assertThat(best.score(1)).isCloseTo(-1f, org.assertj.core.api.Assertions.within(1e-4f));
        best.clear();
        table.search(new float[4], ItemMask.all(2), best);
        assertThat(best.score(0)).isZero();
    }

    @Test
    void refusesWhatIsNoVector() {
        VectorTable table = VectorTable.empty(Similarity.INNER_PRODUCT, 2, 1);
        assertInvalid(() -> table.put(0, new float[3]));
        assertInvalid(() -> table.put(0, new float[] {Float.NaN, 0}));
        assertInvalid(() -> table.put(0, new float[] {Float.POSITIVE_INFINITY, 0}));
        assertInvalid(() -> table.put(0, new float[] {1e20f, 0}));
        assertInvalid(() -> table.put(-1, new float[2]));
        assertInvalid(() -> table.put(Integer.MAX_VALUE, new float[2]));
        assertInvalid(
                () -> table.search(new float[] {Float.NaN, 0}, ItemMask.all(1), new TopItems(1)));
        assertInvalid(() -> VectorTable.empty(Similarity.COSINE, 0, 1));
        assertThat(table.size()).isZero();
    }

    @Test
    void savesAndLoadsTheSameTable() {
        for (int dimensions : new int[] {5, 64, 100}) {
            Clusters clusters = new Clusters(9_000, dimensions, 4);
            VectorTable table = VectorTableProperties.table(clusters, Similarity.COSINE);
            table.remove(17);
            Path file = temp.resolve("vectors-" + dimensions);
            table.save(file);
            VectorTable loaded = VectorTable.load(file);
            assertThat(loaded.similarity()).isEqualTo(Similarity.COSINE);
            assertThat(loaded.dimensions()).isEqualTo(dimensions);
            assertThat(loaded.size()).isEqualTo(8_999);
            float[] query = clusters.vector();
            assertThat(items(loaded, query)).isEqualTo(items(table, query));
            loaded.put(9_001, query);
            assertThat(items(loaded, query).getFirst()).isEqualTo(9_001);
        }
    }

    @Test
    void refusesADamagedFile() throws IOException {
        Clusters clusters = new Clusters(300, 8, 5);
        VectorTable table = VectorTableProperties.table(clusters, Similarity.INNER_PRODUCT);
        Path file = temp.resolve("vectors");
        table.save(file);
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(6);
        for (int trial = 0; trial < 60; trial++) {
            byte[] damaged = whole.clone();
            int at = trial < 40 ? trial : random.nextInt(whole.length);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, damaged);
            assertRefused(file);
        }
        for (int length : new int[] {0, 10, 39, 40, 41, whole.length / 2, whole.length - 1}) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            assertRefused(file);
        }
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length + 8));
        assertRefused(file);
        assertThatThrownBy(() -> VectorTable.load(temp.resolve("nothing")))
                .hasMessageContaining("nothing");
    }

    /** Writers add, searchers run all the while: no mask is broken, what was put is found. */
    @Test
    void searchesSeeWhatOthersPut() throws Exception {
        int items = 6_000;
        Clusters clusters = new Clusters(items, 64, 7);
        VectorTable table = VectorTable.empty(Similarity.COSINE, 64, 1);
        AtomicInteger visible = new AtomicInteger();
        AtomicBoolean stop = new AtomicBoolean();
        ItemMask odd = new ItemMask(items);
        for (int i = 1; i < items; i += 2) {
            odd.add(i);
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Integer>> searchers = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                int seed = t;
                searchers.add(
                        threads.submit(() -> {
                            Random random = new Random(seed);
                            TopItems best = new TopItems(5);
                            int searches = 0;
                            while (!stop.get() || searches == 0) {
                                int item = random.nextInt(visible.get() + 1) / 2 * 2 - 1;
                                if (item < 0) {
                                    continue;
                                }
                                best.clear();
                                table.search(clusters.row(item), odd, best);
                                best.sort();
                                assertThat(best.item(0)).isEqualTo(item);
                                for (int i = 0; i < best.size(); i++) {
                                    assertThat(odd.contains(best.item(i))).isTrue();
                                }
                                searches++;
                            }
                            return searches;
                        }));
            }
            for (int item = 0; item < items; item++) {
                table.put(item, clusters.row(item));
                visible.set(item);
            }
            stop.set(true);
            for (Future<Integer> searcher : searchers) {
                assertThat(searcher.get()).isPositive();
            }
        }
    }

    @Test
    void aSearchAllocatesNothing() {
        Clusters clusters = new Clusters(40_000, 64, 8);
        VectorTable table = VectorTableProperties.table(clusters, Similarity.INNER_PRODUCT);
        float[] query = clusters.vector();
        ItemMask all = ItemMask.all(40_000);
        TopItems best = new TopItems(100);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 60 && least > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 20; i++) {
                best.clear();
                table.search(query, all, best);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least / 20).as("bytes for each search, once compiled").isLessThan(64);
    }

    private static List<Integer> items(VectorTable table, float[] query) {
        TopItems best = new TopItems(20);
        table.search(query, ItemMask.all(table.capacity()), best);
        best.sort();
        List<Integer> items = new ArrayList<>();
        for (int i = 0; i < best.size(); i++) {
            items.add(best.item(i));
        }
        return items;
    }

    private static void assertRefused(Path file) {
        assertThatThrownBy(() -> VectorTable.load(file))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e ->
                                assertThat(e.code())
                                        .isIn(
                                                RetrievalError.MODEL_DAMAGED,
                                                RetrievalError.MODEL_FORMAT));
    }

    private static void assertInvalid(Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(RetrievalError.VECTOR_INVALID));
    }
}
