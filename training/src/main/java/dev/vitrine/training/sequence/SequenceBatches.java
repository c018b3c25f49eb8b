package dev.vitrine.training.sequence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The training steps of an epoch: sequences of about the same length together, so that little is
 * filled up, in an order that the seed and the epoch decide. Of a sequence longer than the network
 * looks at, each epoch takes another stretch.
 */
final class SequenceBatches {
    /** Steps among whose sequences those of the same length are sought. */
    private static final int NEIGHBOURS = 32;

    private final int[][] sequences;
    private final int longest;
    private final int tokens;

    /**
     * One step.
     *
     * @param inputs item numbers, {@code rows} times {@code length}; filled up with 0 behind
     * @param places of those of them that something follows
     * @param targets what follows, an item number for each place
     */
    record Batch(int rows, int length, long[] inputs, long[] places, long[] targets) {}

    SequenceBatches(int[][] sequences, int longest, int tokens) {
        this.sequences = Arrays.stream(sequences).filter(s -> s.length > 1).toArray(int[][]::new);
        this.longest = longest;
        this.tokens = tokens;
    }

    /** Sequences with anything to learn from. */
    int size() {
        return sequences.length;
    }

    List<Batch> epoch(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Integer[] order = new Integer[sequences.length];
        Arrays.setAll(order, i -> i);
        shuffle(order, random);
        double mean = Arrays.stream(sequences).mapToInt(this::inputs).average().orElse(1);
        int stretch = (int) Math.max(1, NEIGHBOURS * tokens / mean);
        List<Batch> batches = new ArrayList<>();
        for (int from = 0; from < order.length; from += stretch) {
            int to = Math.min(order.length, from + stretch);
            Arrays.sort(order, from, to, Comparator.comparingInt(s -> inputs(sequences[s])));
            collect(order, from, to, random, batches);
        }
        Batch[] shuffled = batches.toArray(Batch[]::new);
        shuffle(shuffled, random);
        return List.of(shuffled);
    }

    private void collect(
            Integer[] order, int from, int to, SplittableRandom random, List<Batch> batches) {
        int end = to;
        while (end > from) {
            int length = inputs(sequences[order[end - 1]]);
            int rows = Math.min(end - from, Math.max(1, tokens / length));
            batches.add(batch(order, end - rows, end, length, random));
            end -= rows;
        }
    }

    private int inputs(int[] sequence) {
        return Math.min(longest, sequence.length - 1);
    }

    private Batch batch(Integer[] order, int from, int to, int length, SplittableRandom random) {
        int rows = to - from;
        long[] inputs = new long[rows * length];
        long[] places = new long[rows * length];
        long[] targets = new long[rows * length];
        int count = 0;
        for (int row = 0; row < rows; row++) {
            int[] sequence = sequences[order[from + row]];
            int known = inputs(sequence);
            int first = random.nextInt(sequence.length - known);
            for (int i = 0; i < known; i++) {
                int at = row * length + i;
                inputs[at] = sequence[first + i];
                places[count] = at;
                targets[count++] = sequence[first + i + 1];
            }
        }
        return new Batch(
                rows, length, inputs, Arrays.copyOf(places, count), Arrays.copyOf(targets, count));
    }

    private static <T> void shuffle(T[] values, SplittableRandom random) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            T other = values[i];
            values[i] = values[j];
            values[j] = other;
        }
    }
}
