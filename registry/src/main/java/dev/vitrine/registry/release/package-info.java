/**
 * Says which models exist, which of them answer together, and which of those are live. Read first:
 * ReleaseManifest, ReleaseStore. Knows nothing of what an artefact holds or how it is served.
 */
@NullMarked
package dev.vitrine.registry.release;

import org.jspecify.annotations.NullMarked;
