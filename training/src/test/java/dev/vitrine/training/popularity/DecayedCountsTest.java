package dev.vitrine.training.popularity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.table.Popularity;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecayedCountsTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final long WEEK = Duration.ofDays(7).toMillis();

    @Test
    void anEventOfOneHalfLifeAgoCountsHalf() {
        DecayedCounts counts = new DecayedCounts(3, Duration.ofDays(7), NOW);
        counts.add(0, NOW, 1);
        counts.add(0, NOW - WEEK, 1);
        counts.add(1, NOW - 2 * WEEK, 4);
        counts.add(2, NOW + WEEK, 1);
        Popularity popularity = counts.build(item -> List.of());
        assertThat(popularity.count(0)).isCloseTo(1.5f, within(1e-6f));
        assertThat(popularity.count(1)).isCloseTo(1f, within(1e-6f));
        assertThat(popularity.count(2)).isCloseTo(1f, within(1e-6f));
    }

    @Test
    void itemsCountInTheirCategoriesAndAllAbove() {
        DecayedCounts counts = new DecayedCounts(3, Duration.ofDays(7), NOW);
        counts.add(0, NOW, 1);
        counts.add(1, NOW, 2);
        Popularity popularity =
                counts.build(item ->
                        item == 0
                                ? List.of(List.of("Home", "Kitchen"), List.of("Home"))
                                : List.of(List.of("Home")));
        assertThat(popularity.categories()).containsExactly("Home", "Home > Kitchen");
        TopItems best = new TopItems(5);
        popularity.collect("Home", ItemMask.all(3), best);
        best.sort();
        assertThat(best.size()).isEqualTo(2);
        assertThat(best.item(0)).isEqualTo(1);
    }
}
