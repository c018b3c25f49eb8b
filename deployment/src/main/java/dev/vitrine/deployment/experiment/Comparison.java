package dev.vitrine.deployment.experiment;

/**
 * A treatment beside the control.
 *
 * @param difference treatment less control, in the unit of the metric
 * @param lift the difference in units of the control's value: .02 is 2 % more
 * @param fixedP two-sided p value of a single look, corrected for the number of treatments
 * @param validP as {@code fixedP}, for any number of looks
 * @param verdict by the intervals that allow peeking
 */
public record Comparison(
        Arm arm, Effect difference, Effect lift, double fixedP, double validP, Verdict verdict) {}
