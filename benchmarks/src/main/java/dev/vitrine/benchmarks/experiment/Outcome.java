package dev.vitrine.benchmarks.experiment;

import dev.vitrine.deployment.experiment.Analysis;
import dev.vitrine.deployment.experiment.Comparison;
import dev.vitrine.deployment.experiment.Verdict;

/** What the looks at one experiment of known truth saw. */
final class Outcome {
    private final Scenario scenario;

    /** Whether the intervals of all looks so far held the truth. */
    boolean held = true;

    boolean liftHeld = true;
    boolean fixedHeld = true;

    /** Whether a look ever found that arms had not their visitors. */
    boolean mismatch;

    boolean detected;

    /** Of the last look alone, by the interval for a single one. */
    boolean detectedAtOnce;

    /** Looks up to the first that detected, that one too, or all. */
    int looksToDetect;

    /** Intervals that said nothing. */
    int unbounded;

    /** Widths at the last look, summed over treatments. */
    double width;

    double fixedWidth;
    double explained;

    Outcome(Scenario scenario) {
        this.scenario = scenario;
    }

    void look(Analysis analysis) {
        boolean before = detected;
        width = 0;
        fixedWidth = 0;
        detectedAtOnce = false;
        explained = analysis.explained();
        mismatch |= analysis.sampleRatio().mismatch();
        for (int i = 0; i < analysis.comparisons().size(); i++) {
            Comparison found = analysis.comparisons().get(i);
            double control = scenario.truth(0);
            double difference = scenario.truth(i + 1) - control;
            held &= found.difference().valid().contains(difference);
            fixedHeld &= found.difference().fixed().contains(difference);
            liftHeld &= found.lift().valid().contains(difference / control);
            width += found.difference().valid().width();
            fixedWidth += found.difference().fixed().width();
            unbounded += Double.isInfinite(found.difference().valid().width()) ? 1 : 0;
            detectedAtOnce |=
                    !found.difference().fixed().contains(0)
                            && (difference == 0 || found.difference().estimate() > 0);
            detected |=
                    found.verdict() == Verdict.HIGHER
                            || found.verdict() == Verdict.LOWER && difference == 0;
        }
        looksToDetect += before ? 0 : 1;
    }
}
