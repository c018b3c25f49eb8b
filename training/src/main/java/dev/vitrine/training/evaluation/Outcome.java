package dev.vitrine.training.evaluation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One model on one data set.
 *
 * @param settings the hyper-parameters in words
 * @param fitSeconds wall-clock time of the fit
 * @param peakMemoryMiB highest resident memory of the process while fitting and ranking, heap
 *     included; since the start of the process where the system does not let us reset it
 */
public record Outcome(
        String dataset,
        String model,
        String settings,
        double fitSeconds,
        long peakMemoryMiB,
        Report report) {
    private static final char BETWEEN = '/';
    private static final String QUESTIONS = "questions";
    private static final String SECONDS = "seconds";
    private static final String MEMORY = "peakMemoryMiB";

    /** Writes it down as numbers by name; a report's intervals and slices are not kept. */
    void putInto(Map<String, double[]> numbers) {
        String prefix = model + BETWEEN;
        numbers.put(prefix + QUESTIONS, new double[] {report.questions()});
        numbers.put(prefix + SECONDS, new double[] {fitSeconds});
        numbers.put(prefix + MEMORY, new double[] {peakMemoryMiB});
        report.figures().forEach((name, value) -> numbers.put(prefix + name, new double[] {value}));
    }

    /** Those that were written down, in their order. */
    static List<Outcome> of(String dataset, String settings, Map<String, double[]> numbers) {
        Map<String, Map<String, Double>> byModel = new LinkedHashMap<>();
        numbers.forEach((name, value) -> {
            int between = name.indexOf(BETWEEN);
            byModel.computeIfAbsent(name.substring(0, between), first -> new TreeMap<>())
                    .put(name.substring(between + 1), value[0]);
        });
        List<Outcome> outcomes = new ArrayList<>();
        byModel.forEach((model, figures) -> {
            int questions = (int) taken(figures, QUESTIONS);
            double seconds = taken(figures, SECONDS);
            long memory = (long) taken(figures, MEMORY);
            outcomes.add(
                    new Outcome(
                            dataset,
                            model,
                            settings,
                            seconds,
                            memory,
                            new Report(questions, figures, 0)));
        });
        return outcomes;
    }

    private static double taken(Map<String, Double> figures, String name) {
        Double value = figures.remove(name);
        if (value == null) {
            throw new IllegalArgumentException("figures without " + name);
        }
        return value;
    }
}
