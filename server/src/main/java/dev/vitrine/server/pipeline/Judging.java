package dev.vitrine.server.pipeline;

import dev.vitrine.data.dataset.Dataset;
import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.registry.release.Judgement;
import dev.vitrine.training.evaluation.Aspects;
import dev.vitrine.training.evaluation.ItemCounts;
import dev.vitrine.training.evaluation.Judge;
import dev.vitrine.training.evaluation.JudgeSettings;
import dev.vitrine.training.evaluation.Recommender;
import dev.vitrine.training.evaluation.Report;
import dev.vitrine.training.parallel.ParallelBlocks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Asks every model of a training the same questions, sums up what each reached, by slice too, and
 * has the whole compared with the release that is live.
 */
final class Judging {
    static final String BLEND = "blend";
    static final String POPULARITY = "popularity";

    private static final int CUTOFF = 20;

    /** What is kept of every model, by slice too. */
    private static final List<String> RIGHT = List.of("ndcgAt20", "recallAt20");

    /** What is kept beside it of what is shown to all, and of the whole by slice. */
    private static final List<String> SHOWN =
            List.of("coverageAt20", "diversityAt20", "noveltyAt20");

    private static final double PLACES = 1e6;

    private final CatalogFacts facts;
    private final LiveRival rival;
    private final MakerSettings settings;
    private final ParallelBlocks parallel;
    private final Progress progress;

    /**
     * @param facts of the products, for their categories
     * @param rival what is live
     */
    Judging(
            CatalogFacts facts,
            LiveRival rival,
            MakerSettings settings,
            ParallelBlocks parallel,
            Progress progress) {
        this.facts = facts;
        this.rival = rival;
        this.settings = settings;
        this.parallel = parallel;
        this.progress = progress;
    }

    /**
     * What was found.
     *
     * @param metrics all figures by model; the caller may add others
     * @param judgement what is kept for people
     */
    record Result(Map<String, Map<String, Double>> metrics, Judgement judgement) {
        /** Nothing was asked. */
        static Result none() {
            return new Result(new TreeMap<>(), Judgement.none());
        }
    }

    /**
     * @param models by name, with that of the whole among them
     * @param whole what makes the final order
     * @param test at least one question
     * @param counts how often each item occurs in training
     * @param fitted when what the models were fitted to ends, epoch milliseconds
     */
    Result judge(
            Dataset dataset,
            Map<String, Recommender> models,
            String whole,
            ShopQuestions test,
            ItemCounts counts,
            long fitted) {
        Aspects aspects = ShopSlices.of(test, counts, facts);
        Judge judge = judge(List.of(10, CUTOFF));
        Map<String, Report> reports = new TreeMap<>();
        models.forEach((name, model) ->
                reports.put(name, judge.judge("ranking by " + name, model, test, aspects)));
        Map<String, Map<String, Double>> metrics = new TreeMap<>();
        reports.forEach((name, report) -> metrics.put(name, report.figures()));
        Recommender ours = Objects.requireNonNull(models.get(whole));
        Judgement.Comparison live =
                rival.compare(ours, test, dataset, parallel, judge(List.of(CUTOFF)), fitted);
        Map<String, Judgement.Measured> all = new TreeMap<>();
        reports.forEach((name, report) -> all.put(name, measured(report, true)));
        return new Result(
                metrics,
                new Judgement(whole, test.size(), all, slices(reports, whole), live, Map.of()));
    }

    private Judge judge(List<Integer> cutoffs) {
        return new Judge(
                new JudgeSettings(cutoffs, settings.threads(), JudgeSettings.DEFAULT_BATCH),
                progress);
    }

    private static List<Judgement.Slice> slices(Map<String, Report> reports, String whole) {
        Map<String, Report.OfSlice> told = new LinkedHashMap<>();
        Map<String, Map<String, Judgement.Measured>> measured = new TreeMap<>();
        reports.forEach((name, report) -> {
            for (Report.OfSlice slice : report.slices()) {
                told.putIfAbsent(slice.name(), slice);
                measured.computeIfAbsent(slice.name(), first -> new TreeMap<>())
                        .put(name, measured(slice.report(), name.equals(whole)));
            }
        });
        List<Judgement.Slice> slices = new ArrayList<>();
        told.forEach((name, slice) ->
                slices.add(
                        new Judgement.Slice(
                                name,
                                slice.what(),
                                slice.report().questions(),
                                Objects.requireNonNull(measured.get(name)))));
        return slices;
    }

    /**
     * @param shown whether what is shown matters too, and not only whether it is right
     */
    private static Judgement.Measured measured(Report report, boolean shown) {
        List<String> kept = new ArrayList<>(RIGHT);
        if (shown) {
            kept.addAll(SHOWN);
        }
        Map<String, Double> figures = new TreeMap<>();
        Map<String, Judgement.Interval> intervals = new TreeMap<>();
        for (String name : kept) {
            Double value = report.figures().get(name);
            Report.Interval interval = report.intervals().get(name);
            if (value != null) {
                figures.put(name, rounded(value));
            }
            if (interval != null) {
                intervals.put(name, kept(interval));
            }
        }
        return new Judgement.Measured(figures, intervals);
    }

    static Judgement.Interval kept(Report.Interval interval) {
        return new Judgement.Interval(rounded(interval.low()), rounded(interval.high()));
    }

    /** No more digits than questions can tell. */
    static double rounded(double value) {
        return Math.round(value * PLACES) / PLACES;
    }
}
