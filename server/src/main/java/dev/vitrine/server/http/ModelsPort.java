package dev.vitrine.server.http;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The models that were trained, with how well they did beside popularity. */
public interface ModelsPort {
    Page<ModelView> list(PageRequest page);

    /** All versions of one model, newest first; empty when the name is unknown. */
    List<ModelView> versions(String name);

    Optional<ModelView> version(String name, String version);

    /**
     * One version of a model.
     *
     * @param family such as {@code ease}, {@code ials} or {@code popularity}
     * @param createdAt epoch milliseconds
     * @param metrics figures on held-out data by name
     * @param baseline the same figures for popularity on the same data
     * @param parameters what it was fitted with
     */
    record ModelView(
            String name,
            String version,
            String family,
            long createdAt,
            long bytes,
            String dataset,
            Map<String, Double> metrics,
            Map<String, Double> baseline,
            Map<String, String> parameters) {}
}
