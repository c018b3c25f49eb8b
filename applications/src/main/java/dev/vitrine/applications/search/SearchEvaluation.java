package dev.vitrine.applications.search;

import dev.vitrine.data.DataError;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.catalog.ProductChange;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.lexical.BaselineIndex;
import dev.vitrine.retrieval.lexical.IndexBuilder;
import dev.vitrine.retrieval.lexical.IndexSettings;
import dev.vitrine.retrieval.lexical.LexicalQuery;
import dev.vitrine.retrieval.lexical.LexicalResult;
import dev.vitrine.retrieval.lexical.ProductIndex;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;

/**
 * Measures search against people's judgements: NDCG at 10 with gain 2^rating - 1, where a product
 * nobody judged counts as 0, beside plain BM25 over one field of title, brand and description.
 * Queries are halved by their place in alphabetical order: weights were chosen with the even places
 * in sight only.
 */
public final class SearchEvaluation {
    private static final int DEPTH = 10;

    private final SequencedMap<String, Map<String, Integer>> judgements;

    /**
     * @param judgements by query: product id to rating from 0
     */
    public SearchEvaluation(SequencedMap<String, Map<String, Integer>> judgements) {
        this.judgements = judgements;
    }

    /** Reads lines of {@code query,docid,rating} below a header, the query without commas. */
    public static SearchEvaluation read(Path file) {
        SequencedMap<String, Map<String, Integer>> judgements = new java.util.TreeMap<>();
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            for (int i = 1; i < lines.size(); i++) {
                String[] cells = lines.get(i).split(",", -1);
                if (cells.length != 3 || !cells[2].strip().matches("[0-9]")) {
                    throw new VitrineException(
                            DataError.FILE_MALFORMED,
                            file
                                    + " line "
                                    + (i + 1)
                                    + ": expected query,docid,rating, found '"
                                    + lines.get(i)
                                    + "'");
                }
                judgements
                        .computeIfAbsent(cells[0].strip(), query -> new HashMap<>())
                        .put(cells[1].strip(), Integer.valueOf(cells[2].strip()));
            }
        } catch (IOException e) {
            throw new VitrineException(
                    DataError.FILE_NOT_FOUND, "cannot read the judgements in " + file, e);
        }
        return new SearchEvaluation(judgements);
    }

    /** By query: product id to rating from 0. */
    public SequencedMap<String, Map<String, Integer>> judgements() {
        return Collections.unmodifiableSequencedMap(judgements);
    }

    /** One query's result of one system. */
    public record Outcome(String query, double ndcg, int unjudged, List<String> top) {}

    /**
     * Builds both indexes from live products and measures them.
     *
     * @param products item numbers must be dense from 0
     * @param scratch an empty directory to build in
     * @return ndcgAt10 and bm25NdcgAt10; each also for the half of the queries that was held out
     *     and the half that was not, and with the share of the first ten that nobody judged
     */
    public SequencedMap<String, Double> figures(List<ProductChange> products, Path scratch) {
        Map<Integer, String> ids = new HashMap<>();
        products.forEach(change -> ids.put(change.number(), change.id()));
        Path base = scratch.resolve("base");
        try (IndexBuilder builder = IndexBuilder.create(base)) {
            products.forEach(builder::add);
            builder.finish(0);
        }
        SequencedMap<String, Double> figures = new LinkedHashMap<>();
        try (ProductIndex index =
                ProductIndex.open(
                        base,
                        scratch.resolve("working"),
                        IndexSettings.DEFAULT,
                        Thread.ofPlatform().daemon().factory())) {
            put(figures, "", outcomes(query -> search(index, ids, query)));
        }
        List<Product> plain = new ArrayList<>();
        products.forEach(change -> change.product().ifPresent(plain::add));
        try (BaselineIndex index = BaselineIndex.build(plain)) {
            put(
                    figures,
                    "bm25",
                    outcomes(query ->
                            index.search(BaselineIndex.Field.ALL, query, DEPTH).stream()
                                    .map(BaselineIndex.Hit::id)
                                    .toList()));
        }
        return figures;
    }

    private static List<String> search(ProductIndex index, Map<Integer, String> ids, String query) {
        List<String> found = new ArrayList<>();
        for (LexicalResult.Hit hit : index.search(LexicalQuery.of(query, DEPTH)).hits()) {
            found.add(ids.getOrDefault(hit.item(), ""));
        }
        return found;
    }

    /** Measures any search: from a query to product ids, best first. */
    public List<Outcome> outcomes(Function<String, List<String>> search) {
        List<Outcome> outcomes = new ArrayList<>();
        judgements.forEach((query, rated) -> {
            List<String> top = search.apply(query);
            int unjudged = 0;
            for (String id : top) {
                unjudged += rated.containsKey(id) ? 0 : 1;
            }
            outcomes.add(new Outcome(query, ndcg(top, rated), unjudged, top));
        });
        return outcomes;
    }

    private static void put(Map<String, Double> figures, String system, List<Outcome> outcomes) {
        double[] sums = new double[2];
        int[] counts = new int[2];
        double unjudged = 0;
        double shown = 0;
        for (int i = 0; i < outcomes.size(); i++) {
            sums[i % 2] += outcomes.get(i).ndcg();
            counts[i % 2]++;
            unjudged += outcomes.get(i).unjudged();
            shown += outcomes.get(i).top().size();
        }
        figures.put(name(system, "ndcgAt10"), (sums[0] + sums[1]) / outcomes.size());
        figures.put(name(system, "heldOutNdcgAt10"), sums[1] / Math.max(1, counts[1]));
        figures.put(name(system, "chosenOnNdcgAt10"), sums[0] / Math.max(1, counts[0]));
        figures.put(name(system, "unjudgedShareAt10"), shown == 0 ? 0 : unjudged / shown);
    }

    private static String name(String system, String figure) {
        return system.isEmpty()
                ? figure
                : system + Character.toUpperCase(figure.charAt(0)) + figure.substring(1);
    }

    /** 0 when no product was rated above 0. */
    static double ndcg(List<String> top, Map<String, Integer> rated) {
        double gained = 0;
        for (int i = 0; i < Math.min(DEPTH, top.size()); i++) {
            gained += gain(rated.getOrDefault(top.get(i), 0)) / discount(i);
        }
        int[] ratings = rated.values().stream().mapToInt(Integer::intValue).sorted().toArray();
        double ideal = 0;
        for (int i = 0; i < Math.min(DEPTH, ratings.length); i++) {
            ideal += gain(ratings[ratings.length - 1 - i]) / discount(i);
        }
        return ideal == 0 ? 0 : gained / ideal;
    }

    private static double gain(int rating) {
        return Math.pow(2, rating) - 1;
    }

    private static double discount(int place) {
        return Math.log(place + 2) / Math.log(2);
    }
}
