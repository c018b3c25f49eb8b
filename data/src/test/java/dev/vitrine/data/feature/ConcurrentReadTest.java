package dev.vitrine.data.feature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.data.event.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Readers beside the writer see whole shoppers only. */
class ConcurrentReadTest {
    private static final int EVENTS = 400_000;

    @Test
    void everyCopyIsOneThatOnceWasTrue() throws Exception {
        ShopState state = new ShopState(FeatureSettings.defaults(), LoggedEvents.NUMBERS);
        LoggedEvents log = new LoggedEvents();
        try (ExecutorService readers = Executors.newFixedThreadPool(2)) {
            List<Future<Integer>> results = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                results.add(readers.submit(() -> read(state)));
            }
            for (int i = 0; i < EVENTS; i++) {
                // Items count up by one for shopper 1, and the time with them.
                state.apply(
                        log.event(1, 0, EventType.PURCHASE_COMPLETE, LoggedEvents.START + i, i));
            }
            for (Future<Integer> result : results) {
                assertThat(result.get()).isPositive();
            }
        }
    }

    private static int read(ShopState state) {
        int copies = 0;
        long last = 0;
        while (last < EVENTS) {
            Shopper shopper = state.shopper(1, 0);
            assertThat(shopper.version()).isGreaterThanOrEqualTo(last);
            last = shopper.version();
            int size = (int) Math.min(last, 100);
            assertThat(shopper.size()).isEqualTo(size);
            for (int i = 0; i < size; i++) {
                int item = (int) last - size + i;
                if (shopper.items()[i] != item || shopper.times()[i] != LoggedEvents.START + item) {
                    throw new AssertionError("torn at version " + last + ", place " + i);
                }
            }
            assertThat(shopper.purchases().size()).isEqualTo((int) Math.min(last, 64));
            assertThat(shopper.count(EventType.PURCHASE_COMPLETE)).isEqualTo((int) last);
            copies++;
        }
        return copies;
    }
}
