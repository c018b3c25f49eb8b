package dev.vitrine.registry.artifact;

/**
 * What a collection removed.
 *
 * @param artifacts how many artefacts
 * @param bytes of their files
 */
public record Collected(int artifacts, long bytes) {}
