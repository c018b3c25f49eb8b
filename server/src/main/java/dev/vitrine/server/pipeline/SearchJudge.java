package dev.vitrine.server.pipeline;

import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.lexical.ItemPrior;
import dev.vitrine.retrieval.lexical.LexicalQuery;
import dev.vitrine.retrieval.lexical.LexicalResult;
import dev.vitrine.retrieval.lexical.Meant;
import dev.vitrine.retrieval.lexical.ProductIndex;
import dev.vitrine.retrieval.text.MeaningSearch;
import dev.vitrine.training.evaluation.Ndcg;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How good search is on questions whose answers are known: the index that serves, with what was
 * known before of what sells and of what was chosen after the same words, alone or with what is
 * meant beside it.
 */
final class SearchJudge {
    static final int CUTOFF = 10;

    /** As much as clicks on a query weigh at least, see wiring.SearchSignals. */
    private static final float FEW_CLICKS = 3;

    private final ProductIndex index;
    private final ItemPrior popularity;
    private final Map<String, Map<Integer, Integer>> clicks = new HashMap<>();

    /**
     * A question.
     *
     * @param answers item numbers, rising, at least one
     */
    record Question(String text, int[] answers) {}

    /**
     * @param popularity how often each item was met
     * @param before searches that count as clicks
     */
    SearchJudge(ProductIndex index, float[] popularity, List<SearchLog.Search> before) {
        this.index = index;
        float most = 0;
        for (float count : popularity) {
            most = Math.max(most, count);
        }
        double scale = Math.log(1 + most);
        this.popularity =
                most == 0
                        ? ItemPrior.NONE
                        : item ->
                                item < popularity.length
                                        ? (float) (Math.log(1 + popularity[item]) / scale)
                                        : 0;
        for (SearchLog.Search search : before) {
            Map<Integer, Integer> own =
                    clicks.computeIfAbsent(search.query(), query -> new HashMap<>());
            for (int item : search.chosen()) {
                own.merge(item, 1, Integer::sum);
            }
        }
    }

    /** What is meant by each question; nothing where the encoder has nothing to go by. */
    static TopItems[] meant(MeaningSearch meaning, List<Question> questions) {
        return questions.stream()
                .map(question -> meaning.search(question.text()).orElse(new TopItems(1)))
                .toArray(TopItems[]::new);
    }

    /** NDCG@{@value #CUTOFF} of each question by words alone. */
    double[] byWords(List<Question> questions) {
        double[] reached = new double[questions.size()];
        for (int q = 0; q < reached.length; q++) {
            reached[q] = ndcg(questions.get(q), Meant.NOTHING);
        }
        return reached;
    }

    /**
     * NDCG@{@value #CUTOFF} of each question with what is meant beside the words.
     *
     * @param meant by question
     * @param weight as {@link Meant#weight}
     */
    double[] byMeaning(List<Question> questions, TopItems[] meant, float weight) {
        double[] reached = new double[questions.size()];
        for (int q = 0; q < reached.length; q++) {
            reached[q] = ndcg(questions.get(q), Meant.of(meant[q], weight));
        }
        return reached;
    }

    private double ndcg(Question question, Meant meant) {
        int[] shown =
                index
                        .search(
                                LexicalQuery.of(question.text(), CUTOFF)
                                        .withPriors(
                                                popularity, ItemPrior.NONE, clicks(question.text()))
                                        .withMeant(meant))
                        .hits()
                        .stream()
                        .mapToInt(LexicalResult.Hit::item)
                        .toArray();
        return Ndcg.at(CUTOFF, shown, question.answers());
    }

    private ItemPrior clicks(String query) {
        Map<Integer, Integer> chosen = clicks.get(query);
        if (chosen == null) {
            return ItemPrior.NONE;
        }
        float most = chosen.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        return item -> chosen.getOrDefault(item, 0) / (most + FEW_CLICKS);
    }
}
