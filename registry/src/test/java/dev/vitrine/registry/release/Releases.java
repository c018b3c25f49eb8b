package dev.vitrine.registry.release;

import dev.vitrine.registry.artifact.ArtifactHash;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Manifests to test with. */
final class Releases {
    static final Instant CREATED = Instant.parse("2026-01-02T03:04:05.678Z");

    private Releases() {}

    static ArtifactHash artifact(int number) {
        return new ArtifactHash(String.format("%064x", number));
    }

    static ModelManifest model(String name, int artifact) {
        return new ModelManifest(
                name,
                "linear",
                artifact(artifact),
                "d".repeat(64),
                "0.1.0",
                Map.of("lambda", "100"),
                Map.of("recallAt20", 0.25),
                List.of(new ModelRef("popularity", 1)),
                CREATED,
                "train");
    }

    static ReleaseManifest release(ModelVersion model, long offset) {
        return new ReleaseDraft(CREATED, "train", new IndexEpoch(artifact(1000), 12))
                .models(Map.of("retrieval", model))
                .logOffset(offset)
                .dataset("d".repeat(64))
                .featureContract("features-1")
                .thresholds(Map.of("minimum", 0.5))
                .calibration(Map.of("predict", List.of(1.5, -2.0)))
                .rules(Map.of("boost", "{\"x\":1}"))
                .manifest();
    }
}
