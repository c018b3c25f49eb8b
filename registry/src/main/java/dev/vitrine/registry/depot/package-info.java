/**
 * A registry in an object store: artefacts as chunks, releases and models as signed documents, for
 * other registries to read and to add to. Read first: Depot. Knows neither whose signatures count
 * nor what is live.
 */
@NullMarked
package dev.vitrine.registry.depot;

import org.jspecify.annotations.NullMarked;
