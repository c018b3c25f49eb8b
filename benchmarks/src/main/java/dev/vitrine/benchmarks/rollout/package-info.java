/**
 * Rollouts that never were: judged on simulated traffic, and carried out by simulated nodes with
 * faults. Read first: RolloutPower, ReleaseSimulation. Must not know of HTTP or of how releases are
 * served.
 */
@NullMarked
package dev.vitrine.benchmarks.rollout;

import org.jspecify.annotations.NullMarked;
