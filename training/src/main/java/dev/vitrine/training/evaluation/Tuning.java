package dev.vitrine.training.evaluation;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.ItemScorer;
import dev.vitrine.training.TrainingError;
import dev.vitrine.training.factorization.FactorSettings;
import dev.vitrine.training.linear.EaseSettings;
import dev.vitrine.training.linear.FitBudget;
import dev.vitrine.training.spectral.FilterSettings;
import dev.vitrine.training.spectral.GraphFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Tries settings on seeded parts of the training rows: a fifth of every row is held out, models are
 * fitted on the rest and asked for a sample of people. The test part is never looked at.
 */
public final class Tuning {
    /** Share of each training row that is held out: as much as the public splits hold out. */
    public static final double HELD_OUT = .2;

    /** People asked, drawn by the seed. */
    public static final int PEOPLE = 8_000;

    /** Of the first split and its sample; each further split has the next seed. */
    public static final long SEED = 11;

    /**
     * Compares the chosen settings of all families; on splits of their own, because settings fit
     * the splits they were tuned on, the more so the more of them were tried.
     */
    private static final String CHOSEN = "chosen";

    private static final long FRESH_SEED = 101;

    private static final float[] BLEND_WEIGHTS = {0f, .2f, .5f, .75f, 1f, 1.5f, 2f, 3f, 5f};

    /** For the blends of more models, whose weightings multiply. */
    private static final float[] FEW_WEIGHTS = {0f, .25f, .5f, 1f, 2f};

    private final FitBudget budget;
    private final Progress progress;

    Tuning(FitBudget budget, Progress progress) {
        this.budget = budget;
        this.progress = progress;
    }

    /** One setting and what it reached on held-out rows. */
    public record Trial(
            String family, String settings, double recallAt20, double ndcgAt20, double seconds) {
        Trial dividedBy(int count) {
            return new Trial(
                    family, settings, recallAt20 / count, ndcgAt20 / count, seconds / count);
        }

        Trial called(String name) {
            return new Trial(family, name, recallAt20, ndcgAt20, seconds);
        }

        Trial plus(Trial other) {
            return new Trial(
                    family,
                    settings,
                    recallAt20 + other.recallAt20,
                    ndcgAt20 + other.ndcgAt20,
                    seconds + other.seconds);
        }
    }

    /** Families of models that can be tuned. */
    public static List<String> families() {
        return List.of("filter", "filter-near", "ease", "ials", "blend", "chosen");
    }

    /**
     * Tries every setting on several splits of the training rows; a trial's figures are their
     * means.
     *
     * @param trialsWanted how many settings are drawn, where they are
     * @param splits different held-out parts, at least one
     * @return the trials, best first by {@code ndcgAt20}
     */
    List<Trial> run(
            TopNSplit whole, String family, int trialsWanted, int splits, Consumer<Trial> each) {
        Map<String, Trial> sums = new LinkedHashMap<>();
        for (int s = 0; s < splits; s++) {
            one(
                    whole.holdOut(HELD_OUT, s + (family.equals(CHOSEN) ? FRESH_SEED : SEED)),
                    family,
                    trialsWanted,
                    trial -> {
                        each.accept(trial);
                        sums.merge(trial.settings(), trial.dividedBy(splits), Trial::plus);
                    });
        }
        List<Trial> trials = new ArrayList<>(sums.values());
        trials.sort(Comparator.comparingDouble(Trial::ndcgAt20).reversed());
        return trials;
    }

    private void one(TopNSplit split, String family, int trialsWanted, Consumer<Trial> keep) {
        Questions questions = split.sample(PEOPLE, SEED);
        switch (family) {
            case "filter" -> filters(split, questions, FilterSearch.draw(trialsWanted, SEED), keep);
            case "filter-near" ->
                    filters(split, questions, FilterSearch.drawNear(trialsWanted, SEED), keep);
            case "ease", "ials" -> {
                for (Recipe recipe : candidates(family, trialsWanted)) {
                    keep.accept(trial(family, split, questions, recipe));
                }
            }
            case "blend" -> blends(split, questions, keep);
            case CHOSEN -> {
                for (Recipe recipe : Chosen.recipes(split.name())) {
                    Trial trial = trial(family, split, questions, recipe);
                    keep.accept(trial.called(recipe.name()));
                }
            }
            default ->
                    throw new VitrineException(
                            TrainingError.UNKNOWN_NAME,
                            "there is no family '" + family + "'; there are " + families());
        }
    }

