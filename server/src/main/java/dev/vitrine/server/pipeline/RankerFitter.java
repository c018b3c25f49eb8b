package dev.vitrine.server.pipeline;

import dev.vitrine.data.dataset.Dataset;
import dev.vitrine.data.feature.ShopState;
import dev.vitrine.data.feature.Shopper;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.Candidates;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.ranking.CandidateFeatures;
import dev.vitrine.retrieval.ranking.CandidateRanker;
import dev.vitrine.retrieval.ranking.RankedCandidates;
import dev.vitrine.retrieval.ranking.TreeEnsemble;
import dev.vitrine.training.TrainingError;
import dev.vitrine.training.evaluation.Ndcg;
import dev.vitrine.training.evaluation.PairedGain;
import dev.vitrine.training.evaluation.Recommender;
import dev.vitrine.training.parallel.ParallelBlocks;
import dev.vitrine.training.ranking.CandidateTrees;
import dev.vitrine.training.trees.BoostedTrees;
import dev.vitrine.training.trees.OutOfFold;
import dev.vitrine.training.trees.TreeRows;
import dev.vitrine.training.trees.TreeSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Fits the ranker of what a blend proposes: LambdaMART over {@link CandidateFeatures}, on questions
 * of the validation part, each asked at its own moment of the replayed log. Trees that saw none of
 * the questions they are judged by (four folds) have to beat the blend's own order by more than
 * chance brings; else the ranker is left out with a reason. What is kept is fitted to all of the
 * questions. One thread asks; candidates are found by all.
 */
final class RankerFitter implements AutoCloseable {
    /** Of fewer questions with an answer among the candidates nothing is learned that holds. */
    static final int FEWEST = 100;

    private static final int MOST_QUESTIONS = 2_000;
    private static final int FOLDS = 4;
    private static final int CUTOFF = CandidateTrees.CUTOFF;
    private static final int BLOCK = 16;

    /** A share of questions about people whom the replay does not know that is no accident. */
    private static final double MOST_UNKNOWN = 0.5;

    private final Dataset dataset;
    private final Replay replay;
    private final ParallelBlocks parallel;
    private final Path work;
    private final Progress progress;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** What became of a fit. */
    sealed interface Result {
        /**
         * A ranker that is worth it.
         *
         * @param parameters how it was fitted
         */
        record Fitted(CandidateRanker ranker, Map<String, String> parameters) implements Result {}

        /** None, and why. */
        record LeftOut(String reason) implements Result {}
    }

    /**
     * @param work folder for the files of the ranker, in a folder of its role
     */
    RankerFitter(
            Dataset dataset, Replay replay, ParallelBlocks parallel, Path work, Progress progress) {
        this.dataset = dataset;
        this.replay = replay;
        this.parallel = parallel;
        this.work = work;
        this.progress = progress;
    }

    /** Fits a ranker of what a blend proposes. */
    Result fit(Blend blend, ShopQuestions questions) {
        int asked = Math.min(MOST_QUESTIONS, questions.size());
        progress.start("ranker", "questions", asked);
        Result result;
        try {
            result = kept(blend, questions, asked);
        } catch (VitrineException e) {
            if (!(e.code() instanceof TrainingError)) {
                throw e;
            }
            result = new Result.LeftOut(String.valueOf(e.getMessage()));
        }
        progress.finish(
                switch (result) {
                    case Result.Fitted fitted -> "kept: " + fitted.parameters().get("gain");
                    case Result.LeftOut none -> "left out: " + none.reason();
                });
        return result;
    }

