/**
 * Brings what one registry has to another over a link that may fail, so that nothing is seen before
 * all that it needs is there. Read first: RegistrySync, SyncMachine. Knows neither which release is
 * live nor what a release means.
 */
@NullMarked
package dev.vitrine.deployment.sync;

import org.jspecify.annotations.NullMarked;
