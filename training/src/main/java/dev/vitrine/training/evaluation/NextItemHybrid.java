package dev.vitrine.training.evaluation;

import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.CandidateSource;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.HistoryRecipe;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.ItemScorer;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.ranking.TreeEnsemble;
import dev.vitrine.retrieval.sequence.SequenceModel;
import dev.vitrine.retrieval.sequence.SequenceSource;
import dev.vitrine.retrieval.session.NearestSessions;
import dev.vitrine.retrieval.session.SessionSearch;
import dev.vitrine.retrieval.table.ItemTable;
import dev.vitrine.training.linear.Parallel;
import dev.vitrine.training.neighbours.Sequences;
import dev.vitrine.training.neighbours.SessionNeighbours;
import dev.vitrine.training.neighbours.SessionSettings;
import dev.vitrine.training.parallel.ParallelBlocks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A sequence model and what is known of neighbours, as one: as a blend, or where that answers
 * better, as candidates that a ranker puts in order. The parts are fitted on the training part,
 * validation chooses weights and trees, and the parts are fitted again on all that is known before
 * the test.
 */
final class NextItemHybrid {
    private static final int DEPTH = 200;
    private static final int QUESTIONS = 8_000;
    private static final float LEAST = 1e-6f;
    private static final int CUTOFF = 20;
    private static final int BATCH = 64;
    private static final int MOST_TOLD = 5;

    /** Of fewer questions no order is learned that holds. */
    private static final int FEWEST = 2_000;

    /** What came directly after, and nothing else. */
    private static final SessionSettings TRANSITIONS = new SessionSettings(200, 1, 1, 0, 0, 0);

    /** What is in the same sequence, near or far. */
    private static final SessionSettings WIDE = new SessionSettings(200, 50, 1, 1, .5, 0);

    private static final SessionSearch SEARCH = new SessionSearch(3_000, 500, .7, .65, .7);

    private final NextItemData data;
    private final int threads;
    private final Progress progress;

    NextItemHybrid(NextItemData data, int threads, Progress progress) {
        this.data = data;
        this.threads = threads;
        this.progress = progress;
    }

    /**
     * What is judged.
     *
     * @param recommender ranks all items
     * @param scorer gives each item a score, for questions with drawn items: what the blend gives,
     *     were the sequence model to propose them all; the sequence model itself beside a ranker,
     *     which such questions never get
     * @param parts of it, in words
     */
    record Chosen(Recommender recommender, ItemScorer scorer, String parts) {}

    private static ItemScorer scorer(Blend blend, SequenceModel model) {
        List<Blend.Part> parts = blend.parts();
        return new AllScored(
                model, parts.getFirst().weight(), new Blend(parts.subList(1, parts.size()), DEPTH));
    }

    private record AllScored(SequenceModel model, float weight, Blend others)
            implements ItemScorer {
        @Override
        public int items() {
            return model.items();
        }

        @Override
        public void score(History history, float[] scores) {
            model.score(history, scores);
            float best = Float.NEGATIVE_INFINITY;
            for (int item = 0; item < items(); item++) {
                best = Math.max(best, scores[item]);
            }
            for (int item = 0; item < items(); item++) {
                scores[item] = weight * (float) Math.exp(scores[item] - best);
            }
            TopItems proposed = new TopItems(DEPTH * Math.max(1, others.parts().size()));
            others.collect(history, ItemMask.all(items()), proposed);
            for (int place = 0; place < proposed.size(); place++) {
                scores[proposed.item(place)] += proposed.score(place);
            }
        }
    }

    /**
     * @param validated fitted on the training part
     * @param served fitted on all that is known
     */
    Chosen choose(SequenceModel validated, SequenceModel served) {
        Blend before = blend(validated, data.train());
        float[] even = new float[before.parts().size()];
        Arrays.fill(even, 1);
        float[] weights = new BlendTuner(before, data.validation(), QUESTIONS).tune(even);
        Blend blend = blend(served, data.known());
        List<Blend.Part> kept = new ArrayList<>();
        StringBuilder told = new StringBuilder();
        for (int part = 0; part < weights.length; part++) {
            // The sequence model is the first part and stays, be it with next to no weight.
            if (weights[part] > 0 || part == 0) {
                Blend.Part full = blend.parts().get(part);
                float weight = Math.max(weights[part], part == 0 ? LEAST : 0);
                kept.add(new Blend.Part(full.name(), full.source(), weight));
                told.append(
                        String.format(
                                Locale.ROOT,
                                "%s%s %.2f",
                                told.isEmpty() ? "" : ", ",
                                full.name(),
                                weight));
            }
        }
        Blend chosen = new Blend(kept, DEPTH);
        Chosen blended =
                new Chosen(
                        Recommender.of(chosen, data.items()),
                        scorer(chosen, served),
                        told.toString());
        if (data.negatives() > 0 || data.heldOut().size() < FEWEST) {
            // Of items that were drawn by chance most are no candidates.
            return blended;
        }
        return ranked(validated, served, before, weights).orElse(blended);
    }

