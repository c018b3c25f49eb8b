package dev.vitrine.training.text;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.text.TextEncoder;
import dev.vitrine.retrieval.text.TextFeatures;
import dev.vitrine.training.network.Fit;
import dev.vitrine.training.network.FitSettings;
import dev.vitrine.training.network.LearningCurve;
import dev.vitrine.training.network.Torch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Fits an encoder to a shop in two steps: to what its catalogue says ({@link CatalogEncoder}), and
 * then to what people searched for and what they chose, with as many pairs of the catalogue beside
 * them, so that what nobody has searched for is not forgotten. Each step is bound in time.
 *
 * @param catalog the first step, and the shape of the encoder
 * @param chosen the second step
 */
public record ShopEncoder(CatalogEncoder catalog, FitSettings chosen) {
    /** Pairs that a step of the fit of a small shop has at least. */
    private static final int FEWEST_PAIRS = 64;

    /** Steps that an epoch has at least, where there are pairs for it. */
    private static final int STEPS = 40;

    /** Pairs that all epochs of a small shop look at together. */
    private static final int ROWS = 60_000;

    private static final int FEWEST_TO_LEARN = 2;
    private static final int MOST_EPOCHS = 30;
    private static final int FEWEST_EPOCHS = 6;
    private static final int PATIENCE = 3;
    private static final double RATE = 5e-3;

    /** A catalogue of fewer products has fewer words than the table has places for. */
    private static final int SMALL_CATALOG = 5_000;

    private static final int SMALL_TABLE = 1 << 14;

    /**
     * What suits a shop.
     *
     * @param products of the catalogue
     * @param pairs of searches and what was chosen
     */
    public static ShopEncoder fitting(int products, int pairs) {
        CatalogEncoder usual = CatalogEncoder.DEFAULT;
        TextSettings text = usual.text();
        TextFeatures features =
                products < SMALL_CATALOG
                        ? new TextFeatures(SMALL_TABLE, text.features().most())
                        : text.features();
        int learned = products * (2 + usual.queries());
        TextSettings fitted =
                new TextSettings(
                        features,
                        text.width(),
                        text.inner(),
                        text.drop(),
                        text.scale(),
                        Math.clamp(learned / STEPS, FEWEST_PAIRS, text.pairs()));
        return new ShopEncoder(
                new CatalogEncoder(fitted, settings(learned, usual.fit()), usual.queries()),
                settings(2 * pairs, usual.fit().withRate(RATE)));
    }

    private static FitSettings settings(int pairs, FitSettings like) {
        int epochs = Math.clamp(ROWS / Math.max(1, pairs), FEWEST_EPOCHS, MOST_EPOCHS);
        return new FitSettings(
                epochs,
                PATIENCE,
                like.rate(),
                like.warmUp(),
                like.decay(),
                like.longest(),
                like.seed());
    }

    /**
     * What people searched for and chose.
     *
     * @param pairs of a query and what a product says
     * @param judge how good an encoder is on other searches; higher is better
     */
    public record Chosen(TextPairs pairs, ToDoubleFunction<TextEncoder> judge) {}

    /**
     * How an encoder got better.
     *
     * @param catalog the first step; empty where the catalogue says nothing
     * @param chosen the second step; empty where it brought nothing, or there was nothing to learn
     */
    public record Curves(Optional<LearningCurve> catalog, Optional<LearningCurve> chosen) {
        /** Whether only the bound on its time ended a step. */
        public boolean cutShort() {
            return Stream.concat(catalog.stream(), chosen.stream())
                    .anyMatch(LearningCurve::cutShort);
        }
    }

    /**
     * Fits one.
     *
     * @param chosen empty to learn from the catalogue alone
     * @param graph file to write, see {@link dev.vitrine.retrieval.text.PooledTextEncoder}
     * @param work an empty folder for graphs under way
     * @param longest that each of the two steps takes
     * @param nanos a clock that only runs forwards, in nanoseconds
     * @throws VitrineException DATA_UNSUITABLE where neither teaches anything
     */
    public Curves fit(
            Torch torch,
            List<Product> products,
            Optional<Chosen> chosen,
            Path graph,
            Path work,
            Duration longest,
            LongSupplier nanos,
            Progress progress) {
        CatalogEncoder.Held held = catalog.held(products);
        TextSettings text = catalog.text();
        PooledText network = new PooledText(torch, text, catalog.fit().seed(), texts(held, chosen));
        Optional<LearningCurve> learned = Optional.empty();
        if (held.pairs().size() >= FEWEST_TO_LEARN || chosen.isEmpty()) {
            TextTrainer first =
                    new TextTrainer(
                            torch,
                            network,
                            text.contrast(),
                            catalog.fit(),
                            held.pairs(),
                            judge(held.recall()),
                            work);
            learned =
                    Optional.of(new Fit(catalog.fit(), null, longest, nanos, progress).run(first));
            first.export(graph);
        }
        if (chosen.isEmpty()) {
            return new Curves(learned, Optional.empty());
        }
        TextPairs pairs = chosen.get().pairs();
        TextTrainer second =
                new TextTrainer(
                        torch,
                        network,
                        text.contrast(),
                        this.chosen,
                        pairs.and(held.pairs().some(pairs.size(), catalog.fit().seed())),
                        chosen.get().judge(),
                        work);
        double before = learned.isPresent() ? second.validate() : Double.NEGATIVE_INFINITY;
        LearningCurve tuned = new Fit(this.chosen, null, longest, nanos, progress).run(second);
        if (!(tuned.bestValidation() > before)) {
            return new Curves(learned, Optional.empty());
        }
        second.export(graph);
        return new Curves(learned, Optional.of(tuned));
    }

    private static ToDoubleFunction<TextEncoder> judge(TextRecall recall) {
        return recall.asked().isEmpty() ? TextTrainer.UNJUDGED : recall;
    }

    private static List<String> texts(CatalogEncoder.Held held, Optional<Chosen> chosen) {
        return chosen.map(own -> held.pairs().and(own.pairs()).texts())
                .orElse(held.pairs().texts());
    }
}
