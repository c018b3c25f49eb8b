package dev.vitrine.retrieval.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ItemTableTest {
    /** 0 -> 1 (2), 2 (-1); 1 -> 0 (1), 3 (.5); 2 -> 1 (-4); 3 -> nothing. */
    private static ItemTable table() {
        return new ItemTable(
                4,
                new int[] {0, 2, 4, 5, 5},
                new int[] {1, 2, 0, 3, 1},
                new float[] {2f, -1f, 1f, .5f, -4f});
    }

    private static TopItems collect(ItemTable table, History history, ItemMask allowed) {
        TopItems best = new TopItems(10);
        table.collect(history, allowed, best);
        best.sort();
        return best;
    }

    @Test
    void sumsRowsOfTheHistory() {
        float[] scores = new float[4];
        table().score(new History(new int[] {0, 1, 1}, new float[] {1f, 2f, 1f}), scores);
        assertThat(scores).containsExactly(3f, 2f, -1f, 1.5f);
    }

    @Test
    void collectsWhatScoringGivesAndOnlyWhatIsAllowed() {
        ItemMask allowed = ItemMask.all(4);
        allowed.remove(0);
        TopItems best = collect(table(), History.of(0, 1), allowed);
        assertThat(best.size()).isEqualTo(3);
        assertThat(best.item(0)).isEqualTo(1);
        assertThat(best.score(0)).isEqualTo(2f);
        assertThat(best.item(1)).isEqualTo(3);
        assertThat(best.item(2)).isEqualTo(2);
        assertThat(best.score(2)).isEqualTo(-1f);
    }

    @Test
    void anItemWhoseSumIsZeroIsOfferedOnceAndLeavesNoTrace() {
        ItemTable table = table();
        History cancelling = new History(new int[] {0, 2, 0}, new float[] {2f, 1f, 1f});
        for (int repeat = 0; repeat < 3; repeat++) {
            TopItems best = collect(table, cancelling, ItemMask.all(4));
            assertThat(best.size()).isEqualTo(2);
            assertThat(best.item(0)).isEqualTo(1);
            assertThat(best.score(0)).isEqualTo(2f);
        }
    }

    @Test
    void itemsThatCameLaterHaveNoRow() {
        assertThat(table().neighbors(9)).isZero();
        assertThat(collect(table(), History.of(9), ItemMask.all(12)).size()).isZero();
    }

    @Test
    void readsBackWhatItWrote(@TempDir Path folder) {
        Path file = folder.resolve("table");
        table().save(file);
        ItemTable loaded = ItemTable.load(file);
        assertThat(loaded.items()).isEqualTo(4);
        assertThat(loaded.entries()).isEqualTo(5);
        assertThat(loaded.neighbors(1)).isEqualTo(2);
        assertThat(loaded.neighbor(1, 1)).isEqualTo(3);
        assertThat(loaded.weight(1, 1)).isEqualTo(.5f);
    }

    @Test
    void noticesEveryFlippedByte(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("table");
        table().save(file);
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at++) {
            byte[] broken = whole.clone();
            broken[at] ^= 0x10;
            Files.write(file, broken);
            assertThatThrownBy(() -> ItemTable.load(file))
                    .isInstanceOfSatisfying(
                            VitrineException.class,
                            e -> assertThat(e.code()).isEqualTo(RetrievalError.MODEL_DAMAGED));
        }
    }

    @Test
    void refusesArraysThatAreNoTable() {
        assertThatThrownBy(
                        () -> new ItemTable(2, new int[] {0, 1, 1}, new int[] {2}, new float[] {1}))
                .hasMessageContaining("neighbour 2");
        assertThatThrownBy(
                        () -> new ItemTable(2, new int[] {0, 2, 2}, new int[] {1, 1}, new float[2]))
                .hasMessageContaining("twice");
        assertThatThrownBy(
                        () -> new ItemTable(2, new int[] {0, 3, 2}, new int[] {1, 0}, new float[2]))
                .isInstanceOf(VitrineException.class);
    }
}
