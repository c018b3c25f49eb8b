package dev.vitrine.retrieval.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.catalog.ProductChange;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.vector.Similarity;
import dev.vitrine.retrieval.vector.VectorTable;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MeaningSearchTest {
    /** Counts "hot" and "cold"; fails as often as it is told to. */
    private static final class Temperature implements TextEncoder {
        private int failures;
        private int asked;

        @Override
        public int width() {
            return 2;
        }

        @Override
        public float[] encode(List<String> texts) {
            asked++;
            if (failures-- > 0) {
                throw new VitrineException(RetrievalError.MODEL_INVALID, "no turn");
            }
            float[] vectors = new float[2 * texts.size()];
            for (int i = 0; i < texts.size(); i++) {
                vectors[2 * i] = texts.get(i).contains("hot") ? 1 : 0;
                vectors[2 * i + 1] = texts.get(i).contains("cold") ? 1 : 0;
            }
            return vectors;
        }
    }

    private final Temperature encoder = new Temperature();
    private final MeaningSearch meaning =
            MeaningSearch.of(
                    encoder,
                    VectorTable.empty(Similarity.COSINE, 2, 1),
                    new MeaningSearch.Terms(.5f, .5f));

    private static ProductChange change(int item, String title) {
        return new ProductChange(
                item + 1L,
                item,
                "p" + item,
                Optional.of(Product.builder("p" + item).title(title).build()));
    }

    private static List<Integer> items(TopItems found) {
        return java.util.stream.IntStream.range(0, found.size()).mapToObj(found::item).toList();
    }

    private List<Integer> found(String text) {
        return items(meaning.search(text).orElseThrow());
    }

    @Test
    void productsAreFoundAsSoonAsTheyComeAndUntilTheyGo() {
        assertThat(found("hot")).isEmpty();
        meaning.apply(List.of(change(3, "hot tea"), change(5, "cold tea"), change(7, "tea")));
        assertThat(found("something hot")).containsExactly(3);
        meaning.apply(List.of(change(5, "hot and cold"), change(3, "tea")));
        assertThat(found("hot")).containsExactly(5);
        meaning.apply(List.of(new ProductChange(9, 5, "p5", Optional.empty())));
        assertThat(found("hot")).isEmpty();
    }

    @Test
    void whatIsFartherThanTheLeastCosineIsNotMeant() {
        meaning.apply(List.of(change(1, "hot"), change(2, "hot and cold")));
        assertThat(found("hot")).containsExactly(1, 2);
        MeaningSearch strict = meaning.by(new MeaningSearch.Terms(.5f, .9f));
        assertThat(items(strict.search("hot").orElseThrow())).containsExactly(1);
    }

    @Test
    void aTextThatSaysNothingFindsNothing() {
        meaning.apply(List.of(change(1, "hot")));
        assertThat(found("tea")).isEmpty();
        assertThat(found("")).isEmpty();
    }

    @Test
    void aFailureIsSaidAndEndsNothing() {
        meaning.apply(List.of(change(1, "hot")));
        encoder.failures = 1;
        assertThat(meaning.search("hot")).isEmpty();
        assertThat(found("hot")).containsExactly(1);
    }

    @Test
    void productsAreTriedAgainAndNotForEver() {
        encoder.failures = 2;
        meaning.apply(List.of(change(1, "hot")));
        assertThat(found("hot")).containsExactly(1);
        encoder.failures = 1_000;
        encoder.asked = 0;
        meaning.apply(List.of(change(2, "hot")));
        assertThat(encoder.asked).isLessThan(10);
        encoder.failures = 0;
        assertThat(found("hot")).containsExactly(1);
    }

    @Test
    void whoComesBeyondTheBoundIsNotMadeToWait() throws InterruptedException {
        CountDownLatch open = new CountDownLatch(1);
        AtomicInteger inside = new AtomicInteger();
        TextEncoder slow =
                new TextEncoder() {
                    @Override
                    public int width() {
                        return 2;
                    }

                    @Override
                    public float[] encode(List<String> texts) {
                        inside.incrementAndGet();
                        try {
                            open.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        return new float[] {1, 0};
                    }
                };
        MeaningSearch busy =
                MeaningSearch.of(
                        slow,
                        VectorTable.empty(Similarity.COSINE, 2, 1),
                        new MeaningSearch.Terms(.5f, .5f));
        int callers = 8 * Runtime.getRuntime().availableProcessors();
        AtomicInteger turnedAway = new AtomicInteger();
        List<Thread> threads =
                java.util.stream.IntStream.range(0, callers)
                        .mapToObj(i ->
                                Thread.ofVirtual()
                                        .start(() -> {
                                            if (busy.search("hot").isEmpty()) {
                                                turnedAway.incrementAndGet();
                                            }
                                        }))
                        .toList();
        while (inside.get() + turnedAway.get() < callers) {
            Thread.sleep(1);
        }
        open.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(turnedAway.get()).isEqualTo(callers / 2);
        assertThat(busy.search("hot")).isPresent();
    }
}
