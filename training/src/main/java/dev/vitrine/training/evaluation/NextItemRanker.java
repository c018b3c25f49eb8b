package dev.vitrine.training.evaluation;

import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.ranking.TreeEnsemble;
import dev.vitrine.training.linear.Parallel;
import dev.vitrine.training.trees.BoostedTrees;
import dev.vitrine.training.trees.NdcgLoss;
import dev.vitrine.training.trees.TreeRows;
import dev.vitrine.training.trees.TreeSettings;
import java.util.List;

/**
 * Orders what {@link NextItemCandidates} proposes by how probably boosted trees take it to come
 * next. The trees are fitted to questions that neither the model nor the facts have met.
 *
 * @param sources on which the candidates and their features rest
 */
record NextItemRanker(NextItemCandidates.Sources sources, TreeEnsemble trees)
        implements Recommender {
    private static final int BATCH = 64;

    /** The part of the questions, the last, that decides how many trees there are. */
    private static final double STOPPING = .1;

    /** Trees with the settings, which validation chose on diginetica. */
    static TreeSettings settings(int threads) {
        return new TreeSettings(
                TreeSettings.Objective.BINARY,
                600,
                30,
                .08,
                31,
                200,
                .7,
                .8,
                20,
                1,
                1,
                threads,
                NdcgLoss.DEFAULT);
    }

    /**
     * Trees fitted to questions, as many as those at the end of them are answered best with.
     *
     * @param questions in their order in time
     */
    static TreeEnsemble fit(
            NextItemCandidates.Sources sources,
            Questions questions,
            int threads,
            Progress progress) {
        int fitted = (int) (questions.size() * (1 - STOPPING));
        TreeRows train =
                rows(sources, PickedQuestions.range(questions, 0, fitted), threads, progress);
        TreeRows valid =
                rows(
                        sources,
                        PickedQuestions.range(questions, fitted, questions.size()),
                        threads,
                        progress);
        return BoostedTrees.validated(settings(threads), train, valid, progress).ensemble();
    }

    /** The candidates of the questions whose answer is among them. */
    private static TreeRows rows(
            NextItemCandidates.Sources sources,
            Questions questions,
            int threads,
            Progress progress) {
        NextItemCandidates.Listed[] lists = new NextItemCandidates.Listed[questions.size()];
        progress.start("candidates", "questions", questions.size());
        Parallel.blocks(
                questions.size(),
                BATCH,
                threads,
                () -> {
                    NextItemCandidates candidates = new NextItemCandidates(sources);
                    History[] histories = new History[BATCH];
                    return (from, to) -> {
                        for (int q = from; q < to; q++) {
                            histories[q - from] = questions.history(q);
                        }
                        NextItemCandidates.Listed[] found =
                                candidates.of(histories, to - from, questions.hidesHistory());
                        for (int q = from; q < to; q++) {
                            if (found[q - from].place(questions.answers(q)[0]) >= 0) {
                                lists[q] = found[q - from];
                            }
                        }
                        progress.advance(to);
                    };
                });
        int count = 0;
        for (NextItemCandidates.Listed list : lists) {
            count += list == null ? 0 : list.items().length;
        }
        float[] rows = new float[Math.multiplyExact(count, NextItemCandidates.WIDTH)];
        float[] labels = new float[count];
        int at = 0;
        for (int q = 0; q < lists.length; q++) {
            NextItemCandidates.Listed list = lists[q];
            if (list != null) {
                System.arraycopy(
                        list.rows(), 0, rows, at * NextItemCandidates.WIDTH, list.rows().length);
                labels[at + list.place(questions.answers(q)[0])] = 1;
                at += list.items().length;
                lists[q] = null;
            }
        }
        progress.finish(count + " candidates");
        return new TreeRows(NextItemCandidates.NAMES, rows, labels, new int[0]);
    }

    @Override
    public Ranking open() {
        NextItemCandidates candidates = new NextItemCandidates(sources);
        return (histories, count, hidesHistory, best) -> {
            NextItemCandidates.Listed[] found = candidates.of(histories, count, hidesHistory);
            for (int i = 0; i < count; i++) {
                order(found[i], best[i]);
            }
        };
    }

    private void order(NextItemCandidates.Listed list, TopItems best) {
        for (int place = 0; place < list.items().length; place++) {
            best.offer(list.items()[place], (float) trees.score(list.rows(), place));
        }
    }

    /** The features that decide most splits, the most decisive first. */
    List<String> decisive(int most) {
        int[] splits = new int[NextItemCandidates.WIDTH];
        trees.trees()
                .forEach(tree -> {
                    for (int feature : tree.feature()) {
                        if (feature >= 0) {
                            splits[feature]++;
                        }
                    }
                });
        return java.util.stream.IntStream.range(0, splits.length)
                .boxed()
                .sorted((a, b) -> Integer.compare(splits[b], splits[a]))
                .limit(most)
                .map(NextItemCandidates.NAMES::get)
                .toList();
    }
}
