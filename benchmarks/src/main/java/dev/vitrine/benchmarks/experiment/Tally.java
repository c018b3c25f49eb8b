package dev.vitrine.benchmarks.experiment;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Sums over the experiments of one scenario. */
final class Tally {
    private final Scenario scenario;
    private final int experiments;
    private final int looks;
    private final Map<String, Double> sums = new LinkedHashMap<>();
    private double width;
    private double fixedWidth;

    Tally(Scenario scenario, int experiments, int looks) {
        this.scenario = scenario;
        this.experiments = experiments;
        this.looks = looks;
    }

    void add(Outcome outcome) {
        add("coverage", outcome.held ? 1 : 0);
        add("liftCoverage", outcome.liftHeld ? 1 : 0);
        add("fixedCoverage", outcome.fixedHeld ? 1 : 0);
        add("detected", outcome.detected ? 1 : 0);
        add("detectedAtOnce", outcome.detectedAtOnce ? 1 : 0);
        add("visitorsToDetect", outcome.looksToDetect / (double) looks);
        add("unboundedShare", outcome.unbounded / ((double) looks * (scenario.arms().size() - 1)));
        add("mismatches", outcome.mismatch ? 1 : 0);
        add("explained", outcome.explained);
        // Unbounded at the end only where a treatment has too few visitors to say anything.
        if (Double.isFinite(outcome.width)) {
            width += outcome.width;
            fixedWidth += outcome.fixedWidth;
        }
    }

    private void add(String name, double value) {
        sums.merge(name, value / experiments, Double::sum);
    }

    Map<String, Double> figures() {
        Map<String, Double> figures = new LinkedHashMap<>(sums);
        figures.put("widthRatio", fixedWidth == 0 ? 0 : width / fixedWidth);
        if (scenario != Scenario.COVARIATE) {
            figures.remove("explained");
        }
        return figures;
    }

    String line() {
        Map<String, Double> figures = figures();
        return String.format(
                Locale.ROOT,
                "%s: covered %.4f, by single looks %.4f, width %.3f",
                scenario.title(),
                figures.get("coverage"),
                figures.get("fixedCoverage"),
                figures.get("widthRatio"));
    }
}
