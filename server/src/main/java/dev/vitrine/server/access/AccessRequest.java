package dev.vitrine.server.access;

/**
 * What access is decided from. Absent texts are empty.
 *
 * @param key the secret that the caller presented
 * @param host the Host header
 * @param origin the Origin header that browsers send
 * @param needed the least role that the route asks for
 */
public record AccessRequest(String key, String host, String origin, Role needed) {}
