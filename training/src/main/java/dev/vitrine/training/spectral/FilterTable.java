package dev.vitrine.training.spectral;

import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.table.ItemTable;
import dev.vitrine.training.linear.FitBudget;
import dev.vitrine.training.neighbours.TableRows;
import dev.vitrine.training.parallel.ParallelBlocks;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A graph filter as a table from item to item: the filter is linear in the history, so that the
 * scores of a history are the sum of the scores of its items, each asked alone. Kept are the
 * strongest of an item.
 */
public final class FilterTable {
    /**
     * In the middle of what was chosen on held-out rows of three public data sets
     * (docs/decisions/006-linear-models.md).
     */
    public static final FilterSettings DEFAULT = new FilterSettings(256, .15f, .5f, .4f, .4f);

    /** Every item is asked alone, which takes time with the square of the items. */
    public static final int MOST_ITEMS = 50_000;

    private static final int FEWEST_COMPONENTS = 8;

    private FilterTable() {}

    /**
     * Fits a filter and asks it for every item. There are at most a quarter as many components as
     * people and items.
     *
     * @param perItem weights kept of each item
     * @return empty when the data are too few for a spectrum, the items more than {@link
     *     #MOST_ITEMS}, or the budget too small
     */
    public static Optional<ItemTable> fit(
            InteractionMatrix train,
            int perItem,
            long seed,
            FitBudget budget,
            ParallelBlocks parallel,
            Progress progress) {
        int items = train.columns();
        int components = Math.min(DEFAULT.components(), Math.min(items / 4, train.rows() / 4));
        long scratch = budget.threads() * GraphFilter.scratchBytes(train.rows(), items, components);
        if (components < FEWEST_COMPONENTS
                || items > MOST_ITEMS
                || !budget.allows(scratch + Spectrum.bytes(train.rows(), items, components))) {
            return Optional.empty();
        }
        FilterSettings settings =
                new FilterSettings(
                        components,
                        DEFAULT.lowPassWeight(),
                        DEFAULT.sharpenTime(),
                        DEFAULT.personPower(),
                        DEFAULT.itemPower());
        try (GraphFilter filter = GraphFilter.fit(train, settings, seed, budget, progress)) {
            return Optional.of(table(filter, perItem, parallel, progress));
        }
    }

    private static ItemTable table(
            GraphFilter filter, int perItem, ParallelBlocks parallel, Progress progress) {
        int items = filter.items();
        int blocks = (items + GraphFilter.BATCH - 1) / GraphFilter.BATCH;
        TableRows rows = new TableRows(items);
        progress.start("graph filter table", "items", items);
        AtomicInteger done = new AtomicInteger();
        parallel.run(
                blocks,
                () -> {
                    TopItems best = new TopItems(perItem);
                    History[] alone = new History[GraphFilter.BATCH];
                    float[][] scores = new float[GraphFilter.BATCH][items];
                    return block -> {
                        int first = block * GraphFilter.BATCH;
                        int count = Math.min(GraphFilter.BATCH, items - first);
                        for (int k = 0; k < count; k++) {
                            alone[k] = History.of(first + k);
                        }
                        filter.score(alone, count, scores);
                        for (int k = 0; k < count; k++) {
                            rows.put(first + k, strongest(scores[k], first + k, best));
                        }
                        progress.advance(done.addAndGet(count));
                    };
                });
        ItemTable table = rows.build();
        progress.finish(table.entries() + " weights kept");
        return table;
    }

    private static TopItems strongest(float[] scores, int item, TopItems best) {
        best.clear();
        for (int to = 0; to < scores.length; to++) {
            if (to != item && scores[to] > 0) {
                best.offer(to, scores[to]);
            }
        }
        return best;
    }
}
