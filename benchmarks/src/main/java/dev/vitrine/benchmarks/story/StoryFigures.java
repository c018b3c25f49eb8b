package dev.vitrine.benchmarks.story;

import dev.vitrine.benchmarks.story.RolloutStory.Scene;
import dev.vitrine.deployment.rollout.Assignment;
import dev.vitrine.server.cli.Figures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** What became of all rollouts of a story, and what those saw whom they did not concern. */
final class StoryFigures {
    private final List<Ended> all = new ArrayList<>();
    private final List<Double> quietP99 = new ArrayList<>();
    private final List<Double> outsideP99 = new ArrayList<>();
    private long quietFailed;
    private long outside;
    private long outsideFailed;
    private long outsideEmpty;
    private long outsideByCandidate;

    /**
     * A rollout that has ended.
     *
     * @param asked requests that the candidate got
     * @param seconds from its beginning
     * @param loaded when the candidate was loaded, by {@link System#nanoTime}
     * @param visits in that time
     */
    record Ended(
            Scene scene,
            Operator.Standing standing,
            String candidate,
            long asked,
            double seconds,
            long loaded,
            List<Visit> visits) {
        boolean promoted() {
            return standing.state().equals("promoted");
        }

        /** Whether a verdict took it back, in a canary or before. */
        boolean caught() {
            return standing.state().equals("rolled-back")
                    && !standing.signal().isEmpty()
                    && (standing.stage().equals("shadow") || standing.stage().equals("canary"));
        }
    }

    /** What was answered in a time without a rollout. */
    void quiet(List<Visit> visits) {
        quietP99.add(p99(visits));
        quietFailed += visits.stream().filter(Visit::failed).count();
    }

    /** A rollout, after the quiet time that follows it; gives a line for people. */
    String ended(Ended ended) {
        List<Visit> others = new ArrayList<>();
        for (Visit visit : ended.visits()) {
            if (Assignment.place(ended.standing().id(), visit.key()) >= ended.scene().reach()) {
                others.add(visit);
            }
        }
        all.add(ended);
        outsideP99.add(p99(others));
        outside += others.size();
        long failed = others.stream().filter(Visit::failed).count();
        outsideFailed += failed;
        outsideEmpty += others.stream().filter(Visit::empty).count();
        if (!ended.promoted()) {
            outsideByCandidate +=
                    others.stream().filter(v -> v.release().equals(ended.candidate())).count();
        }
        return String.format(
                Locale.ROOT,
                "%s: %s after %d requests and %.0f s (%s); outside p99 %.1f ms (loading %.1f,"
                        + " then %.1f) beside %.1f and %.1f, %d of %d failed; clicks on %.3f of answers",
                ended.scene().name(),
                ended.standing().state(),
                ended.asked(),
                ended.seconds(),
                ended.standing().reason(),
                outsideP99.getLast(),
                p99(others.stream().filter(v -> v.due() < ended.loaded()).toList()),
                p99(others.stream().filter(v -> v.due() >= ended.loaded()).toList()),
                quietP99.get(quietP99.size() - 2),
                quietP99.getLast(),
                failed,
                others.size(),
                others.stream().filter(Visit::clicked).count()
                        / (double) Math.max(1, others.size()));
    }

    private static double p99(List<Visit> visits) {
        double[] millis = visits.stream().mapToDouble(Visit::millis).sorted().toArray();
        return millis.length == 0 ? 0 : millis[(int) Math.ceil(.99 * millis.length) - 1];
    }

    Figures figures() {
        List<Ended> harmful = all.stream().filter(e -> !e.scene().isGood()).toList();
        List<Ended> good = all.stream().filter(e -> e.scene().isGood()).toList();
        List<Ended> seen = harmful.stream().filter(e -> !e.scene().shadow()).toList();
        List<Ended> caught = seen.stream().filter(Ended::caught).toList();
        Figures figures =
                new Figures()
                        .put("caught", caught.size())
                        .put("missed", seen.size() - caught.size());
        spread(figures, "requestsToCatch", caught, Ended::asked);
        figures.put("failedRequestsOutsideCanary", outsideFailed);
        double[] ratios = new double[all.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = outsideP99.get(i) / ((quietP99.get(i) + quietP99.get(i + 1)) / 2);
        }
        spread(figures, "outsideP99Ratio", ratios);
        figures.put("falseAlarms", good.stream().filter(e -> !e.promoted()).count())
                .put("goodReleases", good.size());
        spread(figures, "outsideP99Ms", values(outsideP99));
        spread(figures, "quietP99Ms", values(quietP99));
        figures.put("requestsOutsideCanary", outside)
                .put("emptyAnswersOutsideCanary", outsideEmpty)
                .put("outsideAnsweredByCandidate", outsideByCandidate)
                .put("failedRequestsWithoutRollout", quietFailed);
        Map<String, List<Ended>> kinds = new LinkedHashMap<>();
        all.forEach(e -> kinds.computeIfAbsent(e.scene().name(), n -> new ArrayList<>()).add(e));
        kinds.forEach((name, ended) -> kind(figures, name, ended));
        figures.note("Signals that caught them: " + signals(harmful) + ".");
        return figures;
    }

    private static void kind(Figures figures, String name, List<Ended> ended) {
        String camel = Character.toUpperCase(name.charAt(0)) + name.substring(1);
        if (ended.getFirst().scene().isGood()) {
            List<Ended> live = ended.stream().filter(Ended::promoted).toList();
            spread(figures, "secondsToLive", live, Ended::seconds);
            return;
        }
        List<Ended> caught = ended.stream().filter(Ended::caught).toList();
        figures.put("caught" + camel, caught.size());
        spread(figures, "requestsToCatch" + camel, caught, Ended::asked);
        spread(figures, "secondsToCatch" + camel, caught, Ended::seconds);
    }

    /** How often which signal stood first in the verdict, by kind. */
    private static String signals(List<Ended> harmful) {
        Map<String, Map<String, Integer>> counts = new LinkedHashMap<>();
        for (Ended ended : harmful) {
            if (ended.caught()) {
                counts.computeIfAbsent(ended.scene().name(), n -> new TreeMap<>())
                        .merge(ended.standing().signal(), 1, Integer::sum);
            }
        }
        List<String> words = new ArrayList<>();
        counts.forEach((name, signals) -> {
            List<String> own = new ArrayList<>();
            signals.entrySet().stream()
                    .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                    .forEach(signal -> own.add(signal.getKey() + " " + signal.getValue()));
            words.add(name + ": " + String.join(", ", own));
        });
        return String.join("; ", words);
    }

    private static void spread(
            Figures figures, String name, List<Ended> of, ToDoubleFunction<Ended> value) {
        if (!of.isEmpty()) {
            spread(figures, name, of.stream().mapToDouble(value).toArray());
        }
    }

    private static void spread(Figures figures, String name, double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        figures.put(name, sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
    }

    private static double[] values(List<Double> list) {
        return list.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
