package dev.vitrine.server.cli;

import dev.vitrine.applications.search.ResultFeatures;
import dev.vitrine.applications.search.SearchEvaluation;
import dev.vitrine.applications.search.SearchEvaluation.Outcome;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.lexical.BaselineIndex;
import dev.vitrine.retrieval.lexical.IndexBuilder;
import dev.vitrine.retrieval.lexical.IndexSettings;
import dev.vitrine.retrieval.lexical.ProductIndex;
import dev.vitrine.retrieval.ranking.Fusion;
import dev.vitrine.retrieval.text.PooledTextEncoder;
import dev.vitrine.retrieval.text.ProductText;
import dev.vitrine.retrieval.text.TextEncoder;
import dev.vitrine.training.evaluation.KeptSteps;
import dev.vitrine.training.evaluation.Report;
import dev.vitrine.training.network.LearningCurve;
import dev.vitrine.training.network.Torch;
import dev.vitrine.training.network.TorchCache;
import dev.vitrine.training.text.CatalogEncoder;
import dev.vitrine.training.trees.NdcgLoss;
import dev.vitrine.training.trees.OutOfFold;
import dev.vitrine.training.trees.TreeRows;
import dev.vitrine.training.trees.TreeSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * A text encoder that knows the catalogue alone, fused with search and ranked, on the judged
 * queries of the Icecat catalogue. What learns from judgements is judged out of fold: a query is
 * answered by weights and trees that other queries gave.
 *
 * <p>The weights of the shop's own search were chosen on half of these queries (decision 009), so
 * what has it inside has learned from judgements of queries it is asked. Such systems are named
 * {@code WithSearch}, and every system is reported on the other half too ({@code HeldOut}). The
 * headlines {@code fused} and {@code ranked} go by plain BM25 and the encoder.
 */
final class EncoderJudgements {
    static final String RESULT = "icecat-encoder";

    private static final int LEXICAL = QueryAnswers.LEXICAL;
    private static final int BM25 = QueryAnswers.BM25;
    private static final int ENCODER = QueryAnswers.ENCODER;
    private static final int SHOWN = 10;
    private static final int FOLDS = 9;
    private static final int DEALS = 5;

    /** That a retriever may have beside the first one, which has 1. */
    private static final float[] WEIGHTS = {0, .1f, .2f, .3f, .5f, .7f, 1, 1.5f};

    private static final int GRADES = 4;

    private final List<Product> products;
    private final SearchEvaluation judgements;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final int threads;
    private final Progress progress;

    private EncoderJudgements(JudgedShop shop, int threads, Progress progress) {
        this.products = shop.products();
        this.judgements = shop.judgements();
        this.threads = threads;
        this.progress = progress;
        for (int item = 0; item < products.size(); item++) {
            numbers.put(products.get(item).id(), item);
        }
    }

    /**
     * @param data folder with a folder for each data set
     * @param seeds encoders that are fitted; figures are means over them
     */
    static Figures figures(Path data, int threads, int seeds, Progress progress)
            throws IOException {
        JudgedShop shop = JudgedShop.read(data);
        try (KeptSteps steps =
                KeptSteps.open(
                        KeptSteps.root(),
                        RESULT,
                        data.resolve(JudgedShop.DATASET),
                        ResultFile.commit(),
                        progress)) {
            Figures figures =
                    JudgedShop.withScratch(scratch ->
                            new EncoderJudgements(shop, threads, progress)
                                    .figures(shop, scratch, seeds, steps));
            steps.resumed().ifPresent(figures::note);
            return figures;
        }
    }

    /** How each query was answered, and the share of what was shown that nobody judged. */
    record Judged(double[] ndcg, double unjudged) {
        static Judged of(List<Outcome> outcomes) {
            double unjudged = 0;
            double shown = 0;
            for (Outcome outcome : outcomes) {
                unjudged += outcome.unjudged();
                shown += outcome.top().size();
            }
            return new Judged(
                    outcomes.stream().mapToDouble(Outcome::ndcg).toArray(),
                    unjudged / Math.max(1, shown));
        }

        /** As {@link #numbers} gave it. */
        static Judged of(double[] numbers) {
            int last = numbers.length - 1;
            return new Judged(Arrays.copyOf(numbers, last), numbers[last]);
        }

        double[] numbers() {
            double[] numbers = Arrays.copyOf(ndcg, ndcg.length + 1);
            numbers[ndcg.length] = unjudged;
            return numbers;
        }

        double mean() {
            return Arrays.stream(ndcg).average().orElse(0);
        }
    }