    private Result kept(Blend blend, ShopQuestions questions, int asked) {
        CandidateFeatures features =
                new CandidateFeatures(
                        blend.parts().stream()
                                .filter(part -> part.weight() > 0)
                                .map(Blend.Part::name)
                                .toList());
        Lists lists = new Lists(questions, candidates(blend, questions, asked), features);
        lists.read();
        if (lists.unknown > asked * MOST_UNKNOWN) {
            return new Result.LeftOut(
                    lists.unknown
                            + " of "
                            + asked
                            + " people were not known to the log when they were asked about: it is"
                            + " not in the order of time");
        }
        if (lists.learned < FEWEST) {
            return new Result.LeftOut(
                    lists.learned
                            + " questions have an answer among the candidates; it takes "
                            + FEWEST);
        }
        TreeRows rows = lists.rows();
        TreeSettings settings = CandidateTrees.settings();
        double[] unseen = OutOfFold.scores(settings, rows, FOLDS, Progress.NONE);
        PairedGain gain = PairedGain.of(lists.ranked(unseen), lists.blended());
        String said =
                String.format(
                        Locale.ROOT,
                        "NDCG@%d on validation %+.4f with a standard error of %.4f, beside %.4f of"
                                + " the blend",
                        CUTOFF,
                        gain.mean(),
                        gain.error(),
                        Arrays.stream(lists.blended()).average().orElse(0));
        if (!(gain.mean() > 0) || !gain.isBeyondChance()) {
            return new Result.LeftOut("no better than the blend by more than chance: " + said);
        }
        TreeEnsemble trees = BoostedTrees.fit(settings, rows, Progress.NONE).ensemble();
        Map<String, String> parameters = new TreeMap<>();
        parameters.put("settings", settings.toString());
        parameters.put("questions", Integer.toString(lists.learned));
        parameters.put("rows", Integer.toString(rows.rows()));
        parameters.put("gain", said);
        return new Result.Fitted(stored(features, trees), parameters);
    }

    /** Writes it and asks what was written. */
    private CandidateRanker stored(CandidateFeatures features, TreeEnsemble trees) {
        try {
            Path folder = ModelFiles.saveRanker(features, trees, work);
            OnnxSession session =
                    OnnxSession.open(folder.resolve(ModelFiles.GRAPH), SessionSettings.DEFAULT);
            opened.push(session);
            return CandidateRanker.load(folder.resolve(ModelFiles.MODEL), session::run);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the ranker to " + work, e);
        }
    }

    /**
     * What a ranker answers to questions that come after those it was fitted to, each asked at its
     * own moment; in the blend's order where the log does not know the person.
     */
    Recommender orders(CandidateRanker ranker, Blend blend, ShopQuestions questions) {
        Candidates[] candidates = candidates(blend, questions, questions.size());
        Map<History, TopItems> orders = new IdentityHashMap<>();
        for (int q : byTime(questions, candidates.length)) {
            ShopState state = replay.until(questions.time(q));
            Shopper shopper = shopper(questions, q);
            orders.put(
                    questions.history(q),
                    knows(shopper, questions.history(q))
                            ? ranker.rank(
                                            candidates[q],
                                            shopper,
                                            state,
                                            replay.facts(),
                                            questions.time(q))
                                    .order()
                            : unranked(candidates[q]));
        }
        return () ->
                (histories, count, hidesHistory, best) -> {
                    for (int i = 0; i < count; i++) {
                        TopItems order = orders.get(histories[i]);
                        for (int place = 0; order != null && place < order.size(); place++) {
                            best[i].offer(order.item(place), order.score(place));
                        }
                    }
                };
    }

    private static TopItems unranked(Candidates candidates) {
        TopItems order = new TopItems(Math.max(1, candidates.size()));
        for (int place = 0; place < candidates.size(); place++) {
            order.offer(candidates.items()[place], candidates.totals()[place]);
        }
        order.sort();
        return order;
    }

    private Candidates[] candidates(Blend blend, ShopQuestions questions, int asked) {
        Candidates[] found = new Candidates[asked];
        Supplier<IntConsumer> worker =
                () -> {
                    ItemMask allowed = ItemMask.all(questions.items());
                    return block -> {
                        int end = Math.min(asked, (block + 1) * BLOCK);
                        for (int q = block * BLOCK; q < end; q++) {
                            History history = questions.history(q);
                            for (int item : history.items()) {
                                allowed.remove(item);
                            }
                            found[q] =
                                    blend.candidates(
                                            blend.sheet(history, allowed), CandidateRanker.MOST);
                            for (int item : history.items()) {
                                allowed.add(item);
                            }
                        }
                    };
                };
        parallel.run(Math.ceilDiv(asked, BLOCK), worker);
        return found;
    }

