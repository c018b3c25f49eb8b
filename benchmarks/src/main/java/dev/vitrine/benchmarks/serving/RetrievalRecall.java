package dev.vitrine.benchmarks.serving;

import dev.vitrine.data.catalog.Catalog;
import dev.vitrine.data.feature.FeatureSettings;
import dev.vitrine.data.feature.Shopper;
import dev.vitrine.inference.tensor.Signature;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.retrieval.GraphRunner;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.HistoryRecipe;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.vector.VectorTable;
import dev.vitrine.server.Home;
import dev.vitrine.server.pipeline.ModelFiles;
import dev.vitrine.server.pipeline.ModelSet;
import dev.vitrine.server.shop.Shop;
import dev.vitrine.server.shop.ShopSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How many of the 100 best items for a shopper's vector the serving table finds, of those that an
 * exact scan in floats finds: the factors as they were fitted and, for items without behaviour, as
 * they were derived from content. Shoppers are folded in as serving does it.
 */
final class RetrievalRecall {
    private static final int BEST = 100;
    private static final int SHOPPERS = 300;

    /** Of these, some touched only items that the model knows nothing of: no vector, no search. */
    private static final int CANDIDATES = 600;

    private RetrievalRecall() {}

    /** The mean over {@value #SHOPPERS} shoppers, with the worst of them. */
    record Found(double mean, double least, int shoppers) {}

    static Found of(BuiltShop built, Progress progress) {
        InstantSource clock = InstantSource.system();
        List<History> histories;
        try (Home home = Home.open(built.home())) {
            histories = histories(home, built.visitors(), clock, progress);
        }
        Home home = Home.readOnly(built.home());
        try (ReleaseStore releases = ReleaseStore.open(home.registry(), clock)) {
            Release live =
                    releases.live()
                            .orElseThrow(() -> new IllegalStateException("no release is live"));
            ModelSet set =
                    ModelFiles.load(
                            live.manifest(),
                            ArtifactStore.open(home.artifacts(), clock),
                            RetrievalRecall::unasked);
            try (Catalog catalog = Catalog.openReadOnly(home.catalog())) {
                return compare(set, catalog, histories, progress);
            }
        }
    }

    /** For a release that is read and not asked. */
    static ModelFiles.OpenGraph unasked(ModelVersion model, Path graph) {
        return new ModelFiles.OpenGraph() {
            @Override
            public GraphRunner within(Duration longest) {
                return inputs -> {
                    throw new IllegalStateException(model.ref() + " is not asked here");
                };
            }

            @Override
            public Signature signature() {
                throw new IllegalStateException(model.ref() + " is not asked here");
            }
        };
    }

    private static List<History> histories(
            Home home, List<String> visitors, InstantSource clock, Progress progress) {
        FeatureSettings features = ShopSettings.defaults().features();
        List<History> histories = new ArrayList<>();
        try (Shop shop = Shop.open(home, ShopSettings.defaults(), clock, progress)) {
            for (String visitor : visitors) {
                Shopper shopper = shop.shopper(visitor, "");
                float[] weights = new float[shopper.size()];
                for (int i = 0; i < weights.length; i++) {
                    weights[i] = features.weights().of(shopper.type(i));
                }
                History history = HistoryRecipe.DEFAULT.of(shopper.items(), weights);
                if (history.size() > 0) {
                    histories.add(history);
                }
                if (histories.size() == CANDIDATES) {
                    break;
                }
            }
        }
        return histories;
    }

    private static Found compare(
            ModelSet set, Catalog catalog, List<History> histories, Progress progress) {
        ModelSet.Behaviour learned =
                set.behaviour().orElseThrow(() -> new IllegalStateException("nothing was learned"));
        VectorTable table = learned.factorVectors();
        float[] exact = exact(catalog, learned);
        int width = learned.factors().dimensions();
        ItemMask all = ItemMask.all(table.capacity());
        List<float[]> queries =
                histories.stream()
                        .map(learned.factors()::foldIn)
                        .filter(vector -> !zero(vector, 0, width))
                        .limit(SHOPPERS)
                        .toList();
        progress.start("exact scans", "shoppers", queries.size());
        double[] recalls =
                queries.parallelStream()
                        .mapToDouble(query -> recall(query, table, all, exact, width))
                        .toArray();
        double sum = 0;
        double least = 1;
        for (double recall : recalls) {
            sum += recall;
            least = Math.min(least, recall);
        }
        double mean = sum / recalls.length;
        progress.finish(String.format(java.util.Locale.ROOT, "recall@%d %.4f", BEST, mean));
        return new Found(mean, least, recalls.length);
    }

    /** Every item's factor in floats; NaN throughout for an item that has none. */
    private static float[] exact(Catalog catalog, ModelSet.Behaviour learned) {
        int width = learned.factors().dimensions();
        float[] rows = learned.factors().factors().clone();
        for (int item = 0; item < learned.factors().items(); item++) {
            if (!zero(rows, item * width, width)) {
                continue;
            }
            float[] row = new float[width];
            if (!learned.factorVectors().contains(item)) {
                java.util.Arrays.fill(row, Float.NaN);
            } else {
                row = learned.cold().orElseThrow().of(catalog.get(item).orElseThrow());
            }
            System.arraycopy(row, 0, rows, item * width, width);
        }
        return rows;
    }

    private static boolean zero(float[] rows, int from, int width) {
        for (int d = from; d < from + width; d++) {
            if (rows[d] != 0) {
                return false;
            }
        }
        return true;
    }

    private static double recall(
            float[] query, VectorTable table, ItemMask all, float[] exact, int width) {
        TopItems truth = new TopItems(BEST);
        for (int at = 0; at < exact.length; at += width) {
            float sum = 0;
            for (int d = 0; d < width; d++) {
                sum += query[d] * exact[at + d];
            }
            truth.offer(at / width, sum);
        }
        TopItems found = new TopItems(BEST);
        table.search(query, all, found);
        Set<Integer> wanted = new HashSet<>();
        for (int i = 0; i < truth.size(); i++) {
            wanted.add(truth.item(i));
        }
        int hits = 0;
        for (int i = 0; i < found.size(); i++) {
            hits += wanted.contains(found.item(i)) ? 1 : 0;
        }
        return hits / (double) Math.max(1, truth.size());
    }
}
