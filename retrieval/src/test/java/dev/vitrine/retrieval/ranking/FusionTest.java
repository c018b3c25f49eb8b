package dev.vitrine.retrieval.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.retrieval.candidate.TopItems;
import java.util.List;
import org.junit.jupiter.api.Test;

class FusionTest {
    @Test
    void addsTheReciprocalsOfPlaces() {
        TopItems best = Fusion.reciprocal(List.of(new int[] {7, 5, 3}, new int[] {5, 9}), 3);
        assertThat(best.size()).isEqualTo(3);
        assertThat(best.item(0)).isEqualTo(5);
        assertThat(best.score(0)).isCloseTo(1 / 62f + 1 / 61f, within(1e-6f));
        assertThat(best.item(1)).isEqualTo(7);
        assertThat(best.score(1)).isCloseTo(1 / 61f, within(1e-6f));
        assertThat(best.item(2)).isEqualTo(9);
        assertThat(Fusion.reciprocal(List.of(new int[0]), 3).size()).isZero();
    }
}
