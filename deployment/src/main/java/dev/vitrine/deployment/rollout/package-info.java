/**
 * From a new release to one that answers everybody: stages, the judge of a canary beside its
 * baseline, and the way back. The state machine is pure: events in, actions out, time injected.
 * Read first: Slots, RolloutMachine, Follower, RolloutController. It must not know how requests are
 * carried or where state is kept.
 */
@NullMarked
package dev.vitrine.deployment.rollout;

import org.jspecify.annotations.NullMarked;
