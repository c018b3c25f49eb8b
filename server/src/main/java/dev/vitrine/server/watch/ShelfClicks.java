package dev.vitrine.server.watch;

import dev.vitrine.applications.recommend.AttributionToken;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.server.watch.Evaluation.ShelfDay;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What became of what was shown, by day and serving config: products in view, clicks and purchases
 * of events that carry the token of an answer. Serving configs are few, and the latest {@value
 * #DAYS} days are kept.
 */
final class ShelfClicks {
    private static final int DAYS = 31;
    private static final long DAY = Duration.ofDays(1).toMillis();

    private final Function<String, Optional<AttributionToken>> tokens;
    private final TreeMap<Long, TreeMap<String, long[]>> byDay = new TreeMap<>();

    /**
     * @param tokens reads one; empty for one that is not ours
     */
    ShelfClicks(Function<String, Optional<AttributionToken>> tokens) {
        this.tokens = tokens;
    }

    void add(LoggedEvent event) {
        if (event.attributionToken().isEmpty()) {
            return;
        }
        int place =
                switch (event.type()) {
                    case IMPRESSION -> 0;
                    case CLICK -> 1;
                    case PURCHASE_COMPLETE -> 2;
                    default -> -1;
                };
        Optional<AttributionToken> token =
                place < 0 ? Optional.empty() : tokens.apply(event.attributionToken());
        if (token.isEmpty()) {
            return;
        }
        long many = event.type() == EventType.IMPRESSION ? event.impressions().size() : 1;
        byDay.computeIfAbsent(Math.floorDiv(event.time(), DAY), day -> new TreeMap<>())
                        .computeIfAbsent(token.get().servingConfig(), config -> new long[3])[
                        place] +=
                Math.max(1, many);
        if (byDay.size() > DAYS) {
            byDay.pollFirstEntry();
        }
    }

    /** By day and then by serving config. */
    List<ShelfDay> days() {
        return byDay.entrySet().stream()
                .flatMap(
                        day -> day.getValue().entrySet().stream().map(one -> of(day.getKey(), one)))
                .toList();
    }

    private static ShelfDay of(long day, Map.Entry<String, long[]> one) {
        long[] counts = one.getValue();
        return new ShelfDay(
                LocalDate.ofEpochDay(day).toString(),
                one.getKey(),
                counts[0],
                counts[1],
                counts[2]);
    }
}
