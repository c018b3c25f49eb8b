package dev.vitrine.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is known of a person and an item is what happened strictly before. */
class PurchaseRowsTest {
    private static final long HOUR = 3_600;

    private static float value(float[] row, String name) {
        return row[PurchaseRows.NAMES.indexOf(name)];
    }

    @Test
    void aRowKnowsNothingOfItsOwnEvent() {
        PurchaseRows state = new PurchaseRows();
        float[] before = state.known(10 * HOUR, 1, 7);
        assertThat(value(before, "personViews")).isZero();
        assertThat(value(before, "itemAge")).isNaN();
        state.apply(10 * HOUR, 1, 7, "cart");
        float[] same = state.known(10 * HOUR, 1, 7);
        assertThat(value(same, "inCart")).isZero();
        assertThat(value(same, "sinceCart")).isNaN();
        float[] later = state.known(12 * HOUR, 1, 7);
        assertThat(value(later, "inCart")).isEqualTo(1);
        assertThat(value(later, "sinceCart")).isEqualTo(2);
        assertThat(value(later, "sessionCarts")).isZero();
        assertThat(value(state.known(12 * HOUR, 2, 7), "inCart")).isZero();
    }

    /** Whether this very person viewed the item a moment ago shows in nothing. */
    @Test
    void whatIsKnownOfAnItemIsOfOtherPeople() {
        PurchaseRows viewed = new PurchaseRows();
        PurchaseRows fresh = new PurchaseRows();
        for (PurchaseRows state : List.of(viewed, fresh)) {
            state.apply(0, 2, 8, "view");
            state.apply(100, 2, 7, "view");
            state.apply(200, 2, 7, "buy");
            state.apply(HOUR, 1, 8, "view");
        }
        viewed.apply(2 * HOUR, 1, 7, "view");
        fresh.apply(2 * HOUR, 1, 9, "view");
        float[] known = viewed.known(2 * HOUR + 60, 1, 7);
        assertThat(value(known, "itemViews")).isEqualTo((float) Math.log1p(1));
        assertThat(value(known, "itemSinceView")).isNotEqualTo(value(known, "personSinceEvent"));
        assertThat(value(known, "pairFollowed")).isEqualTo((float) Math.log1p(1));
        float[] other = fresh.known(2 * HOUR + 60, 1, 7);
        for (int at = 0; at < known.length; at++) {
            if (!PurchaseRows.NAMES.get(at).equals("pairFollowed")) {
                assertThat(Float.valueOf(known[at]))
                        .as(PurchaseRows.NAMES.get(at))
                        .isEqualTo(Float.valueOf(other[at]));
            }
        }
        viewed.apply(3 * HOUR, 2, 7, "view");
        assertThat(value(viewed.known(4 * HOUR, 1, 7), "itemSinceView")).isEqualTo(1);
        assertThat(value(viewed.known(4 * HOUR, 2, 7), "itemSinceView")).isEqualTo(2);
        assertThat(value(viewed.known(4 * HOUR, 2, 7), "itemAge")).isEqualTo(2);
        assertThat(value(viewed.known(4 * HOUR, 3, 7), "itemSinceView")).isEqualTo(1);
    }

    @Test
    void countsAndSessionsFollowTheEvents() {
        PurchaseRows state = new PurchaseRows();
        state.apply(0, 1, 7, "view");
        state.apply(600, 1, 8, "view");
        state.apply(1_200, 1, 8, "cart");
        state.apply(1_300, 1, 8, "buy");
        float[] row = state.known(1_500, 1, 9);
        assertThat(value(row, "personViews")).isEqualTo((float) Math.log1p(2));
        assertThat(value(row, "sessionEvents")).isEqualTo((float) Math.log1p(4));
        assertThat(value(row, "sessionBuys")).isEqualTo((float) Math.log1p(1));
        assertThat(value(row, "personWaiting")).isZero();
        assertThat(value(row, "personViewsOfHour")).isEqualTo((float) Math.log1p(2));
        assertThat(value(state.known(HOUR + 300, 1, 9), "personViewsOfHour"))
                .isEqualTo((float) Math.log1p(1));
        state.apply(2_000, 2, 7, "view");
        assertThat(value(state.known(2_100, 2, 8), "pairFollowed"))
                .isEqualTo((float) Math.log1p(1));
    }
}
