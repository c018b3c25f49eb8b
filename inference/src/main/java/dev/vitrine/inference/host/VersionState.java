package dev.vitrine.inference.host;

import java.util.Set;

/** The life of a version; each state says which may follow. */
public enum VersionState {
    /** Declared, nothing reserved. */
    NEW,
    /** Memory is reserved, the file is being read. */
    LOADING,
    /** Answers its warm-up requests, and nobody else's. */
    WARMING,
    /** Answers. */
    READY,
    /** Takes no new request; those under way finish. */
    DRAINING,
    /** Its memory is given back. */
    UNLOADED,
    /** Could not be loaded or did not stand its warm-up; holds nothing. */
    FAILED;

    /** Whether {@code next} may come right after this. */
    public boolean mayBecome(VersionState next) {
        return next(this).contains(next);
    }

    private static Set<VersionState> next(VersionState state) {
        return switch (state) {
            case NEW -> Set.of(LOADING, FAILED);
            case LOADING -> Set.of(WARMING, FAILED);
            case WARMING -> Set.of(READY, FAILED);
            case READY -> Set.of(DRAINING);
            case DRAINING -> Set.of(UNLOADED);
            case UNLOADED, FAILED -> Set.of();
        };
    }
}
