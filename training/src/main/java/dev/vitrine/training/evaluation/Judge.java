package dev.vitrine.training.evaluation;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.training.TrainingError;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks a recommender every question and sums up the metrics. Workers take batches of questions from
 * a shared counter; the figures do not depend on the number of threads beyond rounding of sums.
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
        if (counts.items() != questions.items()) {
            throw new VitrineException(
                    TrainingError.SETTING_INVALID,
                    "popularity counts "
                            + counts.items()
                            + " items, the questions rank "
                            + questions.items());
        }
        long start = System.nanoTime();
        double[] information = counts.selfInformation();
        progress.start("ranking", "questions", questions.size());
        Tally total = new Tally(settings.cutoffs(), questions.items(), information);
        AtomicInteger next = new AtomicInteger();
        List<Future<Tally>> parts = new ArrayList<>();
        try (ExecutorService workers = Executors.newFixedThreadPool(settings.threads())) {
            for (int t = 0; t < settings.threads(); t++) {
                parts.add(
                        workers.submit(
                                () -> work(recommender.open(), questions, information, next)));
            }
            for (Future<Tally> part : parts) {
                total.addAll(part.get());
            }
        } catch (ExecutionException e) {
            next.set(questions.size());
            if (e.getCause() instanceof VitrineException known) {
                throw known;
            }
            throw new VitrineException(
                    TrainingError.FIT_FAILED, "the recommender failed while ranking", e.getCause());
        } catch (InterruptedException e) {
            next.set(questions.size());
            Thread.currentThread().interrupt();
            throw new VitrineException(TrainingError.FIT_FAILED, "ranking was interrupted", e);
        }
        double seconds = (System.nanoTime() - start) * 1e-9;
        progress.finish(total.questions() + " questions ranked");
        return new Report(questions.size(), total.figures(), seconds);
    }

    private Tally work(
            Ranking ranking, Questions questions, double[] information, AtomicInteger next) {
        Tally tally = new Tally(settings.cutoffs(), questions.items(), information);
        int batch = settings.batch();
        History[] histories = new History[batch];
        TopItems[] best = new TopItems[batch];
        for (int i = 0; i < batch; i++) {
            best[i] = new TopItems(settings.largestCutoff());
        }
        for (int from = take(next, batch, questions);
                from < questions.size();
                from = take(next, batch, questions)) {
            int count = Math.min(batch, questions.size() - from);
            for (int i = 0; i < count; i++) {
                histories[i] = questions.history(from + i);
                best[i].clear();
            }
            ranking.rank(histories, count, questions.hidesHistory(), best);
            for (int i = 0; i < count; i++) {
                best[i].sort();
                tally.add(best[i], questions.answers(from + i));
            }
            progress.advance(from + count);
        }
        return tally;
    }

    /** The counter stops at the end, so that it cannot overflow however often it is asked. */
    private static int take(AtomicInteger next, int batch, Questions questions) {
        return next.getAndUpdate(at -> Math.min(questions.size(), at + batch));
    }
}
