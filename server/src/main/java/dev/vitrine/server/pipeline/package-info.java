/**
 * The steps from files and log to a release, one call each, and the child JVM in which they run.
 * Read first: Pipeline, TrainingProcess, TrainingMain. Knows nothing of HTTP.
 */
@NullMarked
package dev.vitrine.server.pipeline;

import org.jspecify.annotations.NullMarked;
