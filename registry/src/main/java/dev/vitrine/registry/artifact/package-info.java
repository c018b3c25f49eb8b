/**
 * Keeps files under the hash of their content, so that what was stored is what is read. Read first:
 * ArtifactStore, Artifact, ArtifactManifest. Knows nothing of models or releases.
 */
@NullMarked
package dev.vitrine.registry.artifact;

import org.jspecify.annotations.NullMarked;
