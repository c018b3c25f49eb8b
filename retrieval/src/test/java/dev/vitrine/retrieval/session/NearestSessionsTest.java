package dev.vitrine.retrieval.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.table.ItemTable;
import dev.vitrine.retrieval.table.TableWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    void onlyTheNewestOfALongHistoryIsLookedAt() {
        SessionSearch two = new SessionSearch(2, 10, 10, 1, 1, 1);
        NearestSessions model = new NearestSessions(6, new int[][] {{0, 3}, {1, 4}, {2, 5}}, two);
        assertThat(collected(model, History.of(0, 1, 2), ItemMask.all(6))).containsOnlyKeys(4, 5);
    }

    private static final int[][] SESSIONS = {{0, 1, 2, 3}, {4, 1, 5, 0}, {2, 2, 5}, {4, 3}};

    private static NearestSessions small() {
        return new NearestSessions(7, SESSIONS, new SessionSearch(5, 10, 9, .5, .25, .125));
    }

    @Test
    void readsBackWhatItWrote(@TempDir Path folder) {
        Path file = folder.resolve("sessions");
        small().save(file);
        NearestSessions loaded = NearestSessions.load(file);
        assertThat(loaded.size()).isEqualTo(4);
        assertThat(loaded.entries()).isEqualTo(13);
        for (int first = 0; first < 8; first++) {
            for (int second = 0; second < 8; second++) {
                History history = History.of(first, second);
                assertThat(collected(loaded, history, ItemMask.all(7)))
                        .isEqualTo(collected(small(), history, ItemMask.all(7)));
            }
        }
    }

    @Test
    void noticesEveryFlippedByte(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("sessions");
        small().save(file);
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at++) {
            byte[] broken = whole.clone();
            broken[at] ^= 0x10;
            Files.write(file, broken);
            assertRefused(file, RetrievalError.MODEL_DAMAGED, "");
        }
    }

    @Test
    void aFileOfAnotherKindOrVersionIsNoSessions(@TempDir Path folder) {
        Path file = folder.resolve("table");
        new ItemTable(1, new int[] {0, 0}, new int[0], new float[0]).save(file);
        assertRefused(file, RetrievalError.MODEL_FORMAT, "items");
        try (TableWriter out =
                new TableWriter(file, NearestSessions.KIND, NearestSessions.VERSION + 1)) {
            out.finish();
        }
        assertRefused(file, RetrievalError.MODEL_FORMAT, "sessions");
    }

    /** Whole by their checksum, and still no sessions. */
    @Test
    void filesThatLieAreRefused(@TempDir Path folder) {
        Path file = folder.resolve("sessions");
        int[] in = {0, 1, 2, 3};
        int[] item = {0, 1, 2};
        write(file, 10, .5, in, new int[] {0, 2, 3}, item);
        assertThat(NearestSessions.load(file).size()).isEqualTo(2);
        write(file, 0, .5, in, new int[] {0, 2, 3}, item);
        assertRefused(file, RetrievalError.MODEL_DAMAGED, "10 recent and 0 nearest");
        write(file, Integer.MAX_VALUE, .5, in, new int[] {0, 2, 3}, item);
        assertRefused(file, RetrievalError.MODEL_DAMAGED, "nearest sessions");
        write(file, 10, Double.NaN, in, new int[] {0, 2, 3}, item);
        assertRefused(file, RetrievalError.MODEL_DAMAGED, "fade NaN");
        write(file, 10, .5, new int[0], new int[] {0, 2, 3}, item);
        assertRefused(file, RetrievalError.MODEL_DAMAGED, "do not fit together");
        write(file, 10, .5, in, new int[0], item);
        assertRefused(file, RetrievalError.MODEL_DAMAGED, "do not fit together");
        write(file, 10, .5, in, new int[] {0, 2, 4}, item);
        assertRefused(file, RetrievalError.MODEL_DAMAGED, "do not fit together");
        write(file, 10, .5, in, new int[] {0, 4, 3}, item);
        assertRefused(file, RetrievalError.MODEL_DAMAGED, "negative length");
        write(file, 10, .5, in, new int[] {0, 2, 3}, new int[] {0, 1, 3});
        assertRefused(file, RetrievalError.MODEL_DAMAGED, "item 3 of 3");
        write(file, 10, .5, in, new int[] {0, 2, 3}, new int[] {0, 1, -1});
        assertRefused(file, RetrievalError.MODEL_DAMAGED, "item -1 of 3");
        write(file, 10, .5, new int[] {0, 3, 3, 3}, new int[] {0, 2, 3}, item);
        assertRefused(file, RetrievalError.MODEL_DAMAGED, "other numbers of sessions");
    }

    private static void write(
            Path file, int nearest, double fade, int[] sessionsStart, int[] start, int[] item) {
        try (TableWriter out =
                new TableWriter(file, NearestSessions.KIND, NearestSessions.VERSION)) {
            out.putInt(20);
            out.putInt(10);
            out.putInt(nearest);
            out.putDouble(fade);
            out.putDouble(.5);
            out.putDouble(.5);
            out.putInts(sessionsStart);
            out.putInts(start);
            out.putInts(item);
            out.finish();
        }
    }

    private static void assertRefused(Path file, RetrievalError code, String why) {
        assertThatThrownBy(() -> NearestSessions.load(file))
                .hasMessageContaining(why)
                .isInstanceOfSatisfying(
                        VitrineException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void refusesSettingsThatMeanNothing() {
        assertThatThrownBy(() -> new SessionSearch(0, 1, 1, 1, 1, 1))
                .isInstanceOf(VitrineException.class);
        assertThatThrownBy(() -> new SessionSearch(1, 1_000_000, 1, 1, 1))
                .isInstanceOf(VitrineException.class);
        assertThatThrownBy(() -> new SessionSearch(0, 1, 1, 1, 1))
                .isInstanceOf(VitrineException.class);
        assertThatThrownBy(() -> new SessionSearch(1, 1, Double.NaN, 1, 1))
                .isInstanceOf(VitrineException.class);
    }
}