    private Figures figures(JudgedShop shop, Path scratch, int seeds, KeptSteps steps) {
        List<QueryAnswers> answers = lexical(shop, scratch);
        Map<String, List<Judged>> systems = new LinkedHashMap<>();
        for (String headline : List.of("bm25", "encoder", "fused", "ranked", "lexical")) {
            systems.put(headline, new ArrayList<>());
        }
        put(systems, "bm25", List.of(first(answers, BM25)));
        put(systems, "lexical", List.of(first(answers, LEXICAL)));
        put(systems, "bm25WithSearch", fused(answers, LEXICAL, BM25));
        Figures fitted = new Figures();
        for (int count = 1; count <= seeds; count++) {
            int seed = count;
            Map<String, double[]> found =
                    steps.step("seed-" + seed, () -> seeded(answers, scratch, seed));
            found.forEach((name, values) -> {
                if (name.startsWith(FIT)) {
                    fitted.put(name.substring(FIT.length()), values[0]);
                } else {
                    put(systems, name.substring(0, name.indexOf('/')), List.of(Judged.of(values)));
                }
            });
        }
        return figures(systems)
                .note(NOTE)
                .putAll(fitted.values())
                .put("products", products.size())
                .put("queries", answers.size());
    }

    /**
     * All that one encoder has a part in: its fit's figures, and what each system and deal gave.
     */
    private Map<String, double[]> seeded(List<QueryAnswers> answers, Path scratch, int seed) {
        Figures fitted = new Figures();
        float[] vectors = encoded(answers, scratch, seed, fitted);
        Map<String, List<Judged>> systems = new LinkedHashMap<>();
        put(systems, "encoder", List.of(first(answers, ENCODER)));
        put(systems, "fused", fused(answers, BM25, ENCODER));
        put(systems, "fusedWithSearch", fused(answers, LEXICAL, BM25, ENCODER));
        put(systems, "encoderWithSearch", fused(answers, LEXICAL, ENCODER));
        put(systems, "reciprocal", List.of(reciprocal(answers, BM25, ENCODER)));
        put(systems, "reciprocalWithSearch", List.of(reciprocal(answers, LEXICAL, BM25, ENCODER)));
        put(systems, "ranked", ranked(answers, vectors, Known.ENCODER, seed));
        put(systems, "rankedWithoutEncoder", ranked(answers, vectors, Known.WORDS, seed));
        put(systems, "rankedWithSearch", ranked(answers, vectors, Known.ALL, seed));
        Map<String, double[]> found = new LinkedHashMap<>();
        fitted.inOrder()
                .forEach(figure ->
                        found.put(FIT + figure.getKey(), new double[] {figure.getValue()}));
        systems.forEach((name, deals) -> {
            for (int deal = 0; deal < deals.size(); deal++) {
                found.put(name + '/' + deal, deals.get(deal).numbers());
            }
        });
        return found;
    }

    private static final String FIT = "fit/";

    private static final String NOTE =
            "Weights and trees are out of fold: a query is answered by what other queries gave."
                    + " fused and ranked have plain BM25 and the encoder inside. The weights of the"
                    + " shop's own search (lexical) were chosen on the queries at even places of"
                    + " the alphabet, so what has it inside (WithSearch) has seen judgements of"
                    + " these; HeldOut is the mean over the others, for every system.";

    /** What the features of a ranker tell. */
    enum Known {
        /** BM25 and texts. */
        WORDS,
        /** The encoder too. */
        ENCODER,
        /** The shop's own search, too, whose weights half of the queries gave. */
        ALL;

        private boolean hides(String feature) {
            boolean encoded = feature.startsWith("encoder") || feature.equals("nearBest");
            return switch (this) {
                case WORDS -> encoded || feature.startsWith("lexical");
                case ENCODER -> feature.startsWith("lexical");
                case ALL -> false;
            };
        }
    }

    private static void put(Map<String, List<Judged>> systems, String name, List<Judged> more) {
        systems.computeIfAbsent(name, first -> new ArrayList<>()).addAll(more);
    }

    private List<QueryAnswers> lexical(JudgedShop shop, Path scratch) {
        Path base = scratch.resolve("base");
        try (IndexBuilder builder = IndexBuilder.create(base)) {
            shop.changes().forEach(builder::add);
            builder.finish(0);
        }
        List<QueryAnswers> answers = new ArrayList<>();
        try (ProductIndex index =
                        ProductIndex.open(
                                base,
                                scratch.resolve("working"),
                                IndexSettings.DEFAULT,
                                Thread.ofPlatform().daemon().factory());
                BaselineIndex plain = BaselineIndex.build(products)) {
            for (String query : judgements.judgements().keySet()) {
                answers.add(QueryAnswers.of(query, index, plain, numbers));
            }
        }
        return answers;
    }

