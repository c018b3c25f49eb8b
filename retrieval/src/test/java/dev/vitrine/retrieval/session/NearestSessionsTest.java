package dev.vitrine.retrieval.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NearestSessionsTest {
    private static final SessionSearch SEARCH = new SessionSearch(10, 10, .5, .5, .25);

    private static Map<Integer, Float> collected(
            NearestSessions model, History history, ItemMask allowed) {
        TopItems best = new TopItems(10);
        model.collect(history, allowed, best);
        best.sort();
        Map<Integer, Float> scores = new TreeMap<>();
        for (int place = 0; place < best.size(); place++) {
            scores.put(best.item(place), best.score(place));
        }
        return scores;
    }

    @Test
    void whatStandsNearTheNewestSharedItemScoresByHand() {
        NearestSessions model =
                new NearestSessions(6, new int[][] {{0, 1, 2, 3}, {4, 1, 5, 0}}, SEARCH);
        Map<Integer, Float> scores = collected(model, History.of(0, 1), ItemMask.all(6));
        // Both share 1 (weight 1) and 0 (weight 1/2) and have four items: 1.5 / 2. In the first, 2
        // is one step and 3 two steps after 1, 0 one before; in the second 5, 0 after and 4 before.
        assertThat(scores).containsOnlyKeys(0, 2, 3, 4, 5);
        assertThat(scores.get(2)).isCloseTo(.375f, within(1e-6f));
        assertThat(scores.get(3)).isCloseTo(.1875f, within(1e-6f));
        assertThat(scores.get(4)).isCloseTo(.09375f, within(1e-6f));
        assertThat(scores.get(5)).isCloseTo(.375f, within(1e-6f));
        assertThat(scores.get(0)).isCloseTo(.09375f + .1875f, within(1e-6f));
    }

    @Test
    void whatIsNotAllowedIsNotProposed() {
        NearestSessions model = new NearestSessions(3, new int[][] {{0, 1, 2}}, SEARCH);
        ItemMask allowed = ItemMask.all(3);
        allowed.remove(1);
        assertThat(collected(model, History.of(0), allowed)).containsOnlyKeys(2);
    }

    @Test
    void onlyTheNewestSessionsOfAnItemCount() {
        SessionSearch one = new SessionSearch(1, 10, 1, 1, 1);
        NearestSessions model = new NearestSessions(4, new int[][] {{0, 1}, {0, 2}, {3, 1}}, one);
        assertThat(collected(model, History.of(0), ItemMask.all(4))).containsOnlyKeys(2);
    }

    @Test
    void onlyTheNearestSessionsCount() {
        SessionSearch one = new SessionSearch(10, 1, 1, 1, 1);
        NearestSessions model = new NearestSessions(4, new int[][] {{0, 1, 2}, {0, 3}}, one);
        assertThat(collected(model, History.of(0), ItemMask.all(4))).containsOnlyKeys(3);
    }

    @Test
    void anEmptyOrUnknownHistoryProposesNothing() {
        NearestSessions model = new NearestSessions(3, new int[][] {{0, 1}}, SEARCH);
        assertThat(collected(model, History.EMPTY, ItemMask.all(3))).isEmpty();
        assertThat(collected(model, History.of(2, 7), ItemMask.all(3))).isEmpty();
    }

    @Test
    void manySessionsAreCountedExactly() {
        int[][] sessions = new int[5_000][];
        for (int s = 0; s < sessions.length; s++) {
            sessions[s] = new int[] {0, 1 + s % 7};
        }
        SessionSearch all = new SessionSearch(5_000, 5_000, 1, 1, 1);
        Map<Integer, Float> scores =
                collected(new NearestSessions(8, sessions, all), History.of(0), ItemMask.all(8));
        assertThat(scores).hasSize(7);
        assertThat(scores.get(1)).isCloseTo((float) (715 / Math.sqrt(2)), within(.01f));
    }

    @Test
    void refusesSettingsThatMeanNothing() {
        assertThatThrownBy(() -> new SessionSearch(0, 1, 1, 1, 1))
                .isInstanceOf(VitrineException.class);
        assertThatThrownBy(() -> new SessionSearch(1, 1, Double.NaN, 1, 1))
                .isInstanceOf(VitrineException.class);
    }
}
