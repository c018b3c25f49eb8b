package dev.vitrine.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class NextItemCandidatesTest {
    private static final int ITEMS = 5;
    private static final int[][] SEQUENCES = {{0, 1, 2}, {0, 1}, {3, 0, 1}, {1, 1, 4}};

    @Test
    void pairsAreCountedInTheirOrderAndWithinTheWindow() {
        PairCounts next = PairCounts.of(ITEMS, SEQUENCES, 1);
        assertThat(next.of(0, 1)).isEqualTo(3);
        assertThat(next.of(1, 0)).isZero();
        assertThat(next.of(0, 2)).isZero();
        assertThat(next.of(1, 1)).isZero();
        PairCounts near = PairCounts.of(ITEMS, SEQUENCES, 2);
        assertThat(near.of(0, 2)).isEqualTo(1);
        assertThat(near.of(1, 4)).isEqualTo(2);
        assertThat(near.of(3, 1)).isEqualTo(1);
        assertThat(near.of(4, 3)).isZero();
    }

    @Test
    void nothingIsPairedInSequencesOfOne() {
        assertThat(PairCounts.of(ITEMS, new int[][] {{0}, {}, {4}}, 3).of(0, 4)).isZero();
    }

    @Test
    void factsOfItemsAreShares() {
        SequenceFacts facts = SequenceFacts.of(ITEMS, SEQUENCES);
        assertThat(facts.count(1)).isEqualTo(5);
        assertThat(facts.countLately(1)).isEqualTo(2);
        assertThat(facts.countLately(0)).isZero();
        assertThat(facts.followedShare(0, 1)).isEqualTo(3 / 4f);
        assertThat(facts.together(2, 0)).isEqualTo(1);
        assertThat(facts.cosine(0, 1)).isCloseTo((float) (3 / Math.sqrt(4 * 6)), within(1e-6f));
        assertThat(facts.cosine(3, 4)).isZero();
    }
}
