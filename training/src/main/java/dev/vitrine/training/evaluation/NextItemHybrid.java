package dev.vitrine.training.evaluation;

import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.CandidateSource;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.HistoryRecipe;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.ItemScorer;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.sequence.SequenceModel;
import dev.vitrine.retrieval.sequence.SequenceSource;
import dev.vitrine.retrieval.session.NearestSessions;
import dev.vitrine.retrieval.session.SessionSearch;
import dev.vitrine.retrieval.table.ItemTable;
import dev.vitrine.training.neighbours.Sequences;
import dev.vitrine.training.neighbours.SessionNeighbours;
import dev.vitrine.training.neighbours.SessionSettings;
import dev.vitrine.training.parallel.ParallelBlocks;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A sequence model and what is known of neighbours, as one. The parts are fitted on the training
 * part, validation chooses their weights, and the parts are fitted again on all that is known
 * before the test.
 */
final class NextItemHybrid {
    private static final int DEPTH = 200;
    private static final int QUESTIONS = 8_000;
    private static final float LEAST = 1e-6f;

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
     * @param blend what is judged
     * @param model that is its first part
     * @param weights of the parts, in words
     */
    record Chosen(Blend blend, SequenceModel model, String weights) {
        /** Gives each item what the blend would, were its first part to propose them all. */
        ItemScorer scorer() {
            return new AllScored(model, blend.parts().getFirst().weight(), others());
        }

        private Blend others() {
            return new Blend(blend.parts().subList(1, blend.parts().size()), DEPTH);
        }
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
        java.util.Arrays.fill(even, 1);
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
        return new Chosen(new Blend(kept, DEPTH), served, told.toString());
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