    /**
     * The ranker, where it answers the newer half of what was held out better than the blend does,
     * fitted to the older half; what is judged is then fitted to both.
     */
    private Optional<Chosen> ranked(
            SequenceModel validated, SequenceModel served, Blend blend, float[] weights) {
        Questions held = data.heldOut();
        int half = held.size() / 2;
        NextItemCandidates.Sources sources = sources(validated, data.train());
        Questions newer = PickedQuestions.range(held, half, held.size());
        TreeEnsemble trees =
                NextItemRanker.fit(
                        sources, PickedQuestions.range(held, 0, half), threads, progress);
        double[] by = gains(new NextItemRanker(sources, trees), newer);
        double[] without = gains(Recommender.of(weighing(blend, weights), data.items()), newer);
        PairedGain gain = PairedGain.of(by, without);
        String told =
                String.format(
                        Locale.ROOT,
                        "%s of the newer half of the held-out questions %+.4f beside the blend,"
                                + " standard error %.4f",
                        "NDCG@" + CUTOFF,
                        gain.mean(),
                        gain.error());
        progress.start("ranker", "", 0);
        progress.finish(told);
        if (!(gain.mean() > 0) || !gain.isBeyondChance()) {
            return Optional.empty();
        }
        NextItemRanker ranker =
                new NextItemRanker(
                        sources(served, data.known()),
                        NextItemRanker.fit(sources, held, threads, progress));
        return Optional.of(
                new Chosen(
                        ranker,
                        served,
                        ranker.trees().trees().size()
                                + " trees over what the transformer and the nearest sessions"
                                + " propose, most by "
                                + String.join(", ", ranker.decisive(MOST_TOLD))
                                + "; "
                                + told));
    }

    private static Blend weighing(Blend blend, float[] weights) {
        List<Blend.Part> parts = new ArrayList<>();
        for (int part = 0; part < weights.length; part++) {
            Blend.Part own = blend.parts().get(part);
            parts.add(new Blend.Part(own.name(), own.source(), weights[part]));
        }
        return new Blend(parts, DEPTH);
    }

    private NextItemCandidates.Sources sources(SequenceModel model, int[][] sequences) {
        return new NextItemCandidates.Sources(
                model,
                new NearestSessions(data.items(), sequences, SEARCH),
                SequenceFacts.of(data.items(), sequences));
    }

    /** NDCG of each question. */
    private double[] gains(Recommender recommender, Questions questions) {
        double[] gains = new double[questions.size()];
        Parallel.blocks(
                questions.size(),
                BATCH,
                threads,
                () -> {
                    Ranking ranking = recommender.open();
                    History[] histories = new History[BATCH];
                    TopItems[] best = new TopItems[BATCH];
                    Arrays.setAll(best, i -> new TopItems(CUTOFF));
                    return (from, to) -> {
                        for (int q = from; q < to; q++) {
                            histories[q - from] = questions.history(q);
                            best[q - from].clear();
                        }
                        ranking.rank(histories, to - from, questions.hidesHistory(), best);
                        for (int q = from; q < to; q++) {
                            TopItems top = best[q - from];
                            top.sort();
                            gains[q] = Ndcg.at(CUTOFF, top, questions.answers(q));
                        }
                    };
                });
        return gains;
    }

    private Blend blend(SequenceModel model, int[][] sequences) {
        List<Blend.Part> parts = new ArrayList<>();
        parts.add(part("transformer", new SequenceSource(model, model.table(Recipes.SEED))));
        parts.add(
                part(
                        "session-neighbours",
                        faded(sequences, SessionSettings.DEFAULT, new HistoryRecipe(20, .6f))));
        parts.add(part("wide-neighbours", faded(sequences, WIDE, new HistoryRecipe(50, .9f))));
        parts.add(part("transitions", faded(sequences, TRANSITIONS, new HistoryRecipe(1, 1))));
        parts.add(part("nearest-sessions", new NearestSessions(data.items(), sequences, SEARCH)));
        return new Blend(parts, DEPTH);
    }

    private static Blend.Part part(String name, CandidateSource source) {
        return new Blend.Part(name, source, 1);
    }

    private CandidateSource faded(
            int[][] sequences, SessionSettings settings, HistoryRecipe recipe) {
        try (ParallelBlocks parallel = new ParallelBlocks(threads)) {
            ItemTable table =
                    SessionNeighbours.fit(
                            Sequences.of(data.items(), sequences), settings, parallel, progress);
            return (history, allowed, best) ->
                    table.collect(recipe.of(history.items(), history.weights()), allowed, best);
        }
    }
}
