package dev.vitrine.server.pipeline;

import dev.vitrine.data.catalog.Catalog;
import dev.vitrine.data.dataset.Dataset;
import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.data.dataset.TypeWeights;
import dev.vitrine.data.split.Part;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.table.ContentModel;
import dev.vitrine.retrieval.table.FactorModel;
import dev.vitrine.retrieval.table.FeatureVectors;
import dev.vitrine.retrieval.table.ItemTable;
import dev.vitrine.retrieval.vector.Similarity;
import dev.vitrine.retrieval.vector.VectorTable;
import dev.vitrine.training.TrainingError;
import dev.vitrine.training.content.ContentTrainer;
import dev.vitrine.training.factorization.FactorSettings;
import dev.vitrine.training.factorization.ImplicitFactors;
import dev.vitrine.training.linear.Ease;
import dev.vitrine.training.linear.EaseModel;
import dev.vitrine.training.linear.EaseSettings;
import dev.vitrine.training.linear.FitBudget;
import dev.vitrine.training.neighbours.CosineNeighbours;
import dev.vitrine.training.neighbours.NeighbourSettings;
import dev.vitrine.training.neighbours.TableRows;
import dev.vitrine.training.parallel.ParallelBlocks;
import dev.vitrine.training.sparse.SparseLinear;
import dev.vitrine.training.sparse.SparseSettings;
import dev.vitrine.training.spectral.FilterTable;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Fits the models of a release on chosen parts of a data set. */
final class ModelFitter {
    private static final float EASE_LAMBDA = 100;

    private final MakerSettings settings;
    private final ParallelBlocks parallel;
    private final Progress progress;

    ModelFitter(MakerSettings settings, ParallelBlocks parallel, Progress progress) {
        this.settings = settings;
        this.parallel = parallel;
        this.progress = progress;
    }

    /** What the linear model was: dense or sparse, for the manifest. */
    Map<String, String> linearParameters(InteractionMatrix matrix) {
        return dense(matrix)
                ? Map.of("form", "ease", "lambda", Float.toString(EASE_LAMBDA))
                : Map.of("form", "sparse", "settings", SparseSettings.DEFAULT.toString());
    }

    private boolean dense(InteractionMatrix matrix) {
        FitBudget budget = new FitBudget(settings.threads(), settings.denseMemory());
        return budget.allows(Ease.bytes(Ease.activeItems(matrix)));
    }

    /** Content vectors of the whole catalogue; empty when no product says anything. */
    Optional<ModelSet.Content> content(Catalog catalog) {
        ContentTrainer trainer = new ContentTrainer(ContentModel.DIMENSIONS, ModelSet.VECTOR_SEED);
        catalog.scan(change -> change.product().ifPresent(trainer::add));
        if (trainer.products() < 2) {
            return Optional.empty();
        }
        try {
            ContentModel model = trainer.fit(parallel, progress);
            progress.start("embedding products", "products", catalog.size());
            float[] all = new float[catalog.numbers() * model.dimensions()];
            AtomicInteger done = new AtomicInteger();
            catalog.scan(change -> {
                if (change.product().isPresent()) {
                    float[] vector = model.embed(change.product().get());
                    System.arraycopy(
                            vector, 0, all, change.number() * model.dimensions(), vector.length);
                }
                progress.advance(done.incrementAndGet());
            });
            VectorTable table =
                    VectorTable.build(
                            Similarity.COSINE,
                            model.dimensions(),
                            catalog.numbers(),
                            (item, vector) -> {
                                System.arraycopy(
                                        all, item * vector.length, vector, 0, vector.length);
                                return !ModelSet.zero(vector);
                            },
                            ModelSet.VECTOR_SEED);
            progress.finish(table.size() + " products");
            return Optional.of(new ModelSet.Content(model, table));
        } catch (VitrineException e) {
            if (e.code() == TrainingError.DATA_UNSUITABLE) {
                progress.finish("no two products say the same: no content model");
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Everything learned from behaviour; empty when the parts hold too little. */
    Optional<ModelSet.Behaviour> behaviour(
            Dataset dataset, Set<Part> parts, TypeWeights weights, CatalogFeatures features) {
        InteractionMatrix matrix = dataset.matrix(parts, weights);
        if (matrix.entries() == 0) {
            return Optional.empty();
        }
        ItemTable linear = linear(matrix);
        Optional<ItemTable> filter =
                FilterTable.fit(
                        matrix,
                        settings.perItem(),
                        ModelSet.VECTOR_SEED,
                        new FitBudget(settings.threads(), settings.denseMemory()),
                        parallel,
                        progress);
        FactorModel factors =
                ImplicitFactors.fit(matrix, FactorSettings.DEFAULT, parallel, progress);
        ItemTable neighbours =
                CosineNeighbours.fit(matrix, NeighbourSettings.DEFAULT, parallel, progress);
        Optional<FeatureVectors> cold = cold(features, factors);
        VectorTable vectors = ModelSet.vectorsOf(factors);
        cold.ifPresent(told -> fillIn(vectors, factors, told, features));
        return Optional.of(
                new ModelSet.Behaviour(
                        linear,
                        filter,
                        factors,
                        vectors,
                        neighbours,
                        cold,
                        ShopSessions.of(dataset, parts, weights)));
    }

    private ItemTable linear(InteractionMatrix matrix) {
        if (!dense(matrix)) {
            return SparseLinear.fit(matrix, SparseSettings.DEFAULT, parallel, progress);
        }
        FitBudget budget = new FitBudget(settings.threads(), settings.denseMemory());
        try (EaseModel model =
                Ease.fit(matrix, EaseSettings.plain(EASE_LAMBDA), budget, progress)) {
            return table(model);
        }
    }

    /** The strongest weights of every item of a dense model. */
    private ItemTable table(EaseModel model) {
        int items = model.items();
        TableRows rows = new TableRows(items);
        progress.start("linear table", "items", items);
        AtomicInteger done = new AtomicInteger();
        parallel.run(
                items,
                () -> {
                    TopItems best = new TopItems(settings.perItem());
                    return from -> {
                        best.clear();
                        for (int to = 0; to < items; to++) {
                            float weight = to == from ? 0 : model.weight(from, to);
                            if (weight > 0) {
                                best.offer(to, weight);
                            }
                        }
                        rows.put(from, best);
                        progress.advance(done.incrementAndGet());
                    };
                });
        ItemTable table = rows.build();
        progress.finish(table.entries() + " weights kept");
        return table;
    }

    private static Optional<FeatureVectors> cold(CatalogFeatures features, FactorModel factors) {
        if (features.chosen().size() == 0) {
            return Optional.empty();
        }
        int[] all = IntStream.range(0, factors.items()).toArray();
        return Optional.of(features.told(all, factors.dimensions(), factors.factors()).fitAsLong());
    }

    /** Gives products that nobody met the factors that their features tell. */
    private static void fillIn(
            VectorTable vectors,
            FactorModel factors,
            FeatureVectors told,
            CatalogFeatures features) {
        for (int item = 0; item < factors.items(); item++) {
            if (!ModelSet.Behaviour.isLearned(factors, item)) {
                float[] factor = told.of(features.of(item));
                if (!ModelSet.zero(factor)) {
                    vectors.put(item, factor);
                }
            }
        }
    }
}
