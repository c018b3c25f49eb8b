package dev.vitrine.deployment.experiment;

import dev.vitrine.kernel.statistics.Interval;

/**
 * How much a treatment changes something, with two intervals of the experiment's confidence; both
 * are {@link Interval#UNBOUNDED}, for which JSON has no number, while too little is known.
 *
 * @param estimate in the unit of the metric, or relative; NaN for a lift over a control of 0
 * @param fixed holds the truth if this is the only look
 * @param valid holds the truth, and so does that of every other look; wider
 */
public record Effect(double estimate, Interval fixed, Interval valid) {}
