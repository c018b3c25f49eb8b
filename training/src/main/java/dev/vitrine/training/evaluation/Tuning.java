package dev.vitrine.training.evaluation;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.training.TrainingError;
import dev.vitrine.training.factorization.FactorSettings;
import dev.vitrine.training.linear.EaseSettings;
import dev.vitrine.training.linear.FitBudget;
import dev.vitrine.training.spectral.FilterSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Tries settings on a seeded part of the training rows: a tenth of every row is held out, models
 * are fitted on the rest and asked for a sample of people. The test part is never looked at.
 */
public final class Tuning {
    /** Share of each training row that is held out. */
    public static final double HELD_OUT = .1;

    /** People asked, drawn by the seed. */
    public static final int PEOPLE = 8_000;

    /** Of the split and the sample. */
    public static final long SEED = 11;

    private static final float[] BLEND_WEIGHTS = {0f, .1f, .2f, .35f, .5f, .75f, 1f};

    private final FitBudget budget;
    private final Progress progress;

    Tuning(FitBudget budget, Progress progress) {
        this.budget = budget;
        this.progress = progress;
    }

    /** One setting and what it reached on held-out rows. */
    public record Trial(
            String family, String settings, double recallAt20, double ndcgAt20, double seconds) {}

    /** Families of models that can be tuned. */
    public static List<String> families() {
        return List.of("filter", "ease", "ials", "blend");
    }

    /**
     * @param trialsWanted how many settings are drawn, where they are
     */
    List<Trial> run(TopNSplit whole, String family, int trialsWanted, Consumer<Trial> each) {
        TopNSplit split = whole.holdOut(HELD_OUT, SEED);
        Questions questions = split.sample(PEOPLE, SEED);
        List<Trial> trials = new ArrayList<>();
        Consumer<Trial> keep = each.andThen(trials::add);
        switch (family) {
            case "filter", "ease", "ials" -> {
                for (Recipe recipe : candidates(family, trialsWanted)) {
                    keep.accept(trial(family, split, questions, recipe));
                }
            }
            case "blend" -> blends(split, questions, keep);
            default ->
                    throw new VitrineException(
                            TrainingError.UNKNOWN_NAME,
                            "there is no family '" + family + "'; there are " + families());
        }
        return trials;
    }

    private Trial trial(String family, TopNSplit split, Questions questions, Recipe recipe) {
        long start = System.nanoTime();
        try (FittedModel model = recipe.fitter().fit(split.train(), budget, progress)) {
            Judge judge = new Judge(JudgeSettings.of(budget.threads()), progress);
            Report report =
                    judge.judge(
                            Recommender.of(model.scorer()),
                            questions,
                            ItemCounts.of(split.train()));
            return new Trial(
                    family,
                    recipe.settings(),
                    report.figure("recallAt20"),
                    report.figure("ndcgAt20"),
                    (System.nanoTime() - start) * 1e-9);
        }
    }

    /** All weightings of the chosen single models, fitted once. */
    private void blends(TopNSplit split, Questions questions, Consumer<Trial> each) {
        List<Recipe> recipes = Chosen.blended(split.name());
        List<float[]> weightings =
                BlendTuning.grid(recipes.size(), new float[] {0f, 1f}, BLEND_WEIGHTS);
        List<FittedModel> models = new ArrayList<>();
        long start = System.nanoTime();
        try {
            for (Recipe recipe : recipes) {
                models.add(recipe.fitter().fit(split.train(), budget, progress));
            }
            List<Tally> tallies =
                    new BlendTuning(models.stream().map(FittedModel::scorer).toList(), weightings)
                            .run(questions, ItemCounts.of(split.train()), budget.threads());
            double seconds = (System.nanoTime() - start) * 1e-9;
            String names = String.join(", ", recipes.stream().map(Recipe::name).toList());
            for (int w = 0; w < weightings.size(); w++) {
                Report report = new Report(questions.size(), tallies.get(w).figures(), seconds);
                each.accept(
                        new Trial(
                                "blend",
                                names + ": " + Arrays.toString(weightings.get(w)),
                                report.figure("recallAt20"),
                                report.figure("ndcgAt20"),
                                seconds));
            }
        } finally {
            models.forEach(FittedModel::close);
        }
    }

    private static List<Recipe> candidates(String family, int trials) {
        return switch (family) {
            case "filter" -> filters(trials);
            case "ease" -> eases(trials);
            default -> factors();
        };
    }

    /** Draws from wide ranges: with several settings a draw finds more than a grid of its size. */
    private static List<Recipe> filters(int trials) {
        SplittableRandom random = new SplittableRandom(SEED);
        List<Recipe> recipes = new ArrayList<>();
        // First the settings that the authors of BSPM (SIGIR 2023) state for gowalla.
        recipes.add(Recipes.filter("filter", new FilterSettings(448, .2f, 2.5f, .5f, .5f)));
        for (int t = 0; t < trials; t++) {
            int components = 16 << random.nextInt(6);
            float weight = logUniform(random, .02, 2);
            float time = new float[] {0f, .5f, 1f, 2.5f}[random.nextInt(4)];
            float person = .1f * (3 + random.nextInt(4));
            float item = .1f * (3 + random.nextInt(4));
            recipes.add(
                    Recipes.filter(
                            "filter", new FilterSettings(components, weight, time, person, item)));
        }
        return recipes;
    }

    private static List<Recipe> eases(int trials) {
        SplittableRandom random = new SplittableRandom(SEED);
        List<Recipe> recipes = new ArrayList<>();
        recipes.add(Recipes.ease("ease", EaseSettings.plain(100f)));
        for (int t = 0; t < trials; t++) {
            float person = .1f * random.nextInt(6);
            float lambda = logUniform(random, .5, 2000);
            float share = new float[] {0f, .1f, .3f, 1f}[random.nextInt(4)];
            float item = .1f * random.nextInt(6);
            float output = -.1f * random.nextInt(6);
            recipes.add(
                    Recipes.ease("ease", new EaseSettings(lambda, share, person, item, output)));
        }
        return recipes;
    }

    private static float logUniform(SplittableRandom random, double least, double most) {
        double value = least * Math.pow(most / least, random.nextDouble());
        return (float) value;
    }

    private static List<Recipe> factors() {
        List<Recipe> recipes = new ArrayList<>();
        for (int dimensions : new int[] {128, 512}) {
            for (double unobserved : new double[] {.03, .1, .3}) {
                for (double regularization : new double[] {.002, .005, .015}) {
                    recipes.add(
                            Recipes.factors(
                                    FactorSettings.DEFAULT
                                            .withDimensions(dimensions)
                                            .withUnobserved(unobserved)
                                            .withRegularization(regularization)));
                }
            }
        }
        return recipes;
    }
}
