package dev.vitrine.registry.release;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.artifact.ArtifactHash;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Everything that together answers requests.
 *
 * @param createdAt to the millisecond
 * @param createdBy the caller or job that made it
 * @param models by role, such as {@code linear}; none when there was nothing to learn from
 * @param index the search index
 * @param logOffset of the event log up to which (excluded) behaviour went into the models
 * @param dataset hash of the data set; empty when there was none
 * @param featureContract names the definition of the features that the models expect
 * @param thresholds by name; finite
 * @param calibration parameters by name, such as the slope and intercept of {@code predict}
 * @param rules controls by name, each as JSON
 * @param leftOut by role, why the release has no such model; written only where there is one
 * @param judgement how good its models were found to be; null in releases that were made before
 *     there were any, and by others than a training
 * @param items which number stands for which product in its models and its index; null in releases
 *     that were made before it was kept
 */
public record ReleaseManifest(
        Instant createdAt,
        String createdBy,
        Map<String, ModelVersion> models,
        IndexEpoch index,
        long logOffset,
        String dataset,
        String featureContract,
        Map<String, Double> thresholds,
        Map<String, List<Double>> calibration,
        Map<String, String> rules,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable Map<String, String> leftOut,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Judgement judgement,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ItemNumbering items) {
    public ReleaseManifest {
        if (logOffset < 0) {
            throw new VitrineException(
                    RegistryError.RELEASE_INVALID, "a log offset is not negative: " + logOffset);
        }
        thresholds.forEach((name, value) -> ModelManifest.requireFinite(name, value));
        calibration.forEach(
                (name, values) -> values.forEach(v -> ModelManifest.requireFinite(name, v)));
        createdAt = createdAt.truncatedTo(ChronoUnit.MILLIS);
        models = ModelManifest.sorted(models);
        thresholds = ModelManifest.sorted(thresholds);
        TreeMap<String, List<Double>> copied = new TreeMap<>();
        calibration.forEach((name, values) -> copied.put(name, List.copyOf(values)));
        calibration = ModelManifest.sorted(copied);
        rules = ModelManifest.sorted(rules);
        leftOut = leftOut == null ? Map.of() : ModelManifest.sorted(leftOut);
    }

    /** Which number stands for which product, where that is kept. */
    @JsonIgnore
    public Optional<ItemNumbering> numbering() {
        return Optional.ofNullable(items);
    }

    /** How good its models were found to be, where that is kept. */
    @JsonIgnore
    public Optional<Judgement> judged() {
        return Optional.ofNullable(judgement);
    }

    @Override
    public Map<String, String> leftOut() {
        return Objects.requireNonNull(leftOut);
    }

    /** Every artefact that serving this release reads. */
    @JsonIgnore
    public Set<ArtifactHash> artifacts() {
        Set<ArtifactHash> artifacts = new TreeSet<>();
        artifacts.add(index.artifact());
        models.values().forEach(model -> artifacts.add(model.artifact()));
        return artifacts;
    }
}
