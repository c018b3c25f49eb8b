package dev.vitrine.server.watch;

import dev.vitrine.registry.release.Judgement;
import dev.vitrine.registry.release.ReleaseManifest;
import dev.vitrine.server.watch.Evaluation.Answers;
import dev.vitrine.server.watch.Evaluation.Figure;
import dev.vitrine.server.watch.Evaluation.Verdict;
import dev.vitrine.training.evaluation.PairedGain;
import dev.vitrine.training.evaluation.Report;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What answers are worth, in figures and in words.
 *
 * <p>Answers are worse than when the release was made where their NDCG@20 lies below the one of
 * then by more than chance (95 %, both sets of questions counted) and by more than a tenth. Where
 * popularity, too, reaches less on these questions than on those of then, they are harder, and as
 * much less is expected of the release.
 *
 * @param figures by name
 */
record Judged(Map<String, Figure> figures, Verdict verdict) {
    /** With fewer questions nothing is said. */
    static final int FEWEST = 50;

    private static final String NDCG = "ndcgAt20";
    private static final double NORMAL = 1.96;
    private static final double TENTH = .1;

    /**
     * What a release reached when it was made.
     *
     * @param figures of its final order, by name; none where nothing was judged
     * @param popularity by name
     * @param error standard error of its NDCG@20; NaN where that is not known
     */
    record Made(Map<String, Double> figures, Map<String, Double> popularity, double error) {
        static final Made UNKNOWN = new Made(Map.of(), Map.of(), Double.NaN);

        static Made of(ReleaseManifest manifest) {
            Map<String, Double> whole = new TreeMap<>();
            Map<String, Double> popular = new TreeMap<>();
            manifest.thresholds()
                    .forEach((name, value) -> {
                        String[] parts = name.split("\\.", -1);
                        if (parts[0].equals("test") && parts.length == 2) {
                            whole.put(parts[1], value);
                        } else if (name.startsWith("test.popularity.") && parts.length == 3) {
                            popular.put(parts[2], value);
                        }
                    });
            Optional<Judgement.Interval> interval =
                    manifest.judged()
                            .flatMap(judged ->
                                    Optional.ofNullable(judged.models().get(judged.whole())))
                            .flatMap(model -> Optional.ofNullable(model.intervals().get(NDCG)));
            return new Made(
                    whole,
                    popular,
                    interval.map(i -> (i.high() - i.low()) / (2 * NORMAL)).orElse(Double.NaN));
        }
    }

    static Judged of(List<Questioning.Asked> asked, Made made) {
        Map<String, Figure> figures = new TreeMap<>();
        if (!asked.isEmpty()) {
            put(figures, NDCG, asked, one -> one.ndcg(), one -> one.popularNdcg(), made);
            put(figures, "recallAt20", asked, one -> one.recall(true), o -> o.recall(false), made);
            put(figures, "hitRateAt20", asked, one -> one.hit(true), o -> o.hit(false), made);
        }
        return new Judged(figures, verdict(asked, made));
    }

    private static void put(
            Map<String, Figure> figures,
            String name,
            List<Questioning.Asked> asked,
            ToDoubleFunction<Questioning.Asked> ours,
            ToDoubleFunction<Questioning.Asked> popular,
            Made made) {
        double[] values = asked.stream().mapToDouble(ours).toArray();
        Report.Interval interval = Report.Interval.ofMean(values);
        @Nullable Double then = made.figures().get(name);
        figures.put(
                name,
                new Figure(
                        rounded(mean(values)),
                        rounded(interval.low()),
                        rounded(interval.high()),
                        rounded(asked.stream().mapToDouble(popular).average().orElse(0)),
                        then == null ? null : Double.valueOf(rounded(then))));
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(0);
    }

    static double rounded(double value) {
        return Math.rint(value * 1e6) / 1e6;
    }

    private static Verdict verdict(List<Questioning.Asked> asked, Made made) {
        if (asked.size() < FEWEST) {
            return new Verdict(
                    Answers.TOO_FEW_QUESTIONS,
                    "there are "
                            + asked.size()
                            + " people with a past who turned to something new; it takes "
                            + FEWEST
                            + " to say how good answers are");
        }
        double[] ours = asked.stream().mapToDouble(one -> one.ndcg()).toArray();
        double[] popular = asked.stream().mapToDouble(one -> one.popularNdcg()).toArray();
        PairedGain gain = PairedGain.of(ours, popular);
        Double then = made.figures().get(NDCG);
        if (then != null) {
            Expected expected = Expected.of(ours, popular, then, made);
            if (expected.isMissed()) {
                return new Verdict(Answers.WORSE, expected.words());
            }
        }
        String reached = text("NDCG@20 is %.4f on %d questions", mean(ours), asked.size());
        if (gain.interval().low() <= 0) {
            return new Verdict(
                    Answers.NOT_BETTER_THAN_POPULARITY,
                    text(
                            "%s; the most popular products reach %.4f, and the difference may be"
                                    + " chance",
                            reached, mean(popular)));
        }
        return then == null
                ? new Verdict(
                        Answers.BETTER_THAN_POPULARITY,
                        text(
                                "%s, and %.4f by popularity; what the release reached when it was"
                                        + " made is not known",
                                reached, mean(popular)))
                : new Verdict(
                        Answers.AS_GOOD,
                        text(
                                "%s, %.4f when the release was made, and %.4f by popularity",
                                reached, then, mean(popular)));
    }

    /** What a release is to reach on questions, beside what it does. */
    private record Expected(
            double reached, double then, double expected, double error, int questions) {
        static Expected of(double[] ours, double[] popular, double then, Made made) {
            double usual = made.popularity().getOrDefault(NDCG, 0.0);
            double easier = usual > 0 ? Math.min(1, mean(popular) / usual) : 1;
            double each = easier < 1 ? then / usual : 0;
            double fixed = easier < 1 ? 0 : then;
            double[] scaled = Arrays.stream(popular).map(p -> each * p + fixed).toArray();
            double own = PairedGain.of(ours, scaled).error();
            double of = Double.isNaN(made.error()) ? own : easier * made.error();
            return new Expected(mean(ours), then, easier * then, Math.hypot(own, of), ours.length);
        }

        boolean isMissed() {
            return reached + NORMAL * error < expected && reached < (1 - TENTH) * expected;
        }

        String words() {
            String harder =
                    expected < then
                            ? text(
                                    "; these questions are harder, popularity does worse, too, and"
                                            + " %.4f would do",
                                    expected)
                            : "";
            return text(
                    "NDCG@20 is %.4f on %d questions, and was %.4f when the release was made%s",
                    reached, questions, then, harder);
        }
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
