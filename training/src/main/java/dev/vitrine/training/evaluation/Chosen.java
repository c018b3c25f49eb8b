package dev.vitrine.training.evaluation;

import dev.vitrine.training.factorization.FactorSettings;
import dev.vitrine.training.linear.EaseSettings;
import dev.vitrine.training.spectral.FilterSettings;
import java.util.ArrayList;
import java.util.List;

/** The settings of every model on every data set, as chosen on held-out training rows. */
final class Chosen {
    static final List<String> DATASETS = List.of("gowalla", "amazon-cds", "amazon-electronics");

    private Chosen() {}

    /**
     * What is judged on a data set: anchors, then single models, and last their blend, which did
     * best on held-out training rows.
     */
    static List<Recipe> recipes(String dataset) {
        List<Recipe> recipes = new ArrayList<>();
        recipes.add(Recipes.popularity());
        recipes.add(Recipes.linearStep());
        recipes.add(factors(dataset));
        recipes.add(ease(dataset));
        recipes.add(filter(dataset));
        recipes.add(blend(dataset));
        return recipes;
    }

    /**
     * Chosen by {@code vitrine evaluate DATASET --tune filter}, on gowalla then {@code
     * filter-near}; docs/decisions/006-linear-models.md has the trials.
     */
    static Recipe filter(String dataset) {
        FilterSettings settings =
                switch (dataset) {
                    case "gowalla" -> new FilterSettings(896, .13131f, 1f, .4f, .4f);
                    case "amazon-cds" -> new FilterSettings(448, .12435f, 2.5f, .4f, .3f);
                    default -> new FilterSettings(32, .16267f, 0f, .4f, .4f);
                };
        return Recipes.filter("graph-filter", settings);
    }

    /** As BSPM's authors state it for gowalla (Choi et al., SIGIR 2023). */
    private static Recipe publishedFilter() {
        return Recipes.filter("published-filter", new FilterSettings(448, .2f, 2.5f, .5f, .5f));
    }

    /** Chosen by {@code --tune ials}; on amazon-cds the defaults, not tuned. */
    static Recipe factors(String dataset) {
        return Recipes.factors(
                switch (dataset) {
                    case "gowalla" ->
                            FactorSettings.DEFAULT.withDimensions(256).withUnobserved(.01);
                    case "amazon-electronics" ->
                            FactorSettings.DEFAULT
                                    .withDimensions(128)
                                    .withUnobserved(.1)
                                    .withRegularization(.03);
                    default -> FactorSettings.DEFAULT.withDimensions(256);
                });
    }

    /**
     * On amazon-electronics chosen by {@code --tune ease --trials 120}; on the others plain EASE
     * with the lambda of the literature, since a trial there takes minutes.
     */
    static Recipe ease(String dataset) {
        return Recipes.ease(
                "ease",
                dataset.equals("amazon-electronics")
                        ? new EaseSettings(78.75f, 0f, .2f, .3f, 0f)
                        : EaseSettings.plain(100f));
    }

    /** The models that a blend is made of, in the order of its weights. */
    static List<Recipe> blended(String dataset) {
        if (dataset.equals("gowalla")) {
            return List.of(filter(dataset), publishedFilter(), factors(dataset), ease(dataset));
        }
        if (dataset.equals("amazon-electronics")) {
            return List.of(ease(dataset), filter(dataset), factors(dataset));
        }
        return List.of(ease(dataset), filter(dataset));
    }

    static Recipe blend(String dataset) {
        return switch (dataset) {
            case "gowalla" -> Recipes.blend("blend", blended(dataset), 1f, .25f, 2f, .5f);
            case "amazon-electronics" -> Recipes.blend("blend", blended(dataset), 1f, 1f, 1.5f);
            default -> Recipes.blend("blend", blended(dataset), 1f, 1f);
        };
    }
}
