package dev.vitrine.server.cli;

import dev.vitrine.applications.search.ResultFeatures;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.lexical.BaselineIndex;
import dev.vitrine.retrieval.lexical.LexicalQuery;
import dev.vitrine.retrieval.lexical.LexicalResult;
import dev.vitrine.retrieval.lexical.ProductIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What each retriever makes of one query: the scores of all products, NaN for those it did not
 * find.
 */
final class QueryAnswers {
    /** The shop's own search, BM25 over one field and over each, the encoder. */
    static final List<String> RETRIEVERS =
            List.of("lexical", "bm25", "title", "brand", "description", "encoder");

    static final int LEXICAL = 0;
    static final int BM25 = 1;
    static final int ENCODER = 5;

    private static final int[] PLAIN = {BM25, ENCODER};

    /** Results of each retriever that are put together. */
    static final int DEPTH = 100;

    /** Results of each retriever that a ranker puts in order. */
    private static final int RANKED = 50;

    /** First results that say what the query is about. */
    private static final int CLEAR = 5;

    private final String query;
    private final float[][] scores;

    private QueryAnswers(String query, int products) {
        this.query = query;
        this.scores = new float[RETRIEVERS.size()][products];
        for (float[] each : scores) {
            Arrays.fill(each, Float.NaN);
        }
    }

    /**
     * @param numbers of products by their ids
     */
    static QueryAnswers of(
            String query, ProductIndex index, BaselineIndex plain, Map<String, Integer> numbers) {
        QueryAnswers answers = new QueryAnswers(query, numbers.size());
        float least = Float.POSITIVE_INFINITY;
        // What lacks a word stands behind what has all, whatever it scores.
        for (LexicalResult.Hit hit : index.search(LexicalQuery.of(query, 2 * DEPTH)).hits()) {
            least = Math.min(Math.nextDown(least), hit.score());
            answers.scores[LEXICAL][hit.item()] = least;
        }
        int field = BM25;
        for (BaselineIndex.Field each : BaselineIndex.Field.values()) {
            for (BaselineIndex.Hit hit : plain.search(each, query, numbers.size())) {
                answers.scores[field][numbers.getOrDefault(hit.id(), 0)] = hit.score();
            }
            field++;
        }
        return answers;
    }

    /**
     * Takes the cosines of a query with all products.
     *
     * @param vector of the query
     * @param vectors of the products, one after the other
     */
    void encoded(float[] vector, float[] vectors) {
        for (int item = 0; item < scores[ENCODER].length; item++) {
            scores[ENCODER][item] = product(vector, vectors, item);
        }
    }

    private static float product(float[] vector, float[] vectors, int item) {
        float sum = 0;
        for (int d = 0; d < vector.length; d++) {
            sum += vector[d] * vectors[item * vector.length + d];
        }
        return sum;
    }

    String query() {
        return query;
    }

    /** The first results of a retriever. */
    TopItems top(int retriever, int most) {
        TopItems top = new TopItems(most);
        for (int item = 0; item < scores[retriever].length; item++) {
            top.offer(item, scores[retriever][item]);
        }
        top.sort();
        return top;
    }

    static int[] items(TopItems top) {
        int[] items = new int[top.size()];
        Arrays.setAll(items, top::item);
        return items;
    }

    /**
     * What a ranker puts in order: the first results of BM25 and encoder.
     *
     * @param search whether those of the shop's own search, too
     */
    int[] candidates(boolean search) {
        TreeSet<Integer> all = new TreeSet<>();
        for (int retriever : search ? new int[] {LEXICAL, BM25, ENCODER} : PLAIN) {
            Arrays.stream(items(top(retriever, RANKED))).forEach(all::add);
        }
        return all.stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * @param items to be put in order
     * @param search whether the shop's own search says what the query is about, else BM25
     * @return a row for each, see {@link ResultFeatures#names}
     */
    float[] rows(
            ResultFeatures features,
            int[] items,
            List<Product> products,
            float[] vectors,
            boolean search) {
        int width = vectors.length / products.size();
        float[] centre = new float[width];
        int first = search && top(LEXICAL, 1).size() > 0 ? LEXICAL : BM25;
        for (int item : items(top(first, CLEAR))) {
            for (int d = 0; d < width; d++) {
                centre[d] += vectors[item * width + d];
            }
        }
        float length = (float) Math.sqrt(product(centre, centre, 0));
        List<ResultFeatures.Found> found = new ArrayList<>();
        for (int item : items) {
            float[] own = new float[scores.length];
            for (int retriever = 0; retriever < own.length; retriever++) {
                own[retriever] = scores[retriever][item];
            }
            float near = length > 0 ? product(centre, vectors, item) / length : Float.NaN;
            found.add(new ResultFeatures.Found(products.get(item), own, near));
        }
        return features.of(query, found);
    }
}
