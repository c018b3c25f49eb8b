package dev.vitrine.data.feature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.data.event.EventType;
import java.lang.ref.Reference;
import org.junit.jupiter.api.Test;

/**
 * What a shopper costs in memory, as docs/decisions/005-feature-state.md states it. Heap is
 * measured as the difference after collections, so bounds have a third of slack.
 */
class ShopperMemoryTest {
    private static final int SHOPPERS = 20_000;

    @Test
    void aShopperOfADozenViewsTakesBelowNineHundredBytes() {
        assertThat(bytesPerShopper(12)).isBetween(400.0, 900.0);
    }

    @Test
    void aShopperWithAFullHistoryTakesBelowTwoAndAHalfKilobytes() {
        assertThat(bytesPerShopper(150)).isBetween(1_200.0, 2_500.0);
    }

    private static double bytesPerShopper(int views) {
        ShopState few = state(SHOPPERS / 10, views);
        long before = used();
        ShopState many = state(SHOPPERS, views);
        long bytes = used() - before;
        Reference.reachabilityFence(few);
        assertThat(many.counts().shoppers()).isEqualTo(SHOPPERS);
        return (double) bytes / SHOPPERS;
    }

    private static ShopState state(int shoppers, int views) {
        ShopState state = new ShopState(FeatureSettings.defaults(), LoggedEvents.NUMBERS);
        LoggedEvents log = new LoggedEvents();
        for (int view = 0; view < views; view++) {
            for (int person = 1; person <= shoppers; person++) {
                // One item for all, so that items cost nothing beside shoppers.
                long time = LoggedEvents.START + view * 1000L;
                state.apply(log.event(person, 0, EventType.DETAIL_PAGE_VIEW, time, 1));
            }
        }
        return state;
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
