package dev.vitrine.server.pipeline;

import dev.vitrine.data.dataset.Dataset;
import dev.vitrine.data.dataset.TypeWeights;
import dev.vitrine.data.split.Part;
import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.HistoryRecipe;
import dev.vitrine.retrieval.session.NearestSessions;
import dev.vitrine.retrieval.session.SessionSearch;
import dev.vitrine.training.evaluation.BlendTuner;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What each person turned to, one product after the other, as a session that others may be like.
 * Products later than the last event are not known to it.
 *
 * <p>In memory a product of a session takes 8 bytes, a session 4, and so does a product of the
 * catalogue: {@value #MOST} products after the first of each person are 48 MB and 12 bytes a
 * person.
 */
final class ShopSessions {
    /** Beyond that, those who came last are kept. */
    static final long MOST = 6_000_000;

    /** So many newest products of a shopper are looked at, so at most 60,000 sessions. */
    private static final int NEWEST = 20;

    private static final int RECENT = 3_000;

    /**
     * How they may be searched. The first is that of the evaluations on public data, which looks
     * for the very next product; the third takes all of a session for as good, whatever the order;
     * the others go by fewer sessions, for of few sessions the 500 nearest are all.
     */
    static final List<SessionSearch> SEARCHES =
            List.of(
                    new SessionSearch(NEWEST, RECENT, 500, .7, .65, .7),
                    new SessionSearch(NEWEST, RECENT, 50, .7, .65, .7),
                    new SessionSearch(NEWEST, RECENT, 500, .9, 1, 1),
                    new SessionSearch(NEWEST, RECENT, 50, .9, 1, 1));

    private ShopSessions() {}

    /** Empty where nobody met two products. */
    static Optional<NearestSessions> of(Dataset dataset, Set<Part> parts, TypeWeights weights) {
        ShopSequences read =
                ShopSequences.of(dataset, parts, weights, HistoryRecipe.DEFAULT.length(), MOST);
        int count = read.sequences().length;
        if (count == 0) {
            return Optional.empty();
        }
        int[][] oldestFirst = new int[count][];
        for (int i = 0; i < count; i++) {
            int[] session = read.sequences()[count - 1 - i].clone();
            for (int p = 0; p < session.length; p++) {
                session[p] = read.numbers()[session[p]];
            }
            oldestFirst[i] = session;
        }
        return Optional.of(new NearestSessions(dataset.items(), oldestFirst, SEARCHES.getFirst()));
    }

    /**
     * The same, searched in the way that answers questions best.
     *
     * @param most questions that are asked
     */
    static NearestSessions best(NearestSessions sessions, ShopQuestions questions, int most) {
        NearestSessions best = sessions;
        double reached = Double.NEGATIVE_INFINITY;
        for (SessionSearch search : SEARCHES) {
            NearestSessions tried = sessions.searchedBy(search);
            Blend alone =
                    new Blend(List.of(new Blend.Part(ModelSet.SESSIONS, tried, 1)), ModelSet.DEPTH);
            double ndcg = new BlendTuner(alone, questions, most).ndcg(new float[] {1});
            if (ndcg > reached) {
                best = tried;
                reached = ndcg;
            }
        }
        return best;
    }
}
