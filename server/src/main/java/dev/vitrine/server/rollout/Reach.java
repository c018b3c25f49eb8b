package dev.vitrine.server.rollout;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Whether the registry is heard from; a change of that is told once. */
final class Reach {
    private static final System.Logger LOG = System.getLogger(Reach.class.getName());

    private final InstantSource clock;
    private volatile Optional<Instant> lostSince = Optional.empty();

    Reach(InstantSource clock) {
        this.clock = clock;
    }

    void heard() {
        Optional<Instant> since = lostSince;
        if (since.isPresent()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the registry is heard from again; it was not since {0}",
                    since.get());
            lostSince = Optional.empty();
        }
    }

    void lost(RuntimeException why) {
        if (lostSince.isEmpty()) {
            lostSince = Optional.of(clock.instant());
            LOG.log(System.Logger.Level.ERROR, "following the registry failed; again soon", why);
        }
    }

    /** Empty while it is heard from. */
    Optional<Instant> lostSince() {
        return lostSince;
    }
}
