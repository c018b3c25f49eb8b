package dev.vitrine.training.text;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.text.ProductText;
import dev.vitrine.retrieval.text.TextFeatures;
import dev.vitrine.training.network.Fit;
import dev.vitrine.training.network.FitSettings;
import dev.vitrine.training.network.LearningCurve;
import dev.vitrine.training.network.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Fits an encoder to a catalogue alone, before anybody has searched in it. Every fortieth product
 * is held out: its pairs end the fit, when they are found no better among a third of the catalogue.
 *
 * @param text shape of the encoder
 * @param fit how it is fitted
 * @param queries that are made up for each product
 */
public record CatalogEncoder(TextSettings text, FitSettings fit, int queries) {
    private static final int HELD_OUT = 40;
    private static final int AMONG = 3;

    /** Chosen by held-out pairs of the Icecat catalogue, see docs/decisions/016. */
    public static final CatalogEncoder DEFAULT =
            new CatalogEncoder(
                    new TextSettings(new TextFeatures(1 << 15, 96), 64, 128, .15, 20, 512),
                    new FitSettings(6, 2, 1e-2, 100, 0, 5, 1),
                    2);

    /**
     * @param graph file to write, see {@link dev.vitrine.retrieval.text.PooledTextEncoder}
     * @param work an empty folder for graphs under way
     */
    public LearningCurve fit(
            Torch torch, List<Product> catalog, Path graph, Path work, Progress progress) {
        Held held = held(catalog);
        TextTrainer trainer = new TextTrainer(torch, text, fit, held.pairs(), held.recall(), work);
        LearningCurve curve = new Fit(fit, null, progress).run(trainer);
        trainer.export(graph);
        return curve;
    }

    /**
     * What a catalogue teaches, and how good an encoder is on what is held out of it.
     *
     * @param pairs of all other products
     */
    record Held(TextPairs pairs, TextRecall recall) {}

    Held held(List<Product> catalog) {
        List<Product> train = new ArrayList<>();
        List<Product> held = new ArrayList<>();
        List<String> among = new ArrayList<>();
        for (int i = 0; i < catalog.size(); i++) {
            Product product = catalog.get(i);
            (isHeldOut(i) ? held : train).add(product);
            if (i % AMONG == 0) {
                among.add(ProductText.document(product));
            }
        }
        CatalogPairs pairs = new CatalogPairs(catalog);
        TextRecall recall = TextRecall.of(pairs.of(held, queries, fit.seed() + 1), among);
        return new Held(pairs.of(train, queries, fit.seed()), recall);
    }

    /** Whether the product at a place of the catalogue is none that is learned from. */
    public static boolean isHeldOut(int place) {
        return place % HELD_OUT == HELD_OUT - 1;
    }

    public CatalogEncoder withSeed(long seed) {
        return new CatalogEncoder(text, fit.withSeed(seed), queries);
    }
}
