package dev.vitrine.server.wiring;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.http.ControlView;
import dev.vitrine.server.http.ControlsPort;
import dev.vitrine.server.http.Page;
import dev.vitrine.server.http.PageRequest;
import java.util.List;
import java.util.Optional;

/** There are no controls in this version, and it says so rather than storing what has no effect. */
public final class NoControls implements ControlsPort {
    @Override
    public Page<ControlView> list(PageRequest page) {
        return Page.of(List.of());
    }

    @Override
    public Optional<ControlView> get(String id) {
        return Optional.empty();
    }

    @Override
    public ControlView put(ControlView control) {
        throw new VitrineException(
                ServerError.NOT_SUPPORTED, "controls have no effect in this version of Vitrine");
    }

    @Override
    public boolean delete(String id) {
        return false;
    }
}
