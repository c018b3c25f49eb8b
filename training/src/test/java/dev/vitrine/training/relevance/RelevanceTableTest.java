package dev.vitrine.training.relevance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.kernel.time.Progress;
import dev.vitrine.training.parallel.ParallelBlocks;
import dev.vitrine.training.trees.TreeRows;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RelevanceTableTest {
    private static final List<String> TITLES =
            List.of(
                    "Acme 4 ft. Red Steel Door",
                    "Acme Steel Hinge for Door",
                    "Bolt 6 ft. Oak Door with Frame",
                    "Bolt Lawnmower");

    private static final List<String> TERMS =
            List.of("steel doors 4 ft", "lawn mower", "oakk door");

    private static final Listing LISTING =
            new Listing(
                    TERMS,
                    TITLES,
                    new long[] {10, 11, 12, 13},
                    new int[] {0, 0, 0, 1, 2},
                    new int[] {0, 1, 2, 3, 2});

    private static float[] column(String name) {
        try (ParallelBlocks parallel = new ParallelBlocks(1)) {
            RelevanceTable table = RelevanceTable.of(LISTING, parallel, Progress.NONE);
            int[] all = IntStream.range(0, LISTING.size()).toArray();
            TreeRows rows = table.rows(all, new float[LISTING.size()], List.of());
            float[] column = new float[LISTING.size()];
            for (int row = 0; row < column.length; row++) {
                column[row] =
                        rows.features()[row * rows.names().size() + rows.names().indexOf(name)];
            }
            return column;
        }
    }

    @Test
    void countsTheWordsThatATitleHas() {
        // "steel doors 4 ft": all four; steel and door; door and ft.
        assertThat(column("match.found")).containsExactly(4, 2, 2, 2, 1);
        assertThat(column("match.share")).containsExactly(1, .5f, .5f, 1, .5f);
        assertThat(column("match.missing")).containsExactly(0, 2, 2, 0, 1);
    }

    @Test
    void aWordInTwoPartsIsTheWord() {
        assertThat(column("match.leastAlike")[3]).isEqualTo(.95f);
        assertThat(column("match.typedShare")[3]).isZero();
    }

    @Test
    void whatATitleNamesIsToldFromWhatItMentions() {
        // The term asks for feet last; its head is "doors", the titles' are door, hinge and door.
        assertThat(column("place.headInHead")).startsWith(1, 0, 1);
        float[] heads = column("place.headsAlike");
        assertThat(heads[0]).isEqualTo(1);
        assertThat(heads[1]).isLessThan(.5f);
    }

    @Test
    void measuresAgreeOrDiffer() {
        assertThat(column("number.measuresAgree")).startsWith(1, 0, 0);
        assertThat(column("number.measuresDiffer")).startsWith(0, 0, 1);
        assertThat(column("number.missing")).startsWith(0, 1, 1);
    }

    @Test
    void theListingTellsOfOthersOnly() {
        assertThat(column("counts.titlesOfTerm")).containsExactly(3, 3, 3, 1, 1);
        assertThat(column("counts.termsOfProduct")).containsExactly(1, 1, 2, 1, 2);
        float[] share = column("match.share");
        float[] above = column("compared.above-match-weightShare");
        assertThat(above[0] + above[1] + above[2]).isCloseTo(0, within(1e-5f));
        assertThat(above[0]).isPositive();
        assertThat(share[0]).isEqualTo(1);
        // Alone in its list: there is nothing to compare with.
        assertThat(column("others.meanWords")[3]).isNaN();
        // Of the two other titles one has the head "door".
        assertThat(column("others.shareOfHead")).startsWith(.5f, 0, .5f);
        assertThat(column("order.rankInTerm")).startsWith(0, 1 / 3f, 2 / 3f);
    }

    @Test
    void groupsCanBeLeftOut() {
        try (ParallelBlocks parallel = new ParallelBlocks(1)) {
            RelevanceTable table = RelevanceTable.of(LISTING, parallel, Progress.NONE);
            List<String> names =
                    table.rows(new int[] {0}, new float[5], RelevanceTable.ORDER).names();
            assertThat(names).noneMatch(name -> name.startsWith("order."));
            assertThat(table.names()).containsAll(names).hasSize(names.size() + 2);
            assertThat(table.bm25()[0]).isGreaterThan(table.bm25()[1]);
            assertThat(table.bm25()[3]).isZero();
        }
    }
}
