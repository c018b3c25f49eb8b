package dev.vitrine.training.evaluation;

import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.ItemScorer;
import dev.vitrine.training.factorization.FactorSettings;
import dev.vitrine.training.factorization.ImplicitFactors;
import dev.vitrine.training.linear.Blend;
import dev.vitrine.training.linear.Ease;
import dev.vitrine.training.linear.EaseModel;
import dev.vitrine.training.linear.EaseSettings;
import dev.vitrine.training.linear.FitBudget;
import dev.vitrine.training.linear.ItemTables;
import dev.vitrine.training.parallel.ParallelBlocks;
import dev.vitrine.training.spectral.FilterSettings;
import dev.vitrine.training.spectral.GraphFilter;
import java.util.ArrayList;
import java.util.List;

/** Ways to make each kind of model, as recipes. */
final class Recipes {
    static final long SEED = 1;

    private Recipes() {}

    static Recipe popularity() {
        return new Recipe(
                "popularity",
                "interactions per item",
                (train, budget, progress) -> FittedModel.of(ItemCounts.of(train)));
    }

    static Recipe linearStep() {
        return filter("linear-step", FilterSettings.linearStep());
    }

    static Recipe filter(String name, FilterSettings settings) {
        return new Recipe(
                name,
                settings.toString(),
                (train, budget, progress) -> {
                    GraphFilter filter = GraphFilter.fit(train, settings, SEED, budget, progress);
                    return new FittedModel(filter, filter::close);
                });
    }

    static Recipe ease(String name, EaseSettings settings) {
        return new Recipe(
                name,
                settings.toString(),
                (train, budget, progress) -> {
                    EaseModel model = Ease.fit(train, settings, budget, progress);
                    return new FittedModel(model, model::close);
                });
    }

    static Recipe factors(FactorSettings settings) {
        return new Recipe(
                "ials",
                settings.toString(),
                (train, budget, progress) -> {
                    try (ParallelBlocks parallel = new ParallelBlocks(budget.threads())) {
                        return FittedModel.of(
                                ImplicitFactors.fit(train, settings, parallel, progress));
                    }
                });
    }

    /** A linear model as it is served: cut down to a table. */
    static Recipe table(Recipe linear, int most) {
        return new Recipe(
                linear.name() + "-table",
                most + " neighbours of " + linear.settings(),
                (train, budget, progress) -> {
                    try (FittedModel whole = linear.fitter().fit(train, budget, progress)) {
                        return FittedModel.of(
                                ItemTables.truncate(
                                        whole.scorer(), most, budget.threads(), progress));
                    }
                });
    }

    /** A weighted sum of the models of other recipes; see {@link Blend}. */
    static Recipe blend(String name, List<Recipe> parts, float... weights) {
        StringBuilder settings = new StringBuilder();
        for (int i = 0; i < weights.length; i++) {
            Recipe part = parts.get(i);
            settings.append(i == 0 ? "" : " + ").append(weights[i]).append(" ");
            settings.append(part.name()).append(" ").append(part.settings());
        }
        return new Recipe(
                name,
                settings.toString(),
                (train, budget, progress) -> fitBlend(parts, weights, train, budget, progress));
    }

    private static FittedModel fitBlend(
            List<Recipe> recipes,
            float[] weights,
            InteractionMatrix train,
            FitBudget budget,
            Progress progress) {
        List<FittedModel> fitted = new ArrayList<>();
        Runnable release = () -> fitted.forEach(FittedModel::close);
        try {
            List<Blend.Part> parts = new ArrayList<>();
            for (int i = 0; i < weights.length; i++) {
                fitted.add(recipes.get(i).fitter().fit(train, budget, progress));
                parts.add(new Blend.Part(fitted.get(i).scorer(), weights[i]));
            }
            ItemScorer blend = new Blend(parts);
            return new FittedModel(blend, release);
        } catch (RuntimeException | Error e) {
            release.run();
            throw e;
        }
    }
}
