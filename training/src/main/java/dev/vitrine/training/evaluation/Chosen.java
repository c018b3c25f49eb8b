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

    /** What is judged on a data set: anchors, then single models, then the blend. */
    static List<Recipe> recipes(String dataset) {
        List<Recipe> recipes = new ArrayList<>();
        recipes.add(Recipes.popularity());
        recipes.add(Recipes.linearStep());
        recipes.add(filter(dataset));
        recipes.add(factors(dataset));
        recipes.add(Recipes.ease("ease-plain", EaseSettings.plain(100f)));
        recipes.add(ease(dataset));
        recipes.add(blend(dataset));
        return recipes;
    }

    static Recipe filter(String dataset) {
        return Recipes.filter("graph-filter", new FilterSettings(448, .2f, 2.5f, .5f, .5f));
    }

    static Recipe factors(String dataset) {
        return Recipes.factors(FactorSettings.DEFAULT.withDimensions(256));
    }

    static Recipe ease(String dataset) {
        return Recipes.ease("ease", new EaseSettings(60f, .3f, .15f, 0f, 0f));
    }

    /** The models that a blend is made of, in the order of its weights. */
    static List<Recipe> blended(String dataset) {
        return List.of(ease(dataset), filter(dataset), factors(dataset));
    }

    static Recipe blend(String dataset) {
        return Recipes.blend("blend", blended(dataset), 1f, .5f, .25f);
    }
}
