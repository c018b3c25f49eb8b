/**
 * Decides at once whether a request may come in: so many at a time as answer within a bearable
 * wait, none that cannot be answered in time, and no client more often than it may. Read first:
 * {@link Admission}, then {@link GradientLimit} and {@link Workload}; {@link Ladder} says which of
 * several cheaper answers is given. Knows no model, no clock and no thread of its own.
 */
@NullMarked
package dev.vitrine.inference.admission;

import org.jspecify.annotations.NullMarked;
