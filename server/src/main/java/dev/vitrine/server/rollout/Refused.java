package dev.vitrine.server.rollout;

/** A release that was to answer and does not, since {@code why}. */
public record Refused(String release, String why) {}
