package dev.vitrine.server.http;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What can answer and what does. */
public interface ReleasesPort {
    Page<ReleaseView> list(PageRequest page);

    Optional<ReleaseView> get(String id);

    /**
     * Makes a release live; no request sees two.
     *
     * @param who asks for it
     * @throws dev.vitrine.kernel.error.VitrineException NOT_FOUND or CONFLICT
     */
    ReleaseView promote(String id, String who);

    /** Goes back to the release that was live before {@code id}. */
    ReleaseView rollback(String id, String who, String why);

    /**
     * A release.
     *
     * @param state live, canary, shadow, ready or retired
     * @param createdAt epoch milliseconds
     * @param metrics figures on held-out data by name, such as {@code ndcgAt10}
     * @param parts model versions, index and other artefacts by role
     */
    record ReleaseView(
            String id,
            String state,
            long createdAt,
            String dataset,
            List<PartView> parts,
            Map<String, Double> metrics) {}

    /** One artefact of a release. */
    record PartView(String role, String name, String version, String artifact, long bytes) {}
}
