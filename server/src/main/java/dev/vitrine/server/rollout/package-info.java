/**
 * Which release answers whom: the slots of this node, the rollout that moves them, and what it is
 * judged by. Read first: Rollouts, then SlotBoard, HeldReleases, ArmMeters. Must not know HTTP.
 */
@NullMarked
package dev.vitrine.server.rollout;

import org.jspecify.annotations.NullMarked;
