package dev.vitrine.server.http;

import java.util.List;
import java.util.Optional;

/** Work that goes on in the background. */
public interface JobsPort {
    Optional<JobView> job(String id);

    /** The newest jobs first, a bounded number. */
    List<JobView> jobs();
}
