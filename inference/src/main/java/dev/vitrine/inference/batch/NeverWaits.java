package dev.vitrine.inference.batch;

/**
 * A thread that others depend on, which {@link Turns} never lets wait: where there is no turn at
 * once it is told by {@link TurnsTaken}.
 */
public interface NeverWaits {}
