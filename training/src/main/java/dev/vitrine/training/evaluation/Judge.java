package dev.vitrine.training.evaluation;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.training.TrainingError;
import dev.vitrine.training.linear.Parallel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Asks a recommender every question and sums up the metrics. Threads take batches of questions as
 * they become free; the figures do not depend on their number beyond the rounding of sums.
 */
public final class Judge {
    private final JudgeSettings settings;
    private final Progress progress;

    public Judge(JudgeSettings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * @param counts how often each item occurs in training; the basis of novelty
     * @throws VitrineException when the recommender fails
     */
    public Report judge(Recommender recommender, Questions questions, ItemCounts counts) {
        return judge("ranking", recommender, questions, counts);
    }

    /**
     * As {@link #judge(String, Recommender, Questions, Aspects)}, by novelty alone.
     *
     * @param counts how often each item occurs in training
     */
    public Report judge(
            String step, Recommender recommender, Questions questions, ItemCounts counts) {
        return judge(step, recommender, questions, Aspects.of(counts));
    }

    /**
     * As {@link #judge(Recommender, Questions, ItemCounts)}, where several are judged in turn.
     *
     * @param step what progress calls it, such as {@code ranking by ials}
     */
    public Report judge(
            String step, Recommender recommender, Questions questions, Aspects aspects) {
        if (aspects.counts().items() != questions.items()) {
            throw new VitrineException(
                    TrainingError.SETTING_INVALID,
                    "popularity counts "
                            + aspects.counts().items()
                            + " items, the questions rank "
                            + questions.items());
        }
        long start = System.nanoTime();
        double[] information = aspects.counts().selfInformation();
        List<Worker> workers = Collections.synchronizedList(new ArrayList<>());
        progress.start(step, "questions", questions.size());
        try {
            Parallel.blocks(
                    questions.size(),
                    settings.batch(),
                    settings.threads(),
                    () -> {
                        Worker worker =
                                new Worker(recommender.open(), questions, aspects, information);
                        workers.add(worker);
                        return worker;
                    });
        } catch (VitrineException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new VitrineException(
                    TrainingError.FIT_FAILED, "the recommender failed while ranking", e);
        }
        Tally total = tally(questions, aspects, information);
        workers.forEach(worker -> total.addAll(worker.tally));
        List<Report.OfSlice> slices = new ArrayList<>();
        for (int s = 0; s < aspects.slices().size(); s++) {
            int slice = s;
            Tally some = tally(questions, aspects, information);
            workers.forEach(worker -> some.addAll(worker.slices.get(slice)));
            if (some.questions() > 0) {
                Slice told = aspects.slices().get(s);
                slices.add(
                        new Report.OfSlice(
                                told.name(), told.what(), report(some, List.of(), start)));
            }
        }
        progress.finish(total.questions() + " questions");
        return report(total, slices, start);
    }

    private static Report report(Tally tally, List<Report.OfSlice> slices, long start) {
        return new Report(
                Math.toIntExact(tally.questions()),
                tally.figures(),
                tally.intervals(),
                slices,
                (System.nanoTime() - start) * 1e-9);
    }

    private Tally tally(Questions questions, Aspects aspects, double[] information) {
        return new Tally(settings.cutoffs(), questions.items(), information, aspects.likeness());
    }

    private final class Worker implements Parallel.Block {
        private final Ranking ranking;
        private final Questions questions;
        private final Aspects aspects;
        private final Tally tally;
        private final List<Tally> slices = new ArrayList<>();
        private final History[] histories = new History[settings.batch()];
        private final TopItems[] best = new TopItems[settings.batch()];

        Worker(Ranking ranking, Questions questions, Aspects aspects, double[] information) {
            this.ranking = ranking;
            this.questions = questions;
            this.aspects = aspects;
            this.tally = tally(questions, aspects, information);
            aspects.slices().forEach(slice -> slices.add(tally(questions, aspects, information)));
            for (int i = 0; i < best.length; i++) {
                best[i] = new TopItems(settings.largestCutoff());
            }
        }

        @Override
        public void run(int from, int to) {
            int count = to - from;
            for (int i = 0; i < count; i++) {
                histories[i] = questions.history(from + i);
                best[i].clear();
            }
            ranking.rank(histories, count, questions.hidesHistory(), best);
            for (int i = 0; i < count; i++) {
                best[i].sort();
                tally.add(from + i, best[i], questions.answers(from + i));
                addToSlices(from + i, best[i]);
            }
            progress.advance(to);
        }

        private void addToSlices(int question, TopItems shown) {
            for (int s = 0; s < slices.size(); s++) {
                int[] answers = aspects.slices().get(s).selection().answers(questions, question);
                if (answers.length > 0) {
                    slices.get(s).add(question, shown, answers);
                }
            }
        }
    }
}
