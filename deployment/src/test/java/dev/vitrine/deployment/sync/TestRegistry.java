package dev.vitrine.deployment.sync;

import dev.vitrine.kernel.time.Progress;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.IndexEpoch;
import dev.vitrine.registry.release.ModelManifest;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseDraft;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.registry.release.SignedModels;
import dev.vitrine.registry.release.SignedReleases;
import dev.vitrine.registry.signing.SigningKey;
import dev.vitrine.registry.signing.Trust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** A home's registry with releases that hold. */
final class TestRegistry implements AutoCloseable {
    static final SyncSettings QUICK =
            new SyncSettings(4, 12, Duration.ofMillis(1), Duration.ofMillis(20));

    final Path folder;
    final ArtifactStore artifacts;
    final ReleaseStore releases;
    final SignedReleases signed;
    final SignedModels models;
    private final SigningKey key;
    private int made;

    TestRegistry(Path folder, SigningKey key, SigningKey... trusted) {
        this.folder = folder;
        this.key = key;
        this.artifacts = ArtifactStore.open(folder.resolve("artifacts"));
        this.releases = ReleaseStore.open(folder.resolve("registry.db"));
        Trust trust =
                new Trust(
                        java.util.Arrays.stream(trusted).map(SigningKey::publicKey).toList(),
                        List.of(),
                        InstantSource.system());
        this.signed = new SignedReleases(releases, artifacts, trust);
        this.models = new SignedModels(releases, artifacts, trust);
    }

    /** Signs a release of one model and an index. */
    Release release(byte[] model, byte[] index) throws IOException {
        Instant at = Instant.parse("2026-01-02T03:04:05Z").plusSeconds(made++);
        ModelVersion version = releases.register(manifest("linear", model, at));
        return signed.register(
                new ReleaseDraft(
                                at,
                                "train",
                                new IndexEpoch(artifacts.put(source("index", index)), 12))
                        .models(Map.of("linear", version))
                        .logOffset(made)
                        .featureContract("features-1")
                        .manifest(),
                key);
    }

    /** Signs a model that answers for itself. */
    ModelVersion model(String name, byte[] content) throws IOException {
        return models.register(manifest(name, content, Instant.parse("2026-01-01T00:00:00Z")), key);
    }

    private ModelManifest manifest(String name, byte[] content, Instant at) throws IOException {
        return new ModelManifest(
                name,
                "linear",
                artifacts.put(source("model", content)),
                "",
                "1",
                Map.of(),
                Map.of(),
                List.of(),
                at,
                "train");
    }

    private Path source(String name, byte[] content) throws IOException {
        Path source = Files.createDirectories(folder.resolve("source").resolve(name));
        Files.write(source.resolve("table.bin"), content);
        Files.writeString(source.resolve("about.txt"), name);
        return source;
    }

    RegistrySync sync() {
        return new RegistrySync(
                releases,
                artifacts,
                signed,
                models,
                folder.resolve("artifacts").resolve("staging"),
                QUICK,
                InstantSource.system(),
                Progress.NONE);
    }

    @Override
    public void close() {
        releases.close();
    }
}
