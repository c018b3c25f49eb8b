/**
 * Serves the current version of something and replaces it without dropping a request. Read first:
 * Slot, Lease. Knows nothing of releases or canaries; those who call it do.
 */
@NullMarked
package dev.vitrine.inference.swap;

import org.jspecify.annotations.NullMarked;