    private static int[] byTime(ShopQuestions questions, int asked) {
        return IntStream.range(0, asked)
                .boxed()
                .sorted((a, b) -> Long.compare(questions.time(a), questions.time(b)))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private Shopper shopper(ShopQuestions questions, int question) {
        return replay.shopper(dataset.personNumber(questions.person(question)));
    }

    /** Whether the newest product of a history is known, as it is where somebody is served. */
    private static boolean knows(Shopper shopper, History history) {
        return shopper.interactionsWith(history.items()[history.size() - 1]) > 0;
    }

    /** Candidates with their features and labels, of the questions that teach an order. */
    private final class Lists {
        private final ShopQuestions questions;
        private final Candidates[] candidates;
        private final CandidateFeatures features;
        private final float[][] rows;
        private int unknown;
        private int learned;

        Lists(ShopQuestions questions, Candidates[] candidates, CandidateFeatures features) {
            this.questions = questions;
            this.candidates = candidates;
            this.features = features;
            this.rows = new float[candidates.length][];
        }

        /** Goes through the log once. */
        void read() {
            int done = 0;
            for (int q : byTime(questions, candidates.length)) {
                ShopState state = replay.until(questions.time(q));
                Shopper shopper = shopper(questions, q);
                rows[q] = new float[0];
                if (!knows(shopper, questions.history(q))) {
                    unknown++;
                } else if (teaches(q)) {
                    rows[q] =
                            features.rows(
                                    candidates[q],
                                    CandidateRanker.MOST,
                                    shopper,
                                    state,
                                    replay.facts(),
                                    questions.time(q));
                    learned++;
                }
                progress.advance(++done);
            }
        }

        /** An order is learned where some candidates are answers and some are not. */
        private boolean teaches(int q) {
            int right = 0;
            for (int item : candidates[q].items()) {
                right += isAnswer(q, item) ? 1 : 0;
            }
            return right > 0 && right < candidates[q].size();
        }

        private boolean isAnswer(int q, int item) {
            return Arrays.binarySearch(questions.answers(q), item) >= 0;
        }

        TreeRows rows() {
            int width = features.names().size();
            int count = 0;
            for (float[] each : rows) {
                count += each.length / width;
            }
            float[] all = new float[count * width];
            float[] labels = new float[count];
            int[] groups = new int[learned];
            int group = 0;
            int at = 0;
            for (int q = 0; q < rows.length; q++) {
                if (rows[q].length > 0) {
                    System.arraycopy(rows[q], 0, all, at * width, rows[q].length);
                    groups[group++] = rows[q].length / width;
                    for (int item : candidates[q].items()) {
                        labels[at++] = isAnswer(q, item) ? 1 : 0;
                    }
                }
            }
            return new TreeRows(features.names(), all, labels, groups);
        }

        /** NDCG of each question in the blend's order. */
        double[] blended() {
            double[] reached = new double[candidates.length];
            for (int q = 0; q < reached.length; q++) {
                reached[q] = Ndcg.at(CUTOFF, candidates[q].items(), questions.answers(q));
            }
            return reached;
        }

        /**
         * NDCG of each question in the order of scores; as the blend has it where nothing is
         * learned.
         *
         * @param scores of all rows
         */
        double[] ranked(double[] scores) {
            double[] reached = blended();
            int at = 0;
            for (int q = 0; q < reached.length; q++) {
                if (rows[q].length > 0) {
                    int[] items = candidates[q].items();
                    float[] own = new float[items.length];
                    for (int i = 0; i < own.length; i++) {
                        own[i] = (float) scores[at++];
                    }
                    int[] shown =
                            Arrays.stream(RankedCandidates.places(own))
                                    .map(place -> items[place])
                                    .toArray();
                    reached[q] = Ndcg.at(CUTOFF, shown, questions.answers(q));
                }
            }
            return reached;
        }
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("cannot close what the fit had opened", e);
            }
        }
    }
}
