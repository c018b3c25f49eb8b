/**
 * Where the registry and the artefacts of a home lie: in the home, or where several nodes share
 * them. Read first: Stores. Knows nothing of what is kept there.
 */
@NullMarked
package dev.vitrine.server.stores;

import org.jspecify.annotations.NullMarked;
