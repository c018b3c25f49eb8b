/**
 * Counts, times and reports health, for Prometheus, for load balancers and for the console. Read
 * first: Telemetry, RequestRing, Health. Knows nothing of HTTP beyond names of routes.
 */
@NullMarked
package dev.vitrine.server.telemetry;

import org.jspecify.annotations.NullMarked;
