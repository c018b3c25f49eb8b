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
import java.util.function.Supplier;

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
     * @throws VitrineException when the recommender fails, or there are no questions
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
        List<Tallies> parts = Collections.synchronizedList(new ArrayList<>());
        ask(
                step,
                recommender,
                questions,
                () -> {
                    Tallies part = new Tallies(questions, aspects, information);
                    parts.add(part);
                    return part::add;
                });
        Tallies total = new Tallies(questions, aspects, information);
        parts.forEach(total::addAll);
        return total.report((System.nanoTime() - start) * 1e-9);
    }

    /**
     * NDCG of each question at the largest cutoff: what two recommenders reach on the same
     * questions can be compared pair by pair.
     *
     * @param step what progress calls it
     * @throws VitrineException when the recommender fails
     */
    public double[] each(String step, Recommender recommender, Questions questions) {
        double[] reached = new double[questions.size()];
        ask(
                step,
                recommender,
                questions,
                () ->
                        (question, shown) -> {
                            int[] items = new int[shown.size()];
                            for (int place = 0; place < items.length; place++) {
                                items[place] = shown.item(place);
                            }
                            reached[question] =
                                    Ndcg.at(
                                            settings.largestCutoff(),
                                            items,
                                            questions.answers(question));
                        });
        return reached;
    }

    /** Takes what is shown to a question, sorted; for one thread. */
    @FunctionalInterface
    private interface Sheet {
        void take(int question, TopItems shown);
    }

    private void ask(
            String step, Recommender recommender, Questions questions, Supplier<Sheet> sheets) {
        if (questions.size() == 0) {
            throw new VitrineException(
                    TrainingError.DATA_UNSUITABLE,
                    step + ": there are no questions, and figures over none would say nothing");
        }
        progress.start(step, "questions", questions.size());
        try {
            Parallel.blocks(
                    questions.size(),
                    settings.batch(),
                    settings.threads(),
                    () -> new Worker(recommender.open(), questions, sheets.get()));
        } catch (VitrineException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new VitrineException(
                    TrainingError.FIT_FAILED, "the recommender failed while ranking", e);
        }
        progress.finish(questions.size() + " questions");
    }

    private final class Worker implements Parallel.Block {
        private final Ranking ranking;
        private final Questions questions;
        private final Sheet sheet;
        private final History[] histories = new History[settings.batch()];
        private final TopItems[] best = new TopItems[settings.batch()];

        Worker(Ranking ranking, Questions questions, Sheet sheet) {
            this.ranking = ranking;
            this.questions = questions;
            this.sheet = sheet;
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
                sheet.take(from + i, best[i]);
            }
            progress.advance(to);
        }
    }

    /** The tally of all questions and that of each slice. */
    private final class Tallies {
        private final Questions questions;
        private final List<Slice> slices;
        private final Tally whole;
        private final List<Tally> each = new ArrayList<>();

        Tallies(Questions questions, Aspects aspects, double[] information) {
            this.questions = questions;
            this.slices = aspects.slices();
            this.whole = tally(aspects, information);
            slices.forEach(slice -> each.add(tally(aspects, information)));
        }

        private Tally tally(Aspects aspects, double[] information) {
            return new Tally(
                    settings.cutoffs(), questions.items(), information, aspects.likeness());
        }

        void add(int question, TopItems shown) {
            whole.add(question, shown, questions.answers(question));
            for (int s = 0; s < each.size(); s++) {
                int[] answers = slices.get(s).selection().answers(questions, question);
                if (answers.length > 0) {
                    each.get(s).add(question, shown, answers);
                }
            }
        }

        void addAll(Tallies other) {
            whole.addAll(other.whole);
            for (int s = 0; s < each.size(); s++) {
                each.get(s).addAll(other.each.get(s));
            }
        }

        Report report(double seconds) {
            List<Report.OfSlice> parts = new ArrayList<>();
            for (int s = 0; s < each.size(); s++) {
                if (each.get(s).questions() > 0) {
                    Slice slice = slices.get(s);
                    parts.add(
                            new Report.OfSlice(
                                    slice.name(),
                                    slice.what(),
                                    report(each.get(s), List.of(), seconds)));
                }
            }
            return report(whole, parts, seconds);
        }

        private static Report report(Tally tally, List<Report.OfSlice> slices, double seconds) {
            return new Report(
                    Math.toIntExact(tally.questions()),
                    tally.figures(),
                    tally.intervals(),
                    slices,
                    seconds);
        }
    }
}
