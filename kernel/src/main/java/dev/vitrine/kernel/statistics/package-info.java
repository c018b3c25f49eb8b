/**
 * Tests and intervals that several modules need: plain functions of numbers, no state, no clock, no
 * chance. Read first: Moments, ConfidenceSequence (for who looks again and again), MannWhitney;
 * PopulationStability for what has drifted. What is wrong with arguments is the mistake of the code
 * that calls: IllegalArgumentException.
 */
@NullMarked
package dev.vitrine.kernel.statistics;

import org.jspecify.annotations.NullMarked;
