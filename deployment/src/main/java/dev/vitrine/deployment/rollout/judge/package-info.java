/**
 * Says of a candidate beside its baseline whether it is worse, from bounded counts and samples.
 * Read first: Judge, Evidence, JudgeSettings. Pure; must not know of stages, nodes or releases.
 */
@NullMarked
package dev.vitrine.deployment.rollout.judge;

import org.jspecify.annotations.NullMarked;
