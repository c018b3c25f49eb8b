package dev.vitrine.training.neighbours;

import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.table.ItemTable;
import dev.vitrine.training.parallel.ParallelBlocks;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Item neighbours from sessions: for each item, what stands within a window around its occurrences,
 * nearer weighing more and what comes after more than what came before. The sum is divided by the
 * number of occurrences of the item (with shrinkage) and by a power of those of the neighbour. Work
 * is occurrences times window.
 */
public final class SessionNeighbours {
    private static final int BLOCK = 64;

    private final SessionSettings settings;
    private final Sequences sequences;
    private final int[] sequenceOf;
    private final int[] occurrenceStart;
    private final int[] occurrence;
    private final float[] byDistance;

    private SessionNeighbours(Sequences sequences, SessionSettings settings) {
        this.settings = settings;
        this.sequences = sequences;
        this.sequenceOf = new int[sequences.item().length];
        this.occurrenceStart = new int[sequences.items() + 1];
        for (int s = 0; s < sequences.count(); s++) {
            for (int p = sequences.start()[s]; p < sequences.start()[s + 1]; p++) {
                sequenceOf[p] = s;
                occurrenceStart[sequences.item()[p] + 1]++;
            }
        }
        for (int i = 0; i < sequences.items(); i++) {
            occurrenceStart[i + 1] += occurrenceStart[i];
        }
        int[] next = occurrenceStart.clone();
        this.occurrence = new int[sequences.item().length];
        for (int p = 0; p < occurrence.length; p++) {
            occurrence[next[sequences.item()[p]]++] = p;
        }
        this.byDistance = new float[settings.window() + 1];
        for (int d = 1; d <= settings.window(); d++) {
            byDistance[d] = (float) Math.pow(settings.decay(), d - 1.0);
        }
    }

    /** Finds the neighbours of every item. */
    public static ItemTable fit(
            Sequences sequences,
            SessionSettings settings,
            ParallelBlocks parallel,
            Progress progress) {
        SessionNeighbours fit = new SessionNeighbours(sequences, settings);
        int items = sequences.items();
        TableRows rows = new TableRows(items);
        AtomicLong done = new AtomicLong();
        progress.start("session neighbours", "items", items);
        parallel.run(
                (items + BLOCK - 1) / BLOCK,
                () -> {
                    Accumulator sums = new Accumulator(items);
                    TopItems best = new TopItems(settings.top());
                    return block -> {
                        int end = Math.min(items, (block + 1) * BLOCK);
                        for (int item = block * BLOCK; item < end; item++) {
                            fit.neighboursOf(item, sums, best);
                            rows.put(item, best);
                        }
                        progress.advance(done.addAndGet(end - block * BLOCK));
                    };
                });
        ItemTable table = rows.build();
        progress.finish(table.entries() + " neighbours of " + items + " items");
        return table;
    }

    private void neighboursOf(int item, Accumulator sums, TopItems best) {
        best.clear();
        int[] sequence = sequences.item();
        for (int o = occurrenceStart[item]; o < occurrenceStart[item + 1]; o++) {
            int at = occurrence[o];
            int first = Math.max(sequences.start()[sequenceOf[at]], at - settings.window());
            int end = Math.min(sequences.start()[sequenceOf[at] + 1], at + settings.window() + 1);
            for (int p = at + 1; p < end; p++) {
                sums.add(sequence[p], byDistance[p - at]);
            }
            if (settings.backward() > 0) {
                for (int p = first; p < at; p++) {
                    sums.add(sequence[p], (float) settings.backward() * byDistance[at - p]);
                }
            }
        }
        double own = occurrences(item) + settings.shrinkage();
        for (int t = 0; t < sums.size(); t++) {
            int other = sums.touched(t);
            if (other != item) {
                double scale = own * Math.pow(occurrences(other), settings.targetPower());
                best.offer(other, (float) (sums.sum(other) / scale));
            }
        }
        sums.clear();
    }

    private int occurrences(int item) {
        return occurrenceStart[item + 1] - occurrenceStart[item];
    }
}
