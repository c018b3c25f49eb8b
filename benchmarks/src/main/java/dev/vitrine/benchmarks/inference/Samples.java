package dev.vitrine.benchmarks.inference;

import dev.vitrine.server.cli.Figures;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What each round found, by figure; a figure is the median of its rounds. */
final class Samples {
    private final Map<String, List<Double>> values = new LinkedHashMap<>();

    void add(String figure, double value) {
        values.computeIfAbsent(figure, name -> new ArrayList<>()).add(value);
    }

    double median(String figure) {
        List<Double> sorted = sorted(figure);
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private List<Double> sorted(String figure) {
        List<Double> sorted = new ArrayList<>(values.getOrDefault(figure, List.of()));
        if (sorted.isEmpty()) {
            throw new IllegalArgumentException("nothing was measured as " + figure);
        }
        Collections.sort(sorted);
        return sorted;
    }

    /** Puts all medians with their spread, named after the subject. */
    void into(Figures figures, Subject subject) {
        into(figures, subject::figure);
    }

    /** Puts all medians with their spread. */
    void into(Figures figures) {
        into(figures, name -> name);
    }

    private void into(Figures figures, UnaryOperator<String> named) {
        for (String figure : values.keySet()) {
            List<Double> sorted = sorted(figure);
            figures.put(named.apply(figure), median(figure), sorted.getFirst(), sorted.getLast());
        }
    }
}
