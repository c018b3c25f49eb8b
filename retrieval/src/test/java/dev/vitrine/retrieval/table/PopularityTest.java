package dev.vitrine.retrieval.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PopularityTest {
    private final Popularity popularity =
            new Popularity(
                    new float[] {1, 5, 3, 5, 0},
                    Map.of("Home", new int[] {0, 1, 2}, "Home > Kitchen", new int[] {2, 0}));

    @Test
    void offersTheMostWantedAmongThoseAllowed() {
        ItemMask allowed = ItemMask.all(5);
        allowed.remove(1);
        assertThat(items(2, best -> popularity.collect(History.of(4), allowed, best)))
                .containsExactly(3, 2);
    }

    @Test
    void offersWithinACategory() {
        ItemMask all = ItemMask.all(5);
        assertThat(items(9, best -> popularity.collect("Home > Kitchen", all, best)))
                .containsExactly(2, 0);
        assertThat(items(9, best -> popularity.collect("Garden", all, best))).isEmpty();
    }

    @Test
    void itemsThatCameLaterHaveNoCount() {
        assertThat(popularity.count(3)).isEqualTo(5f);
        assertThat(popularity.count(77)).isZero();
    }

    @Test
    void comesBackFromAFileAsItWas(@TempDir Path folder) {
        Path file = folder.resolve("popularity");
        popularity.save(file);
        Popularity loaded = Popularity.load(file);
        assertThat(loaded.items()).isEqualTo(5);
        assertThat(loaded.count(2)).isEqualTo(3f);
        assertThat(loaded.categories()).containsExactly("Home", "Home > Kitchen");
        assertThat(items(9, best -> loaded.collect("Home", ItemMask.all(5), best)))
                .containsExactly(1, 2, 0);
    }

    private static int[] items(int most, java.util.function.Consumer<TopItems> collect) {
        TopItems best = new TopItems(most);
        collect.accept(best);
        best.sort();
        int[] items = new int[best.size()];
        for (int i = 0; i < items.length; i++) {
            items[i] = best.item(i);
        }
        return items;
    }
}
