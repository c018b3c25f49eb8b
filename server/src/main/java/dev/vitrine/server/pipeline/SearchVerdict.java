package dev.vitrine.server.pipeline;

import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.text.MeaningSearch;
import dev.vitrine.retrieval.text.TextEncoder;
import dev.vitrine.retrieval.vector.VectorTable;
import dev.vitrine.training.evaluation.PairedGain;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What questions say of an encoder for search: whether words and meaning together answer better
 * than words alone, by more than chance, and by which terms.
 *
 * @param terms empty where meaning is not worth it
 * @param said in words
 * @param metrics what was reached on the questions that judge
 */
record SearchVerdict(
        Optional<MeaningSearch.Terms> terms, String said, Map<String, Double> metrics) {
    /** Of fewer questions to choose by, or to judge by, nothing is said that holds. */
    static final int FEWEST = 50;

    private static final long SEED = 20261122;

    /** The least puts what is meant behind nearly all that has the words. */
    private static final float[] WEIGHTS = {.02f, .05f, .1f, .2f, .35f, .5f, .75f, 1, 1.5f, 2};

    /** This share of products drawn by chance is farther from a search than any that is shown. */
    private static final double BY_CHANCE = .8;

    /** Products that are drawn for each question. */
    private static final int DRAWN = 20;

    static SearchVerdict no(String said) {
        return new SearchVerdict(Optional.empty(), said, Map.of());
    }

    /**
     * Chooses the terms by some questions, and judges them by others.
     *
     * @param what the questions are, in words
     */
    static SearchVerdict of(
            SearchJudge judge,
            TextEncoder encoder,
            VectorTable vectors,
            List<SearchJudge.Question> choosing,
            List<SearchJudge.Question> judging,
            String what,
            Progress progress) {
        if (choosing.size() < FEWEST || judging.size() < FEWEST) {
            return no("too few searches led to a product that is still there");
        }
        progress.start("judging the search encoder", "questions", choosing.size());
        float least = least(encoder, vectors, choosing);
        MeaningSearch meaning =
                MeaningSearch.of(encoder, vectors, new MeaningSearch.Terms(0, least));
        TopItems[] meant = SearchJudge.meant(meaning, choosing);
        double words = mean(judge.byWords(choosing));
        double best = Double.NEGATIVE_INFINITY;
        float chosen = 0;
        for (float weight : WEIGHTS) {
            double reached = mean(judge.byMeaning(choosing, meant, weight));
            if (reached > best) {
                best = reached;
                chosen = weight;
            }
        }
        if (best <= words) {
            String none =
                    String.format(
                            Locale.ROOT,
                            "NDCG@%d on %d %s is %.4f by words alone and %.4f with the best weight"
                                    + " of meaning, %s",
                            SearchJudge.CUTOFF,
                            choosing.size(),
                            what,
                            words,
                            best,
                            chosen);
            progress.finish(none);
            return no("no weight of meaning helps: " + none);
        }
        double[] alone = judge.byWords(judging);
        double[] fused = judge.byMeaning(judging, SearchJudge.meant(meaning, judging), chosen);
        PairedGain gain = PairedGain.of(fused, alone);
        String said =
                String.format(
                        Locale.ROOT,
                        "NDCG@%d on %d %s %.4f, %+.4f with a standard error of %.4f beside words"
                                + " alone",
                        SearchJudge.CUTOFF,
                        judging.size(),
                        what,
                        mean(fused),
                        gain.mean(),
                        gain.error());
        progress.finish(said);
        if (!(gain.mean() > 0) || !gain.isBeyondChance()) {
            return no("no better than words alone by more than chance: " + said);
        }
        return new SearchVerdict(
                Optional.of(new MeaningSearch.Terms(chosen, least)),
                said,
                Map.of(
                        "ndcgAt10", mean(fused),
                        "wordsNdcgAt10", mean(alone),
                        "questions", (double) judging.size()));
    }

    /** The cosine that few products have with a search by chance. */
    private static float least(
            TextEncoder encoder, VectorTable vectors, List<SearchJudge.Question> questions) {
        int width = encoder.width();
        float[] asked = encoder.encode(questions.stream().map(SearchJudge.Question::text).toList());
        float[] own = new float[width];
        SplittableRandom random = new SplittableRandom(SEED);
        List<Double> drawn = new ArrayList<>();
        for (int q = 0; q < questions.size(); q++) {
            for (int i = 0; i < DRAWN; i++) {
                if (vectors.read(random.nextInt(Math.max(1, vectors.capacity())), own)) {
                    double sum = 0;
                    for (int d = 0; d < width; d++) {
                        sum += own[d] * asked[q * width + d];
                    }
                    drawn.add(sum);
                }
            }
        }
        drawn.sort(null);
        double least = drawn.isEmpty() ? 0 : drawn.get((int) (BY_CHANCE * drawn.size()));
        return (float) Math.clamp(least, 0, 1);
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(0);
    }
}
