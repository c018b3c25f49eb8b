package dev.vitrine.server.http;

import java.util.Optional;

/** Merchandisers' rules, durable on return. */
public interface ControlsPort {
    Page<ControlView> list(PageRequest page);

    Optional<ControlView> get(String id);

    /** Adds or replaces. */
    ControlView put(ControlView control);

    /**
     * @return false when it was unknown
     */
    boolean delete(String id);
}
