package dev.vitrine.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.event.ProductDetail;
import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.FeatureSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplayTest {
    private static final long T = 1_700_000_000_000L;

    private static LoggedEvent view(long offset, long visitor, int item, long time, long received) {
        return new LoggedEvent(
                offset,
                visitor,
                0,
                EventType.DETAIL_PAGE_VIEW,
                time,
                received,
                "",
                "",
                List.of(new ProductDetail(Integer.toString(item), 1, Double.NaN)),
                "",
                "",
                List.of(),
                "",
                Double.NaN,
                "",
                "",
                Map.of());
    }

    private static Replay replay(LoggedEvent... log) {
        return new Replay(
                List.of(log).iterator(),
                FeatureSettings.defaults(),
                Integer::parseInt,
                new CatalogFacts());
    }

    @Test
    void nothingIsKnownThatHappensLater() {
        Replay replay = replay(view(0, 1, 4, T, T), view(1, 1, 5, T + 10, T + 10));
        assertThat(replay.until(T).latestEvent()).isZero();
        assertThat(replay.shopper(1).items()).isEmpty();
        replay.until(T + 1);
        assertThat(replay.shopper(1).items()).containsExactly(4);
    }

    @Test
    void aLogOutOfOrderIsAppliedByTime() {
        Replay replay =
                replay(
                        view(0, 1, 7, T + 30, T + 100),
                        view(1, 2, 3, T + 5, T + 100),
                        view(2, 1, 4, T, T + 100),
                        view(3, 1, 5, T + 10, T + 100));
        replay.until(T + 11);
        assertThat(replay.shopper(1).items()).containsExactly(4, 5);
        assertThat(replay.shopper(2).items()).containsExactly(3);
        replay.until(T + 31);
        assertThat(replay.shopper(1).items()).containsExactly(4, 5, 7);
    }

    @Test
    void whoWatchesSeesTheStateJustBeforeATime() {
        Replay replay =
                replay(
                        view(0, 1, 4, T, T),
                        view(1, 1, 5, T + 10, T + 10),
                        view(2, 1, 6, T + 20, T + 20));
        List<String> seen = new ArrayList<>();
        for (long at : new long[] {T + 25, T + 10, T}) {
            replay.watch(
                    at,
                    state -> seen.add(at - T + ":" + Arrays.toString(replay.shopper(1).items())));
        }
        replay.until(T + 15);
        assertThat(seen).containsExactly("0:[]", "10:[4]");
        assertThat(replay.shopper(1).items()).containsExactly(4, 5);
        replay.until(T + 25);
        assertThat(seen).endsWith("25:[4, 5, 6]").hasSize(3);
    }

    /** A record that claims to be of a time to come does not hold up those after it. */
    @Test
    void whatClaimsToBeOfTheFutureHoldsNothingUp() {
        Replay replay = replay(view(0, 1, 7, Long.MAX_VALUE, T), view(1, 1, 4, T + 5, T + 5));
        replay.until(T + 6);
        assertThat(replay.shopper(1).items()).containsExactly(7, 4);
    }
}
