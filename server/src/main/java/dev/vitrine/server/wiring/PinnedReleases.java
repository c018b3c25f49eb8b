package dev.vitrine.server.wiring;

import dev.vitrine.deployment.rollout.Rollout;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.experiment.Experiments;
import dev.vitrine.server.rollout.Rollouts;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** Has the releases that arms of experiments name loaded beside what is live. */
public final class PinnedReleases implements Experiments.Releases {
    /** Switches looked back at. */
    private static final int HISTORY = 100;

    private final Rollouts rollouts;
    private final ReleaseStore releases;

    public PinnedReleases(Rollouts rollouts, ReleaseStore releases) {
        this.rollouts = rollouts;
        this.releases = releases;
    }

    @Override
    public void pin(String release, String who) {
        rollouts.pin(release, who);
    }

    @Override
    public void unpin(String release) {
        rollouts.unpin(release);
    }

    @Override
    public boolean isOpen(String release) {
        return rollouts.isOpen(release);
    }

    @Override
    public Optional<String> rolloutInMotion() {
        return rollouts.rollout()
                .filter(Rollout::isInMotion)
                .filter(rollout -> !rollout.plan().stages().isEmpty())
                .map(rollout ->
                        "rollout "
                                + rollout.id()
                                + " ("
                                + rollout.state().name().toLowerCase(Locale.ROOT)
                                + ")");
    }

    @Override
    public long switchesSince(long millis) {
        Instant since = Instant.ofEpochMilli(millis);
        return releases.history(HISTORY).stream()
                .filter(change -> change.at().isAfter(since))
                .count();
    }
}
