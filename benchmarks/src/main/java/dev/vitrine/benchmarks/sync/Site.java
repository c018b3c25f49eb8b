package dev.vitrine.benchmarks.sync;

import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.IndexEpoch;
import dev.vitrine.registry.release.ModelManifest;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseDraft;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.Home;
import dev.vitrine.server.ServerSettings;
import dev.vitrine.server.audit.ChainedAudit;
import dev.vitrine.server.signing.HomeKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A home with releases of bytes. */
final class Site {
    private static final InstantSource CLOCK = InstantSource.system();

    private final Path folder;
    private final String name;

    private Site(Path folder, String name) {
        this.folder = folder;
        this.name = name;
    }

    /** Makes an empty home with a key of its own and a configuration. */
    static Site make(Path folder, String name, String yaml) throws IOException {
        Site site = new Site(folder, name);
        Home.open(folder).close();
        Files.writeString(folder.resolve("server.yaml"), yaml);
        site.with((releases, artifacts, keys) -> "");
        return site;
    }

    Path folder() {
        return folder;
    }

    /** What another signs counts here from now on. */
    void trust(Site other) throws IOException {
        Path trusted = folder.resolve("keys/trusted");
        try (Stream<Path> keys = Files.list(other.folder.resolve("keys/trusted"))) {
            for (Path key : keys.toList()) {
                Files.copy(
                        key,
                        trusted.resolve(String.valueOf(key.getFileName())),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private interface Work<T> {
        T run(ReleaseStore releases, ArtifactStore artifacts, HomeKeys keys) throws IOException;
    }

    private <T> T with(Work<T> work) throws IOException {
        Home home = Home.readOnly(folder);
        try (ReleaseStore releases = ReleaseStore.open(home.registry(), CLOCK);
                ChainedAudit audit = ChainedAudit.open(home, CLOCK)) {
            ArtifactStore artifacts = ArtifactStore.open(home.artifacts(), CLOCK);
            HomeKeys keys =
                    HomeKeys.open(
                            home,
                            ServerSettings.of(home).signing(),
                            releases,
                            artifacts,
                            audit,
                            CLOCK);
            return work.run(releases, artifacts, keys);
        }
    }

    /** Signs a release of one table and an index. */
    String release(byte[] table, byte[] index) throws IOException {
        return with((releases, artifacts, keys) -> {
            Instant now = Instant.now();
            ModelVersion model =
                    releases.register(
                            new ModelManifest(
                                    name,
                                    "linear",
                                    stored(artifacts, table),
                                    "",
                                    "1",
                                    Map.of(),
                                    Map.of(),
                                    List.of(),
                                    now,
                                    "benchmark"));
            Release release =
                    keys.of(releases, artifacts)
                            .register(
                                    new ReleaseDraft(
                                                    now,
                                                    "benchmark",
                                                    new IndexEpoch(stored(artifacts, index), 0))
                                            .models(Map.of("linear", model))
                                            .featureContract("features-1")
                                            .manifest(),
                                    keys.signer());
            return release.id();
        });
    }

    private static ArtifactHash stored(ArtifactStore artifacts, byte[] content) throws IOException {
        Path work = artifacts.workFolder();
        Path file = work.resolve("table");
        Files.write(file, content);
        ArtifactHash hash = artifacts.put(file);
        Files.delete(file);
        Files.delete(work);
        return hash;
    }

    /** The releases that hold: signature, manifest and every file. */
    TreeSet<String> holding() throws IOException {
        return with((releases, artifacts, keys) -> {
            TreeSet<String> ids = new TreeSet<>();
            for (String id : releases.ids()) {
                ids.add(keys.of(releases, artifacts).admit(id).release().id());
            }
            return ids;
        });
    }
}
