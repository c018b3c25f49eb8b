package dev.vitrine.retrieval.table;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.candidate.CandidateSource;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.ItemScorer;
import dev.vitrine.retrieval.candidate.TopItems;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * A sparse item-to-item model: for each item a row of other items with weights. The score of an
 * item for a history is the sum, over the items of the history, of weight in the history times
 * weight in the row; items in no such row have no score. What EASE, filters and neighbours are
 * served as.
 *
 * <p>Immutable and safe for concurrent callers. Scratch space (8 bytes per item) is pooled, at most
 * one per processor; a call allocates nothing while the pool has one left.
 */
public final class ItemTable implements ItemScorer, CandidateSource {
    static final String KIND = "items";
    static final int VERSION = 1;

    private final int items;
    private final int[] rowStart;
    private final int[] neighbor;
    private final float[] weight;
    private final ArrayBlockingQueue<Scratch> idle =
            new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

    /**
     * @param rowStart {@code items + 1} positions into the other two; not copied
     * @param neighbor item numbers, no item twice in a row; not copied
     * @param weight one per neighbour, finite; not copied
     * @throws VitrineException {@code MODEL_INVALID} when the arrays do not make a table
     */
    public ItemTable(int items, int[] rowStart, int[] neighbor, float[] weight) {
        String fault = fault(items, rowStart, neighbor, weight);
        if (!fault.isEmpty()) {
            throw new VitrineException(RetrievalError.MODEL_INVALID, "not an item table: " + fault);
        }
        this.items = items;
        this.rowStart = rowStart;
        this.neighbor = neighbor;
        this.weight = weight;
    }

    @Override
    public int items() {
        return items;
    }

    /** Number of weights in the whole table. */
    public int entries() {
        return neighbor.length;
    }

    /** Number of neighbours of one item; 0 for an item that came later than the fit. */
    public int neighbors(int item) {
        return item < items ? rowStart[item + 1] - rowStart[item] : 0;
    }

    /** The neighbour at a place of an item's row; rows made by a fit have the best first. */
    public int neighbor(int item, int place) {
        return neighbor[rowStart[item] + place];
    }

    public float weight(int item, int place) {
        return weight[rowStart[item] + place];
    }

    @Override
    public void score(History history, float[] scores) {
        Arrays.fill(scores, 0, items, 0f);
        for (int h = 0; h < history.size(); h++) {
            int item = history.items()[h];
            if (item < items) {
                float factor = history.weights()[h];
                for (int p = rowStart[item]; p < rowStart[item + 1]; p++) {
                    scores[neighbor[p]] += factor * weight[p];
                }
            }
        }
    }

    /** Offers the allowed items that are in a row of the history. */
    @Override
    public void collect(History history, ItemMask allowed, TopItems best) {
        Scratch scratch = idle.poll();
        if (scratch == null) {
            scratch = new Scratch(items);
        }
        int touched = 0;
        for (int h = 0; h < history.size(); h++) {
            int item = history.items()[h];
            if (item < items) {
                touched = addRow(item, history.weights()[h], scratch, touched);
            }
        }
        for (int t = 0; t < touched; t++) {
            int item = scratch.touched[t];
            if (scratch.sums[item] >= best.threshold() && allowed.contains(item)) {
                best.offer(item, scratch.sums[item]);
            }
            // NaN marks an item as not touched, so that a sum of zero is still a sum.
            scratch.sums[item] = Float.NaN;
        }
        idle.offer(scratch);
    }

    private int addRow(int item, float factor, Scratch scratch, int touchedBefore) {
        int touched = touchedBefore;
        float[] sums = scratch.sums;
        for (int p = rowStart[item]; p < rowStart[item + 1]; p++) {
            int other = neighbor[p];
            float sum = sums[other];
            if (Float.isNaN(sum)) {
                scratch.touched[touched++] = other;
                sum = 0f;
            }
            sums[other] = sum + factor * weight[p];
        }
        return touched;
    }

    /** Writes the table to a file. */
    public void save(Path file) {
        try (TableWriter out = new TableWriter(file, KIND, VERSION)) {
            out.putInt(items);
            out.putInts(rowStart);
            out.putInts(neighbor);
            out.putFloats(weight);
            out.finish();
        }
    }

    /**
     * Reads what {@link #save} wrote.
     *
     * @throws VitrineException {@code MODEL_DAMAGED} or {@code MODEL_FORMAT}
     */
    public static ItemTable load(Path file) {
        try (TableReader in = new TableReader(file, KIND, VERSION)) {
            int items = in.getInt();
            int[] rowStart = in.getInts();
            int[] neighbor = in.getInts();
            float[] weight = in.getFloats();
            String fault = fault(items, rowStart, neighbor, weight);
            if (!fault.isEmpty()) {
                throw in.damaged(fault);
            }
            return new ItemTable(items, rowStart, neighbor, weight);
        }
    }

    /** What is wrong with the arrays; empty when nothing is. */
    private static String fault(int items, int[] rowStart, int[] neighbor, float[] weight) {
        if (items < 0 || rowStart.length != items + 1L) {
            return items + " items need one row start more, found " + rowStart.length;
        }
        if (neighbor.length != weight.length
                || rowStart[0] != 0
                || rowStart[items] != neighbor.length) {
            return "row starts, neighbours and weights do not fit together";
        }
        int[] seenIn = new int[items];
        for (int item = 0; item < items; item++) {
            if (rowStart[item + 1] < rowStart[item] || rowStart[item + 1] > neighbor.length) {
                return "the row of item " + item + " has a negative length";
            }
            for (int p = rowStart[item]; p < rowStart[item + 1]; p++) {
                if (neighbor[p] < 0 || neighbor[p] >= items || !Float.isFinite(weight[p])) {
                    return String.format(
                            "item %d has neighbour %d of weight %s", item, neighbor[p], weight[p]);
                }
                if (seenIn[neighbor[p]] == item + 1) {
                    return "item " + item + " has neighbour " + neighbor[p] + " twice";
                }
                seenIn[neighbor[p]] = item + 1;
            }
        }
        return "";
    }

    /** Space for one call at a time. */
    private static final class Scratch {
        final float[] sums;
        final int[] touched;

        Scratch(int items) {
            sums = new float[items];
            Arrays.fill(sums, Float.NaN);
            touched = new int[items];
        }
    }
}
