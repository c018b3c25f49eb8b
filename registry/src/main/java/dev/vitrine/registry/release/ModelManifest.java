package dev.vitrine.registry.release;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.artifact.ArtifactHash;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a model came from and how good it is.
 *
 * @param name of the model, shared by its versions
 * @param kind what reads the artefact, such as {@code linear} or {@code factors}
 * @param dataset hash of the data set it was fitted on; empty when there was none
 * @param codeVersion of the program that fitted it
 * @param parameters how it was fitted, as text
 * @param metrics what was measured on held-out data, by name; finite
 * @param parents model versions it was made from
 * @param createdAt to the millisecond
 * @param createdBy the caller or job that made it
 */
public record ModelManifest(
        String name,
        String kind,
        ArtifactHash artifact,
        String dataset,
        String codeVersion,
        Map<String, String> parameters,
        Map<String, Double> metrics,
        List<ModelRef> parents,
        Instant createdAt,
        String createdBy) {
    public ModelManifest {
        ModelRef.requireName(name);
        metrics.forEach((metric, value) -> requireFinite(name + "." + metric, value));
        parameters = sorted(parameters);
        metrics = sorted(metrics);
        parents = List.copyOf(parents);
        createdAt = createdAt.truncatedTo(ChronoUnit.MILLIS);
    }

    static void requireFinite(String what, double value) {
        if (!Double.isFinite(value)) {
            throw new VitrineException(
                    RegistryError.MODEL_INVALID, what + " must be a finite number, found " + value);
        }
    }

    /** An unchangeable copy in the order of the keys, so that equal content has equal text. */
    static <V> SortedMap<String, V> sorted(Map<String, V> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }
}
