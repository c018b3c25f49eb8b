package dev.vitrine.deployment.sync;

import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.registry.release.SignedModels;
import dev.vitrine.registry.release.SignedReleases;

/** What a home has, and whose signatures count there. */
record HomeRegistry(
        ReleaseStore releases,
        ArtifactStore artifacts,
        SignedReleases signedReleases,
        SignedModels signedModels) {}
