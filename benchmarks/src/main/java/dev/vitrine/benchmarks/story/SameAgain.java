package dev.vitrine.benchmarks.story;

import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ReleaseDraft;
import dev.vitrine.registry.release.ReleaseManifest;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.Home;
import dev.vitrine.server.cli.ModelImport;
import dev.vitrine.server.signing.HomeKeys;

/**
 * A release of the same parts as another, so that it is neither better nor worse: whatever is found
 * against it is a false alarm, or was done to it.
 */
public final class SameAgain {
    private SameAgain() {}

    /** Registers and signs one in a home, beside the server that owns it, and gives its id. */
    public static String of(Home home, String release) {
        try (ReleaseStore releases = ReleaseStore.open(home.registry())) {
            ArtifactStore artifacts = ArtifactStore.open(home.artifacts());
            ReleaseManifest first = releases.get(release).manifest();
            ReleaseManifest second =
                    ReleaseDraft.of(first).createdAt(first.createdAt().plusSeconds(1)).manifest();
            HomeKeys keys = ModelImport.keys(home, releases, artifacts);
            return keys.of(releases, artifacts).register(second, keys.signer()).id();
        }
    }
}
