package dev.vitrine.server.pipeline;

import dev.vitrine.applications.recommend.Calibration;
import dev.vitrine.data.dataset.Dataset;
import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.data.dataset.TypeWeights;
import dev.vitrine.data.split.Part;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.registry.release.Judgement;
import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.CandidateSource;
import dev.vitrine.retrieval.session.NearestSessions;
import dev.vitrine.retrieval.session.SessionSearch;
import dev.vitrine.retrieval.table.Popularity;
import dev.vitrine.training.evaluation.BlendTuner;
import dev.vitrine.training.evaluation.ItemCounts;
import dev.vitrine.training.evaluation.Recommender;
import dev.vitrine.training.network.LearningCurve;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Fits on the training part alone, chooses the weights of the blend and fits what its scores say of
 * order and probability on the validation part, and judges every model beside popularity on the
 * test part, once.
 */
final class Trial {
    private static final Set<Part> TRAIN = Set.of(Part.TRAIN);
    private static final Set<Part> BEFORE_TEST = Set.of(Part.TRAIN, Part.VALIDATION);
    private static final int FEWEST_QUESTIONS = 30;
    private static final String TOO_LITTLE = "too little was held out to learn from";
    private static final Map<String, Float> UNTRIED =
            Map.of(
                    ModelSet.LINEAR, 1f,
                    ModelSet.FILTER, 0.5f,
                    ModelSet.FACTORS, 0.5f,
                    ModelSet.SESSIONS, 0.5f,
                    ModelSet.SEQUENCE, 0.5f,
                    ModelSet.CONTENT, 0.2f);

    /** By this share the NDCG has to be better with sessions. */
    private static final double SESSIONS_BRING = 0.02;

    private final Dataset dataset;
    private final Optional<ModelSet.Content> content;
    private final ModelFitter fitter;
    private final SequenceFitter sequences;
    private final RankerFitter rankers;
    private final PairFitter likely;
    private final Replay replay;
    private final CatalogFeatures features;
    private final Judging judging;
    private final MakerSettings settings;
    private final TypeWeights weights;
    private final dev.vitrine.retrieval.candidate.HistoryRecipe recipe;

    /**
     * @param replay that the rankers look at, too; at its beginning
     */
    Trial(
            Dataset dataset,
            Optional<ModelSet.Content> content,
            ModelFitter fitter,
            SequenceFitter sequences,
            RankerFitter rankers,
            PairFitter likely,
            Replay replay,
            CatalogFeatures features,
            Judging judging,
            MakerSettings settings,
            TypeWeights weights,
            dev.vitrine.retrieval.candidate.HistoryRecipe recipe) {
        this.dataset = dataset;
        this.content = content;
        this.fitter = fitter;
        this.sequences = sequences;
        this.rankers = rankers;
        this.likely = likely;
        this.replay = replay;
        this.features = features;
        this.judging = judging;
        this.settings = settings;
        this.weights = weights;
        this.recipe = recipe;
    }

    /**
     * What was found.
     *
     * @param blend weights by part
     * @param calibration by name, as {@link Calibration#toMap} gives it
     * @param metrics figures on the test part by model, {@code popularity} and {@code blend} among
     *     them; empty when there was too little to judge
     * @param figures of the whole release
     * @param judgement what is kept of it for people
     * @param sessions how these are best searched; empty where there are none or too little to try
     *     it
     * @param sequence how the sequence model was fitted, and whether the release has one
     * @param ranker what puts the blend's candidates in order, or why nothing does
     * @param pairs what says how likely a shopper turns to an item, or why only the calibration
     *     does
     */
    record Outcome(
            Map<String, Float> blend,
            Map<String, Double> calibration,
            Map<String, Map<String, Double>> metrics,
            Map<String, Double> figures,
            Judgement judgement,
            Optional<SessionSearch> sessions,
            Sequence sequence,
            RankerFitter.Result ranker,
            PairFitter.Result pairs) {}

    /** What became of the sequence model. */
    sealed interface Sequence {
        /** Worth it. */
        record Kept(LearningCurve curve) implements Sequence {}

        /**
         * Not worth it, or not fitted.
         *
         * @param tried how it was fitted, where it was
         */
        record LeftOut(Optional<LearningCurve> tried, String reason) implements Sequence {}

