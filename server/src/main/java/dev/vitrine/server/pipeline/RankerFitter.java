package dev.vitrine.server.pipeline;

import dev.vitrine.data.dataset.Dataset;
import dev.vitrine.data.dataset.TypeWeights;
import dev.vitrine.data.feature.ShopState;
import dev.vitrine.data.feature.Shopper;
import dev.vitrine.data.split.Part;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.Candidates;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.HistoryRecipe;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.ranking.CandidateFeatures;
import dev.vitrine.retrieval.ranking.CandidateRanker;
import dev.vitrine.retrieval.ranking.TreeEnsemble;
import dev.vitrine.training.TrainingError;
import dev.vitrine.training.evaluation.ItemCounts;
import dev.vitrine.training.evaluation.PairedGain;
import dev.vitrine.training.evaluation.Recommender;
import dev.vitrine.training.evaluation.Slice;
import dev.vitrine.training.parallel.ParallelBlocks;
import dev.vitrine.training.ranking.CandidateTrees;
import dev.vitrine.training.trees.BoostedTrees;
import dev.vitrine.training.trees.TreeRows;
import dev.vitrine.training.trees.TreeSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Fits the ranker of what a blend proposes: LambdaMART over {@link CandidateFeatures}, on questions
 * of the validation part, each asked at its own moment of the replayed log. Trees that were fitted
 * to the older ones have to beat the blend's own order of the newer ones ({@link RankerGate}); else
 * the ranker is left out with a reason. Clicks on lists that the shop showed ({@link ShopClicks})
 * are learned from beside them, where the newer questions are answered better so. What is kept is
 * fitted to all of the questions, and to clicks on those terms. One thread asks; candidates are
 * found by all.
 */
final class RankerFitter implements AutoCloseable {
    /** Of fewer questions with an answer among the candidates nothing is learned that holds. */
    static final int FEWEST = 100;

    private static final int MOST_QUESTIONS = 2_000;
    private static final int BLOCK = 16;

    /** A share of questions about people whom the replay does not know that is no accident. */
    private static final double MOST_UNKNOWN = 0.5;

    private static final Set<Part> TRAIN = Set.of(Part.TRAIN);
    private static final TypeWeights WEIGHTS = TypeWeights.graded();

    private final Dataset dataset;
    private final Replay replay;
    private final ShopClicks clicks;
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
     * @param clicks of the validation part
     * @param work folder for the files of the ranker, in a folder of its role
     */
    RankerFitter(
            Dataset dataset,
            Replay replay,
            ShopClicks clicks,
            ParallelBlocks parallel,
            Path work,
            Progress progress) {
        this.dataset = dataset;
        this.replay = replay;
        this.clicks = clicks;
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
        clicks.watch(replay, blend, features, HistoryRecipe.DEFAULT, questions.items());
        Lists lists = new Lists(questions, candidates(blend, questions, asked), features);
        List<RankerGate.Question> read = lists.read();
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
        TreeSettings settings = CandidateTrees.settings();
        Learned learned = learned(features.names(), settings, read, lists.newer);
        RankerGate.Verdict verdict = learned.verdict();
        String found = verdict.text() + "; " + learned.said();
        if (!verdict.isBetter()) {
            return new Result.LeftOut("no better than the blend by more than chance: " + found);
        }
        if (verdict.losesTail()) {
            return new Result.LeftOut(
                    "it orders what is seldom met worse than the blend by more than chance: "
                            + found);
        }
        TreeRows rows =
                TreeRows.of(
                        List.of(
                                RankerGate.rows(
                                        features.names(), read, RankerGate.Question::answers),
                                learned.clicks()));
        TreeEnsemble trees = BoostedTrees.fit(settings, rows, Progress.NONE).ensemble();
        Map<String, String> parameters = new TreeMap<>();
        parameters.put("settings", settings.toString());
        parameters.put("questions", Integer.toString(lists.learned));
        parameters.put("rows", Integer.toString(rows.rows()));
        parameters.put("gain", verdict.text());
        parameters.put("clicks", learned.said() + "; " + clicks.text());
        return new Result.Fitted(stored(features, trees), parameters);
    }

