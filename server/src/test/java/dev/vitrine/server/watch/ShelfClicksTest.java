package dev.vitrine.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.applications.recommend.AttributionToken;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.Impression;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.server.watch.Evaluation.ShelfDay;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShelfClicksTest {
    private static final long NOON = Instant.parse("2026-06-01T12:00:00Z").toEpochMilli();
    private static final long DAY = Duration.ofDays(1).toMillis();

    private static LoggedEvent event(EventType type, long time, String token, int impressions) {
        return new LoggedEvent(
                0,
                1,
                0,
                type,
                time,
                time,
                "",
                "",
                List.of(),
                "",
                token,
                java.util.Collections.nCopies(impressions, new Impression("p", 1, 1)),
                "",
                Double.NaN,
                "",
                "",
                Map.of());
    }

    private static Optional<AttributionToken> read(String token) {
        return token.equals("forged")
                ? Optional.empty()
                : Optional.of(new AttributionToken("r1", token, "", "fixed", 0));
    }

    @Test
    void whatIsInViewAndWhatBecameOfItAreCountedByDayAndShelf() {
        ShelfClicks shelves = new ShelfClicks(ShelfClicksTest::read);
        shelves.add(event(EventType.IMPRESSION, NOON, "trending", 8));
        shelves.add(event(EventType.IMPRESSION, NOON, "trending", 0));
        shelves.add(event(EventType.CLICK, NOON, "trending", 0));
        shelves.add(event(EventType.CLICK, NOON, "forged", 0));
        shelves.add(event(EventType.CLICK, NOON, "", 0));
        shelves.add(event(EventType.DETAIL_PAGE_VIEW, NOON, "trending", 0));
        shelves.add(event(EventType.PURCHASE_COMPLETE, NOON + DAY, "buy-it-again", 0));

        assertThat(shelves.days())
                .containsExactly(
                        new ShelfDay("2026-06-01", "trending", 9, 1, 0),
                        new ShelfDay("2026-06-02", "buy-it-again", 0, 0, 1));
    }

    @Test
    void theLatestDaysAreKept() {
        ShelfClicks shelves = new ShelfClicks(ShelfClicksTest::read);
        for (int day = 0; day < 100; day++) {
            shelves.add(event(EventType.CLICK, NOON + day * DAY, "trending", 0));
        }

        assertThat(shelves.days()).hasSize(31);
        assertThat(shelves.days().getLast().day()).isEqualTo("2026-09-08");
    }
}
