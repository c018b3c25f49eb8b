package dev.vitrine.training.linear;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemScorer;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.table.ItemTable;
import dev.vitrine.training.TrainingError;
import dev.vitrine.training.neighbours.TableRows;

/** Makes the serving form of a linear model. */
public final class ItemTables {
    private static final int BATCH = 64;

    private ItemTables() {}

    /**
     * Keeps, for every item, the {@code most} items with the largest positive weights. Row i is
     * what the model answers to the history of item i alone, so this is exact (but for what is cut
     * off) for any model whose scores are sums over the history: EASE, filters.
     *
     * @param linear scores that are linear in the history
     * @param most neighbours kept per item; an item is never its own neighbour
     */
    public static ItemTable truncate(ItemScorer linear, int most, int threads, Progress progress) {
        if (most < 1) {
            throw new VitrineException(
                    TrainingError.SETTING_INVALID, "at least 1 neighbour, found " + most);
        }
        int items = linear.items();
        TableRows rows = new TableRows(items);
        progress.start("item table", "items", items);
        Parallel.blocks(
                items,
                BATCH,
                threads,
                () -> {
                    History[] single = new History[BATCH];
                    float[][] scores = new float[BATCH][items];
                    TopItems best = new TopItems(most);
                    return (from, to) -> {
                        for (int item = from; item < to; item++) {
                            single[item - from] = History.of(item);
                        }
                        linear.score(single, to - from, scores);
                        for (int item = from; item < to; item++) {
                            keepPositive(item, scores[item - from], items, best);
                            rows.put(item, best);
                        }
                        progress.advance(to);
                    };
                });
        ItemTable table = rows.build();
        progress.finish("table of " + table.entries() + " weights");
        return table;
    }

    private static void keepPositive(int item, float[] weights, int items, TopItems best) {
        best.clear();
        for (int other = 0; other < items; other++) {
            float weight = weights[other];
            if (weight > 0 && weight > best.threshold() && other != item) {
                best.offer(other, weight);
            }
        }
    }
}
