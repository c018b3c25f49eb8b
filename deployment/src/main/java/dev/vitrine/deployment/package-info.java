/**
 * Decides where and when a release runs, and undoes it. Knows nothing of HTTP, shelves or wiring.
 */
@NullMarked
package dev.vitrine.deployment;

import org.jspecify.annotations.NullMarked;
