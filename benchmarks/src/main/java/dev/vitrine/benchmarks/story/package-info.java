/**
 * Whole rollouts on a real server, with simulated shoppers: releases that do harm on purpose, and
 * what becomes of them. Read first: RolloutStory, Shoppers, HarmfulReleases. Must not know how a
 * judge decides.
 */
@NullMarked
package dev.vitrine.benchmarks.story;

import org.jspecify.annotations.NullMarked;
