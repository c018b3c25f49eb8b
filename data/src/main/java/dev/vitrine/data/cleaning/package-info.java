/**
 * Decides which events are fit to learn from, counts why others are not, and keeps those so that
 * they can be read and replayed. Read first: CleaningRules, Rule, CleaningReport, SetAside. Knows
 * nothing of data sets and models.
 */
@NullMarked
package dev.vitrine.data.cleaning;

import org.jspecify.annotations.NullMarked;