        static Sequence of(SequenceFitter.Result fit, boolean kept) {
            return switch (fit) {
                case SequenceFitter.Result.LeftOut none ->
                        new LeftOut(Optional.empty(), none.reason());
                case SequenceFitter.Result.Fitted fitted when kept -> new Kept(fitted.curve());
                case SequenceFitter.Result.Fitted fitted ->
                        new LeftOut(
                                Optional.of(fitted.curve()),
                                String.format(
                                                Locale.ROOT,
                                                "the blend is no better with it, which reached an"
                                                        + " NDCG@20 of %.4f on validation by itself",
                                                fitted.curve().bestValidation())
                                        + ended(fitted));
            };
        }

        /** A fit that had no time says little of the model; empty where it had enough. */
        private static String ended(SequenceFitter.Result.Fitted fitted) {
            String bound = fitted.parameters().get(SequenceFitter.ENDED);
            int epochs = fitted.curve().points().size();
            return bound == null
                    ? ""
                    : "; its fit was ended by its time, "
                            + bound
                            + ", after "
                            + epochs
                            + (epochs == 1 ? " epoch" : " epochs")
                            + " with others to come";
        }

        /** How it was fitted, where it was. */
        default Optional<LearningCurve> tried() {
            return switch (this) {
                case Kept kept -> Optional.of(kept.curve());
                case LeftOut none -> none.tried();
            };
        }

        /** Why the release has none. */
        default String reason() {
            return switch (this) {
                case Kept kept -> "there is no behaviour to fit it to";
                case LeftOut none -> none.reason();
            };
        }
    }

    Outcome run(Progress progress) {
        Optional<ModelSet.Behaviour> learned = fitter.behaviour(dataset, TRAIN, weights, features);
        ShopQuestions validation = questions(TRAIN, Part.VALIDATION, settings.questions());
        if (learned.isEmpty() || validation.size() < FEWEST_QUESTIONS) {
            Blend blend = new ModelSet(learned, content, Optional.empty()).personal(UNTRIED);
            return new Outcome(
                    UNTRIED,
                    Calibration.none(blend.parts().size()).toMap(blend.parts()),
                    Map.of(),
                    Map.of("heldOutQuestions", (double) validation.size()),
                    Judgement.none(),
                    Optional.empty(),
                    new Sequence.LeftOut(Optional.empty(), TOO_LITTLE),
                    new RankerFitter.Result.LeftOut(TOO_LITTLE),
                    new PairFitter.Result.LeftOut(TOO_LITTLE));
        }
        Optional<NearestSessions> sessions =
                learned.get()
                        .sessions()
                        .map(all -> ShopSessions.best(all, validation, settings.tuningQuestions()));
        ModelSet.Behaviour behaviour = learned.get().with(sessions);
        SequenceFitter.Result next =
                sequences.trial(
                        dataset,
                        TRAIN,
                        weights,
                        behaviour.factors(),
                        features,
                        questions(TRAIN, Part.VALIDATION, settings.tuningQuestions()));
        ModelSet set = new ModelSet(Optional.of(behaviour), content, next.found());
        Map<String, Float> weightsFound = tune(set, validation, progress);
        boolean kept = weightsFound.getOrDefault(ModelSet.SEQUENCE, 0f) > 0;
        Blend blend = set.weighing(weightsFound).personal(weightsFound);
        ShopPairs heldOut = pairs(TRAIN, Part.VALIDATION);
        ShopPairs later = pairs(BEFORE_TEST, Part.TEST);
        RankerFitter.Result ranker = rankers.fit(blend, validation);
        PairFitter.Outcome pairs = likely.fit(blend, heldOut.read(), heldOut.unknown());
        Map<String, Double> figures = new HashMap<>();
        Judging.Result judged = judge(set, blend, ranker);
        Map<String, Map<String, Double>> metrics = judged.metrics();
        Map<String, Double> probable = likely.judge(pairs, blend, later.read(), figures);
        if (!probable.isEmpty()) {
            metrics.put(ModelSet.PAIRS, probable);
        }
        Map<String, Double> blended = metrics.getOrDefault(Judging.BLEND, Map.of());
        metrics.getOrDefault(ModelSet.RANKER, blended)
                .forEach((name, value) -> figures.put("test." + name, value));
        if (metrics.containsKey(ModelSet.RANKER)) {
            blended.forEach((name, value) -> figures.put("test.blend." + name, value));
        }
        metrics.getOrDefault(Judging.POPULARITY, Map.of())
                .forEach((name, value) -> figures.put("test.popularity." + name, value));
        return new Outcome(
                weightsFound,
                pairs.calibration().toMap(blend.parts()),
                metrics,
                figures,
                judged.judgement(),
                sessions.map(NearestSessions::search),
                Sequence.of(next, kept),
                ranker,
                pairs.result());
    }

