package dev.vitrine.server.pipeline;

import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.Home;
import dev.vitrine.server.rollout.Gate;
import dev.vitrine.server.signing.HomeKeys;
import dev.vitrine.server.signing.SigningSettings;
import java.time.InstantSource;

/**
 * For tests that are not about signatures: keys for those who sign, and a gate that lets all in.
 */
record OpenDoor(ReleaseStore releases) implements Gate {
    static HomeKeys keys(Home home, InstantSource clock) {
        try (ReleaseStore releases = ReleaseStore.open(home.registry(), clock)) {
            return HomeKeys.open(
                    home,
                    SigningSettings.defaults(),
                    releases,
                    ArtifactStore.open(home.artifacts(), clock),
                    (who, action, subject, evidence) -> {},
                    clock);
        }
    }

    @Override
    public Release admit(String id) {
        return releases.get(id);
    }

    @Override
    public void refused(String id, String who, String why) {
        throw new AssertionError(why);
    }
}
