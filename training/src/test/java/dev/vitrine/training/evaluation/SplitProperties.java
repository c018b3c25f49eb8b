package dev.vitrine.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.data.dataset.InteractionMatrix;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class SplitProperties {
    @Property(tries = 100)
    void holdingOutDividesEveryRowAndLooksAtTrainingOnly(
            @ForAll @IntRange(min = 1, max = 20) int people,
            @ForAll @IntRange(min = 1, max = 30) int items,
            @ForAll @DoubleRange(min = .05, max = .95) double share,
            @ForAll long seed) {
        InteractionMatrix train = random(people, items, seed);
        InteractionMatrix unread =
                new InteractionMatrix(people, items, new int[people + 1], new int[0], new float[0]);
        TopNSplit split = new TopNSplit("toy", train, unread).holdOut(share, seed);
        for (int u = 0; u < people; u++) {
            int[] kept = split.train().row(u);
            int[] held = split.test().row(u);
            int length = train.rowLength(u);
            int expected = length < 2 ? 0 : Math.clamp(Math.round(share * length), 1, length - 1);
            assertThat(held).hasSize(expected);
            assertThat(held).isSorted();
            int[] both =
                    IntStream.concat(Arrays.stream(kept), Arrays.stream(held)).sorted().toArray();
            assertThat(both).isEqualTo(train.row(u));
        }
        TopNSplit again = new TopNSplit("toy", train, unread).holdOut(share, seed);
        assertThat(again.test().column()).isEqualTo(split.test().column());
    }

    private static InteractionMatrix random(int people, int items, long seed) {
        Random random = new Random(seed);
        int[] start = new int[people + 1];
        int[] column = new int[people * items];
        int n = 0;
        for (int u = 0; u < people; u++) {
            for (int i = 0; i < items; i++) {
                if (random.nextInt(3) == 0) {
                    column[n++] = i;
                }
            }
            start[u + 1] = n;
        }
        return new InteractionMatrix(people, items, start, Arrays.copyOf(column, n), new float[n]);
    }
}