    /** Filters of the same powers share their eigenvectors. */
    private void filters(
            TopNSplit split,
            Questions questions,
            List<FilterSettings> tried,
            Consumer<Trial> keep) {
        Map<List<Float>, List<FilterSettings>> byPowers = new LinkedHashMap<>();
        for (FilterSettings settings : tried) {
            byPowers.computeIfAbsent(
                            List.of(settings.personPower(), settings.itemPower()),
                            powers -> new ArrayList<>())
                    .add(settings);
        }
        for (List<FilterSettings> group : byPowers.values()) {
            int most = group.stream().mapToInt(FilterSettings::components).max().orElse(0);
            FilterSettings first = group.getFirst();
            FilterSettings whole =
                    new FilterSettings(most, 0f, 0f, first.personPower(), first.itemPower());
            try (GraphFilter shared =
                    GraphFilter.fit(split.train(), whole, Recipes.SEED, budget, progress)) {
                for (FilterSettings settings : group) {
                    long start = System.nanoTime();
                    try (GraphFilter filter = shared.with(settings)) {
                        Report report = judge(filter, split, questions);
                        keep.accept(
                                trial(
                                        "filter",
                                        settings.toString(),
                                        report,
                                        System.nanoTime() - start));
                    }
                }
            }
        }
    }

    private Report judge(ItemScorer scorer, TopNSplit split, Questions questions) {
        return new Judge(JudgeSettings.of(budget.threads()), progress)
                .judge(Recommender.of(scorer), questions, ItemCounts.of(split.train()));
    }

    private static Trial trial(String family, String settings, Report report, long nanos) {
        return new Trial(
                family,
                settings,
                report.figure("recallAt20"),
                report.figure("ndcgAt20"),
                nanos * 1e-9);
    }

    private Trial trial(String family, TopNSplit split, Questions questions, Recipe recipe) {
        long start = System.nanoTime();
        try (FittedModel model = recipe.fitter().fit(split.train(), budget, progress)) {
            Report report = judge(model.scorer(), split, questions);
            return trial(family, recipe.settings(), report, System.nanoTime() - start);
        }
    }

    /** All weightings of the chosen single models, fitted once. */
    private void blends(TopNSplit split, Questions questions, Consumer<Trial> each) {
        List<Recipe> recipes = Chosen.blended(split.name());
        List<float[]> weightings =
                BlendTuning.grid(
                        recipes.size(),
                        new float[] {0f, 1f},
                        recipes.size() > 3 ? FEW_WEIGHTS : BLEND_WEIGHTS);
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
            case "ease" -> eases(trials);
            default -> factors();
        };
    }

    private static List<Recipe> eases(int trials) {
        SplittableRandom random = new SplittableRandom(SEED);
        List<Recipe> recipes = new ArrayList<>();
        recipes.add(Recipes.ease("ease", EaseSettings.plain(100f)));
        for (int t = 0; t < trials; t++) {
            float person = .1f * random.nextInt(6);
            float lambda = FilterSearch.logUniform(random, .5, 2000);
            float share = new float[] {0f, .1f, .3f, 1f}[random.nextInt(4)];
            float item = .1f * random.nextInt(6);
            float output = -.1f * random.nextInt(6);
            recipes.add(
                    Recipes.ease("ease", new EaseSettings(lambda, share, person, item, output)));
        }
        return recipes;
    }

    private static List<Recipe> factors() {
        List<Recipe> recipes = new ArrayList<>();
        for (double unobserved : new double[] {.003, .01, .03, .1, .3, 1}) {
            for (double regularization : new double[] {.001, .003, .01, .03, .1, .3}) {
                recipes.add(
                        Recipes.factors(
                                FactorSettings.DEFAULT
                                        .withDimensions(128)
                                        .withUnobserved(unobserved)
                                        .withRegularization(regularization)));
            }
        }
        return recipes;
    }
}
