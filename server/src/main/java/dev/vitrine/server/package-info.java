/**
 * The composition root: the one place that wires the parts of a running Vitrine. Read first:
 * Vitrine, then http, pipeline and cli.
 */
@NullMarked
package dev.vitrine.server;

import org.jspecify.annotations.NullMarked;
