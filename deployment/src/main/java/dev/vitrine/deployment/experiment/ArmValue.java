package dev.vitrine.deployment.experiment;

import dev.vitrine.kernel.statistics.Interval;

/**
 * What the metric is in one arm.
 *
 * @param visitors who are in
 * @param value mean, adjusted mean, or ratio
 * @param interval of the experiment's confidence for this arm alone, for a single look
 */
public record ArmValue(Arm arm, long visitors, double value, Interval interval) {}
