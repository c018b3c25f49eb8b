/**
 * Tests and intervals that several modules need: plain functions of numbers, no state, no clock.
 */
@NullMarked
package dev.vitrine.kernel.statistics;

import org.jspecify.annotations.NullMarked;