    /** Fits an encoder and asks it. Returns the vectors of the products. */
    private float[] encoded(List<QueryAnswers> answers, Path scratch, int seed, Figures fitted) {
        Path graph = scratch.resolve("text-" + seed + ".onnx");
        CatalogEncoder recipe = CatalogEncoder.DEFAULT.withSeed(seed);
        try (Torch torch = Torch.open(threads, TorchCache.folder())) {
            LearningCurve curve = recipe.fit(torch, products, graph, scratch, progress);
            fitted.put("trainRowsPerSecond", curve.rowsPerSecond())
                    .put("trainEpochs", curve.points().size())
                    .put("trainEpochSeconds", curve.secondsPerEpoch())
                    .put("heldOutRecallAt10", curve.bestValidation());
        }
        try (OnnxSession session = OnnxSession.open(graph, SessionSettings.DEFAULT)) {
            TextEncoder encoder =
                    new PooledTextEncoder(
                            session::run, recipe.text().features(), recipe.text().width());
            float[] vectors = encoder.encode(products.stream().map(ProductText::document).toList());
            for (QueryAnswers each : answers) {
                each.encoded(encoder.encode(List.of(each.query())), vectors);
            }
            return vectors;
        }
    }

    private Judged judged(List<QueryAnswers> answers, IntFunction<TopItems> shown) {
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < answers.size(); i++) {
            places.put(answers.get(i).query(), i);
        }
        return Judged.of(
                judgements.outcomes(query -> {
                    TopItems top = shown.apply(places.getOrDefault(query, 0));
                    return Arrays.stream(QueryAnswers.items(top))
                            .mapToObj(item -> products.get(item).id())
                            .toList();
                }));
    }

    private Judged first(List<QueryAnswers> answers, int retriever) {
        return judged(answers, query -> answers.get(query).top(retriever, SHOWN));
    }

    private Judged reciprocal(List<QueryAnswers> answers, int... retrievers) {
        return judged(
                answers,
                query -> {
                    List<int[]> lists = new ArrayList<>();
                    for (int retriever : retrievers) {
                        lists.add(
                                QueryAnswers.items(
                                        answers.get(query).top(retriever, QueryAnswers.DEPTH)));
                    }
                    return Fusion.reciprocal(lists, SHOWN);
                });
    }

    /**
     * The weighted sum of scores, where the first retriever weighs 1 and the others what was best
     * for the queries of all other folds.
     *
     * @return what each deal of queries to folds gave
     */
    private List<Judged> fused(List<QueryAnswers> answers, int... retrievers) {
        List<Judged> tried = new ArrayList<>();
        int combinations = (int) Math.pow(WEIGHTS.length, retrievers.length - 1);
        for (int combination = 0; combination < combinations; combination++) {
            float[] weights = new float[retrievers.length];
            weights[0] = 1;
            int left = combination;
            for (int i = 1; i < weights.length; i++) {
                weights[i] = WEIGHTS[left % WEIGHTS.length];
                left /= WEIGHTS.length;
            }
            tried.add(
                    judged(
                            answers,
                            query -> {
                                TopItems[] lists = new TopItems[retrievers.length];
                                Arrays.setAll(
                                        lists,
                                        i ->
                                                answers.get(query)
                                                        .top(retrievers[i], QueryAnswers.DEPTH));
                                TopItems best = new TopItems(SHOWN);
                                Blend.merge(lists, weights).offerTo(best);
                                best.sort();
                                return best;
                            }));
        }
        List<Judged> deals = new ArrayList<>();
        for (int deal = 1; deal <= DEALS; deal++) {
            deals.add(chosen(tried, OutOfFold.deal(answers.size(), FOLDS, deal)));
        }
        return deals;
    }

    /** Each query as the settings answer it that were best for the queries of other folds. */
    static Judged chosen(List<Judged> tried, int[] fold) {
        double[] ndcg = new double[fold.length];
        double unjudged = 0;
        for (int out = 0; out < FOLDS; out++) {
            Judged best = tried.getFirst();
            double highest = Double.NEGATIVE_INFINITY;
            for (Judged one : tried) {
                double sum = 0;
                for (int query = 0; query < fold.length; query++) {
                    sum += fold[query] == out ? 0 : one.ndcg()[query];
                }
                if (sum > highest) {
                    highest = sum;
                    best = one;
                }
            }
            for (int query = 0; query < fold.length; query++) {
                if (fold[query] == out) {
                    ndcg[query] = best.ndcg()[query];
                    unjudged += best.unjudged() / fold.length;
                }
            }
        }
        return new Judged(ndcg, unjudged);
    }

    /**
     * Trees put the candidates of all retrievers in order, each query by trees that saw no
     * judgement of it.
     *
     * @param known what they go by, and whose candidates they order
     */
    private List<Judged> ranked(
            List<QueryAnswers> answers, float[] vectors, Known known, int seed) {
        ResultFeatures features = new ResultFeatures(QueryAnswers.RETRIEVERS, products);
        boolean search = known == Known.ALL;
        List<int[]> candidates = answers.stream().map(each -> each.candidates(search)).toList();
        int width = features.names().size();
        int count = candidates.stream().mapToInt(items -> items.length).sum();
        float[] rows = new float[count * width];
        float[] labels = new float[count];
        int at = 0;
        for (int query = 0; query < answers.size(); query++) {
            QueryAnswers each = answers.get(query);
            int[] items = candidates.get(query);
            float[] own = each.rows(features, items, products, vectors, search);
            System.arraycopy(own, 0, rows, at * width, own.length);
            Map<String, Integer> rated =
                    judgements.judgements().getOrDefault(each.query(), Map.of());
            for (int item : items) {
                labels[at++] = rated.getOrDefault(products.get(item).id(), 0);
            }
        }
        hide(features.names(), rows, known);
        TreeRows all =
                new TreeRows(
                        features.names(),
                        rows,
                        labels,
                        candidates.stream().mapToInt(items -> items.length).toArray());
        int[] starts = all.starts();
        List<Judged> deals = new ArrayList<>();
        for (int deal = 1; deal <= DEALS; deal++) {
            double[] scores =
                    OutOfFold.scores(
                            settings().withSeed(seed * 100L + deal), all, FOLDS, Progress.NONE);
            deals.add(
                    judged(
                            answers,
                            query -> {
                                TopItems best = new TopItems(SHOWN);
                                int[] items = candidates.get(query);
                                for (int i = 0; i < items.length; i++) {
                                    best.offer(items[i], (float) scores[starts[query] + i]);
                                }
                                best.sort();
                                return best;
                            }));
        }
        return deals;
    }

    static void hide(List<String> names, float[] rows, Known known) {
        for (int i = 0; i < rows.length; i++) {
            if (known.hides(names.get(i % names.size()))) {
                rows[i] = Float.NaN;
            }
        }
    }

    private TreeSettings settings() {
        return new TreeSettings(
                TreeSettings.Objective.RANKING,
                100,
                100,
                .05,
                4,
                20,
                .5,
                .8,
                5,
                1,
                1,
                threads,
                new NdcgLoss(20, SHOWN, NdcgLoss.doubling(GRADES)));
    }

    /**
     * Means over fits and deals; spread is where chance in the choice of queries would put them.
     */
    private static Figures figures(Map<String, List<Judged>> systems) {
        Figures figures = new Figures();
        Map<String, double[]> byQuery = new LinkedHashMap<>();
        systems.forEach((name, runs) -> {
            double[] mean = new double[runs.getFirst().ndcg().length];
            for (Judged run : runs) {
                for (int query = 0; query < mean.length; query++) {
                    mean[query] += run.ndcg()[query] / runs.size();
                }
            }
            byQuery.put(name, mean);
            put(figures, name + "NdcgAt10", mean);
        });
        byQuery.forEach((name, mean) -> put(figures, name + "HeldOutNdcgAt10", heldOut(mean)));
        double[] plain = byQuery.getOrDefault("bm25", new double[0]);
        for (String name : List.of("fused", "ranked", "fusedWithSearch", "rankedWithSearch")) {
            double[] gain = byQuery.getOrDefault(name, new double[0]).clone();
            for (int query = 0; query < gain.length; query++) {
                gain[query] -= plain[query];
            }
            put(figures, name + "GainOverBm25", gain);
        }
        systems.forEach((name, runs) -> {
            figures.put(
                    name + "UnjudgedShareAt10",
                    runs.stream().mapToDouble(Judged::unjudged).average().orElse(0));
            if (runs.size() > 1) {
                figures.put(
                        name + "LeastNdcgAt10",
                        runs.stream().mapToDouble(Judged::mean).min().orElse(0));
                figures.put(
                        name + "MostNdcgAt10",
                        runs.stream().mapToDouble(Judged::mean).max().orElse(0));
            }
        });
        return figures;
    }

    /** Of queries in the order of the alphabet those that no weight of search was chosen by. */
    static double[] heldOut(double[] byQuery) {
        return IntStream.range(0, byQuery.length)
                .filter(place -> place % 2 == 1)
                .mapToDouble(place -> byQuery[place])
                .toArray();
    }

    private static void put(Figures figures, String name, double[] values) {
        Report.Interval interval = Report.Interval.ofMean(values);
        figures.put(
                name, Arrays.stream(values).average().orElse(0), interval.low(), interval.high());
    }
}
