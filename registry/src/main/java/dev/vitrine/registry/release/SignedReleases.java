package dev.vitrine.registry.release;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.artifact.Artifact;
import dev.vitrine.registry.artifact.ArtifactFile;
import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.artifact.ArtifactManifest;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.signing.Resource;
import dev.vitrine.registry.signing.SignedFolder;
import dev.vitrine.registry.signing.SigningKey;
import dev.vitrine.registry.signing.Statement;
import dev.vitrine.registry.signing.Trust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Releases as signed folders, and the only door through which one comes to be loaded. The folder of
 * a release holds its manifest as {@value #MANIFEST}, the index under {@code index/} and each model
 * under {@code models/ROLE/}; it exists only when it is exported, but its signature is the same
 * there: whoever verifies the exported folder by the format's rules verifies what is answered from
 * here.
 */
public final class SignedReleases {
    public static final String MANIFEST = "release.json";

    private static final String INDEX = "index/";
    private static final String MODELS = "models/";

    private final ReleaseStore releases;
    private final ArtifactStore artifacts;
    private final Trust trust;

    public SignedReleases(ReleaseStore releases, ArtifactStore artifacts, Trust trust) {
        this.releases = releases;
        this.artifacts = artifacts;
        this.trust = trust;
    }

    /**
     * A release that was found whole.
     *
     * @param signer who signed it, for people
     * @param bytes of its artefacts, each once
     */
    public record Admitted(Release release, String signer, long bytes) {}

    /** Registers a release with its signature, both or neither. */
    public Release register(ReleaseManifest manifest, SigningKey key) {
        return releases.register(
                manifest, release -> Optional.of(key.sign(statement(release, open(release)))));
    }

    /**
     * Signs a release that is registered, after all of it was read and found whole.
     *
     * @throws VitrineException saying what is not
     */
    public void sign(String id, SigningKey key) {
        Release release = releases.get(id);
        releases.sign(
                id, key.sign(statement(release, artifacts.verify(release.manifest().artifacts()))));
    }

    /**
     * Reads all of a release and gives it out only when its manifest, the signature, every file and
     * every hash belong together.
     *
     * @throws VitrineException RELEASE_REFUSED saying what does not hold; RELEASE_NOT_FOUND when
     *     there is none
     */
    public Admitted admit(String id) {
        try {
            Release release = releases.get(id);
            String bundle =
                    releases.signature(id)
                            .orElseThrow(() ->
                                    new VitrineException(
                                            RegistryError.SIGNATURE_INVALID, "it is not signed"));
            Trust.Verified verified = trust.verify(bundle);
            if (!verified.statement().name().equals(id)) {
                throw new VitrineException(
                        RegistryError.SIGNATURE_INVALID,
                        "its signature is that of " + verified.statement().name());
            }
            Map<ArtifactHash, Artifact> found = artifacts.verify(release.manifest().artifacts());
            verified.statement().requireSame(resources(release, found));
            long bytes = found.values().stream().mapToLong(a -> a.manifest().size()).sum();
            return new Admitted(release, verified.signer(), bytes);
        } catch (VitrineException e) {
            if (e.code() == RegistryError.RELEASE_NOT_FOUND) {
                throw e;
            }
            throw new VitrineException(
                    RegistryError.RELEASE_REFUSED,
                    "release " + id + " is refused: " + e.getMessage(),
                    e);
        }
    }

    /**
     * Takes a release over from another registry: registers it with its signature, both or neither,
     * when everything holds as in {@link #admit}. Its artefacts are here already.
     *
     * @throws VitrineException RELEASE_REFUSED saying what does not hold
     */
    public Release receive(String id, String text, String signature) {
        Release release =
                check(
                        id,
                        text,
                        signature,
                        hashes -> {
                            Map<ArtifactHash, ArtifactManifest> manifests = new TreeMap<>();
                            artifacts
                                    .verify(hashes)
                                    .forEach(
                                            (hash, found) -> manifests.put(hash, found.manifest()));
                            return manifests;
                        });
        ReceivedManifests.release(releases, release, text, signature);
        return release;
    }

    /**
     * Whether a release of another registry would be taken over, by its signature and the manifests
     * of its artefacts alone.
     *
     * @throws VitrineException RELEASE_REFUSED saying what does not hold
     */
    public Release check(
            String id,
            String text,
            String signature,
            Function<Set<ArtifactHash>, Map<ArtifactHash, ArtifactManifest>> manifests) {
        try {
            Release release =
                    ReleaseJson.release(text, ReleaseJson.read(text, ReleaseManifest.class, id));
            Trust.Verified verified = trust.verify(signature);
            if (!release.id().equals(id) || !verified.statement().name().equals(id)) {
                throw new VitrineException(
                        RegistryError.SIGNATURE_INVALID,
                        "its manifest is that of "
                                + release.id()
                                + ", its signature that of "
                                + verified.statement().name());
            }
            verified.statement()
                    .requireSame(
                            manifestResources(
                                    release, manifests.apply(release.manifest().artifacts())));
            return release;
        } catch (VitrineException e) {
            if (e.code() == RegistryError.STORAGE_UNREACHABLE) {
                throw e;
            }
            throw new VitrineException(
                    RegistryError.RELEASE_REFUSED,
                    "release " + id + " is refused: " + e.getMessage(),
                    e);
        }
    }

    /**
     * Writes a release as a folder with its signature, for other tools to verify.
     *
     * @param folder must not exist
     * @throws VitrineException as {@link #admit}
     */
    public void export(String id, Path folder) throws IOException {
        Release release = admit(id).release();
        Files.createDirectory(folder);
        Files.writeString(folder.resolve(MANIFEST), releases.text(id).orElseThrow());
        for (Map.Entry<String, ArtifactHash> part : parts(release).entrySet()) {
            Artifact artifact = artifacts.open(part.getValue());
            for (ArtifactFile file : artifact.manifest().files()) {
                Path copy = folder.resolve(part.getKey() + file.path());
                Files.createDirectories(copy.resolveSibling(""));
                Files.copy(artifact.file(file.path()), copy);
            }
        }
        Files.writeString(
                folder.resolve(SignedFolder.SIGNATURE), releases.signature(id).orElseThrow());
    }

    private Map<ArtifactHash, Artifact> open(Release release) {
        Map<ArtifactHash, Artifact> found = new TreeMap<>();
        release.manifest().artifacts().forEach(hash -> found.put(hash, artifacts.open(hash)));
        return found;
    }

    private static Statement statement(Release release, Map<ArtifactHash, Artifact> found) {
        return Statement.of(
                release.id(), List.of(SignedFolder.SIGNATURE), resources(release, found));
    }

    private static List<Resource> resources(Release release, Map<ArtifactHash, Artifact> found) {
        Map<ArtifactHash, ArtifactManifest> manifests = new TreeMap<>();
        found.forEach((hash, artifact) -> manifests.put(hash, artifact.manifest()));
        return manifestResources(release, manifests);
    }

    private static List<Resource> manifestResources(
            Release release, Map<ArtifactHash, ArtifactManifest> found) {
        List<Resource> resources = new ArrayList<>();
        resources.add(new Resource(MANIFEST, release.hash()));
        parts(release)
                .forEach((prefix, hash) -> {
                    for (ArtifactFile file : Objects.requireNonNull(found.get(hash)).files()) {
                        resources.add(new Resource(prefix + file.path(), file.sha256()));
                    }
                });
        return resources;
    }

    /** Where each artefact of a release lies in its folder. */
    private static Map<String, ArtifactHash> parts(Release release) {
        Map<String, ArtifactHash> parts = new TreeMap<>();
        parts.put(INDEX, release.manifest().index().artifact());
        release.manifest()
                .models()
                .forEach((role, model) -> parts.put(MODELS + role + "/", model.artifact()));
        return parts;
    }
}