    /**
     * What the newer questions say of an order, learned with or without clicks.
     *
     * @param said of the clicks
     * @param clicks all rows of clicks to fit to; none where they are not worth it
     */
    private record Learned(RankerGate.Verdict verdict, String said, TreeRows clicks) {}

    private Learned learned(
            List<String> names, TreeSettings settings, List<RankerGate.Question> read, long newer) {
        TreeRows none = ShopClicks.rows(names, List.of(), newer);
        RankerGate.Verdict without = RankerGate.judge(names, settings, read, none);
        TreeRows early = ShopClicks.rows(names, clicks.looked(), newer);
        int count = early.groups().length;
        if (count < FEWEST) {
            return new Learned(
                    without,
                    "not learned from "
                            + count
                            + " clicks on lists shown before the newer questions; it takes "
                            + FEWEST,
                    none);
        }
        RankerGate.Verdict with = RankerGate.judge(names, settings, read, early);
        PairedGain gain = PairedGain.of(with.reached(), without.reached());
        boolean better = gain.mean() > 0 && gain.isBeyondChance();
        String said =
                String.format(
                        Locale.ROOT,
                        "%s %d clicks on lists shown before the newer questions: %+.4f with a"
                                + " standard error of %.4f",
                        better ? "learned from" : "not learned from",
                        count,
                        gain.mean(),
                        gain.error());
        return better
                ? new Learned(with, said, ShopClicks.rows(names, clicks.looked(), Long.MAX_VALUE))
                : new Learned(without, said, none);
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

    /** The questions with their candidates, and the features of those that teach an order. */
    private final class Lists {
        private final ShopQuestions questions;
        private final Candidates[] candidates;
        private final CandidateFeatures features;
        private final Slice.Selection tail;
        private int unknown;
        private int learned;
        private long newer = Long.MAX_VALUE;

        Lists(ShopQuestions questions, Candidates[] candidates, CandidateFeatures features) {
            this.questions = questions;
            this.candidates = candidates;
            this.features = features;
            this.tail = Slice.tail(ItemCounts.of(dataset.matrix(TRAIN, WEIGHTS))).selection();
        }

        /** Goes through the log once. Returns the questions in the order of time. */
        List<RankerGate.Question> read() {
            int[] order = byTime(questions, candidates.length);
            List<RankerGate.Question> read = new ArrayList<>(order.length);
            if (order.length > 0) {
                newer = questions.time(order[RankerGate.older(order.length)]);
            }
            for (int q : order) {
                int[] answers = questions.answers(q);
                read.add(
                        new RankerGate.Question(
                                candidates[q].items(),
                                answers,
                                early(q, newer),
                                tail.answers(questions, q),
                                rows(q, answers)));
                progress.advance(read.size());
            }
            return read;
        }

        private float[] rows(int q, int[] answers) {
            ShopState state = replay.until(questions.time(q));
            Shopper shopper = shopper(questions, q);
            if (!knows(shopper, questions.history(q))) {
                unknown++;
                return new float[0];
            }
            if (!RankerGate.teaches(candidates[q].items(), answers)) {
                return new float[0];
            }
            learned++;
            return features.rows(
                    candidates[q],
                    CandidateRanker.MOST,
                    shopper,
                    state,
                    replay.facts(),
                    questions.time(q));
        }

        /** Answers that were given before a moment, rising. */
        private int[] early(int q, long moment) {
            int[] answers = questions.answers(q);
            int person = questions.person(q);
            return IntStream.range(dataset.start(person), dataset.start(person + 1))
                    .filter(row -> dataset.part(row) == Part.VALIDATION)
                    .filter(row -> dataset.time(row) < moment)
                    .map(dataset::item)
                    .filter(item -> Arrays.binarySearch(answers, item) >= 0)
                    .sorted()
                    .distinct()
                    .toArray();
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
