/**
 * Fits implicit matrix factorisation by alternating exact solves. Read first: ImplicitFactors,
 * FactorSettings; the solve itself is retrieval.table.FactorSolver, which also serves. Knows
 * nothing of people beyond their row numbers.
 */
@NullMarked
package dev.vitrine.training.factorization;

import org.jspecify.annotations.NullMarked;
