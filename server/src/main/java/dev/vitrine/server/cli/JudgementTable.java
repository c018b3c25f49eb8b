package dev.vitrine.server.cli;

import dev.vitrine.registry.release.Judgement;
import dev.vitrine.registry.release.ReleaseManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** How good a release was found to be, as a few lines for a terminal. */
final class JudgementTable {
    private static final String NDCG = "ndcgAt20";
    private static final int WIDEST = 46;

    private JudgementTable() {}

    /** None for a release that was not judged, or before that was kept. */
    static List<String> of(ReleaseManifest manifest) {
        return manifest.judged()
                .filter(judgement -> judgement.questions() > 0)
                .map(JudgementTable::of)
                .orElse(List.of());
    }

    private static List<String> of(Judgement judgement) {
        String whole = judgement.whole();
        List<String> lines = new ArrayList<>();
        lines.add(
                String.format(
                        Locale.ROOT,
                        "%-" + WIDEST + "s %9s %8s  %-16s %8s %8s %8s",
                        "judged: " + whole,
                        "questions",
                        "NDCG@20",
                        "95 %",
                        "coverage",
                        "diverse",
                        "novelty"));
        lines.add(line("all", judgement.questions(), measured(judgement.models(), whole)));
        for (Judgement.Slice slice : judgement.slices()) {
            lines.add(line(slice.what(), slice.questions(), measured(slice.models(), whole)));
        }
        Map<String, Judgement.Measured> others = new TreeMap<>(judgement.models());
        others.remove(whole);
        others.forEach((name, measured) ->
                lines.add(line(name + ", all", judgement.questions(), measured)));
        lines.add(beside(judgement.live()));
        return lines;
    }

    private static Judgement.Measured measured(
            Map<String, Judgement.Measured> models, String name) {
        return models.getOrDefault(name, new Judgement.Measured(Map.of(), Map.of()));
    }

    private static String line(String what, int questions, Judgement.Measured measured) {
        Judgement.Interval interval = measured.intervals().get(NDCG);
        return String.format(
                Locale.ROOT,
                "%-" + WIDEST + "s %,9d %8s  %-16s %8s %8s %8s",
                what.length() <= WIDEST ? what : what.substring(0, WIDEST - 1) + "…",
                questions,
                figure(measured, NDCG, 4),
                interval == null
                        ? ""
                        : String.format(
                                Locale.ROOT, "%.4f to %.4f", interval.low(), interval.high()),
                figure(measured, "coverageAt20", 3),
                figure(measured, "diversityAt20", 3),
                figure(measured, "noveltyAt20", 1));
    }

    private static String figure(Judgement.Measured measured, String name, int digits) {
        Double value = measured.figures().get(name);
        return value == null ? "-" : String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    private static String beside(Judgement.Comparison live) {
        return live.found()
                .map(pair ->
                        String.format(
                                Locale.ROOT,
                                "beside %s, which was live, on %,d questions that neither had"
                                        + " seen: NDCG@20 %.4f and %.4f, %+.4f (%+.4f to %+.4f)",
                                live.release(),
                                pair.questions(),
                                pair.ours(),
                                pair.theirs(),
                                pair.difference(),
                                pair.interval().low(),
                                pair.interval().high()))
                .orElseGet(() ->
                        live.release().isEmpty()
                                ? "not compared: " + live.reason()
                                : "not compared with " + live.release() + ": " + live.reason());
    }
}