    private ShopQuestions questions(Set<Part> known, Part asked, int most) {
        return ShopQuestions.of(dataset, known, asked, weights, recipe, most);
    }

    private ShopPairs pairs(Set<Part> known, Part asked) {
        return ShopPairs.of(dataset, known, asked, weights, recipe, replay);
    }

    /**
     * The best weights of the blend. Sessions keep what single people did, so that the blend has to
     * be better with them than the best one without, and not only than the same without.
     */
    private Map<String, Float> tune(ModelSet set, ShopQuestions questions, Progress progress) {
        progress.start("blending", "rounds", 0);
        Tuned found = tuned(set, questions);
        String told = "";
        if (found.weights().getOrDefault(ModelSet.SESSIONS, 0f) > 0) {
            Tuned without = tuned(set.withoutSessions(), questions);
            told = String.format(Locale.ROOT, "; %.4f without sessions", without.ndcg());
            if (found.ndcg() < (1 + SESSIONS_BRING) * without.ndcg()) {
                told = String.format(Locale.ROOT, "; %.4f with sessions", found.ndcg());
                found = without;
            }
        }
        progress.finish(
                String.format(
                        Locale.ROOT,
                        "%s, NDCG@20 %.4f on validation%s",
                        found.weights(),
                        found.ndcg(),
                        told));
        return found.weights();
    }

    /**
     * @param ndcg at 20, on the questions that chose the weights
     */
    private record Tuned(Map<String, Float> weights, double ndcg) {}

    private Tuned tuned(ModelSet set, ShopQuestions questions) {
        Blend start = set.personal(UNTRIED);
        BlendTuner tuner = new BlendTuner(start, questions, settings.tuningQuestions());
        float[] weightsAtStart = new float[start.parts().size()];
        for (int p = 0; p < weightsAtStart.length; p++) {
            weightsAtStart[p] = start.parts().get(p).weight();
        }
        float[] best = tuner.tune(weightsAtStart);
        Map<String, Float> chosen = new TreeMap<>();
        for (int p = 0; p < best.length; p++) {
            chosen.put(start.parts().get(p).name(), best[p]);
        }
        return new Tuned(chosen, tuner.ndcg(best));
    }

    private Judging.Result judge(ModelSet set, Blend blend, RankerFitter.Result ranker) {
        ShopQuestions test = questions(BEFORE_TEST, Part.TEST, settings.questions());
        if (test.size() == 0) {
            return Judging.Result.none();
        }
        Map<String, CandidateSource> judged = new TreeMap<>();
        judged.put(Judging.POPULARITY, new Popularity(popularity(BEFORE_TEST), Map.of()));
        judged.put(Judging.BLEND, blend);
        for (Blend.Part part : set.personal(UNTRIED).parts()) {
            judged.put(part.name(), part.source());
        }
        set.behaviour().ifPresent(b -> judged.put(ModelSet.NEIGHBOURS, b.neighbours()));
        Map<String, Recommender> recommenders = new TreeMap<>();
        judged.forEach(
                (name, source) -> recommenders.put(name, Recommender.of(source, dataset.items())));
        if (ranker instanceof RankerFitter.Result.Fitted fitted) {
            recommenders.put(ModelSet.RANKER, rankers.orders(fitted.ranker(), blend, test));
        }
        return judging.judge(
                dataset,
                recommenders,
                recommenders.containsKey(ModelSet.RANKER) ? ModelSet.RANKER : Judging.BLEND,
                test,
                ItemCounts.of(dataset.matrix(TRAIN, weights)),
                dataset.latest(TRAIN));
    }

    /** How many people turned to each item. */
    private float[] popularity(Set<Part> parts) {
        InteractionMatrix matrix = dataset.matrix(parts, weights);
        float[] counts = new float[dataset.items()];
        for (int item : matrix.column()) {
            counts[item]++;
        }
        return counts;
    }
}
