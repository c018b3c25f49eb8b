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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Models that answer for themselves, outside of any release, as signed folders, and the only door
 * through which one comes to be loaded; see {@link SignedReleases}. The folder of a version holds
 * its manifest as {@value #MANIFEST} and the files of its artefact under {@code files/}.
 */
public final class SignedModels {
    static final String MANIFEST = "model.json";

    private static final String FILES = "files/";

    private final ReleaseStore releases;
    private final ArtifactStore artifacts;
    private final Trust trust;

    public SignedModels(ReleaseStore releases, ArtifactStore artifacts, Trust trust) {
        this.releases = releases;
        this.artifacts = artifacts;
        this.trust = trust;
    }

    /** Registers a model under the next version of its name with its signature, both or neither. */
    public ModelVersion register(ModelManifest manifest, SigningKey key) {
        Artifact artifact = artifacts.open(manifest.artifact());
        String hash = ReleaseJson.sha256(ReleaseJson.write(manifest));
        return releases.register(
                manifest,
                version ->
                        Optional.of(
                                key.sign(
                                        Statement.of(
                                                version.ref().toString(),
                                                List.of(SignedFolder.SIGNATURE),
                                                resources(hash, artifact)))));
    }

    /**
     * Signs a version that is registered, after all of it was read and found whole.
     *
     * @throws VitrineException saying what is not
     */
    public void sign(ModelRef ref, SigningKey key) {
        Artifact artifact = artifacts.verify(find(ref).artifact());
        releases.sign(
                ref,
                key.sign(
                        Statement.of(
                                ref.toString(),
                                List.of(SignedFolder.SIGNATURE),
                                resources(hash(ref), artifact))));
    }

    /**
     * Reads all of a version and gives its artefact out only when manifest, signature and every
     * file belong together.
     *
     * @throws VitrineException MODEL_REFUSED saying what does not hold
     */
    public Artifact admit(ModelRef ref) {
        try {
            String bundle =
                    releases.signature(ref)
                            .orElseThrow(() ->
                                    new VitrineException(
                                            RegistryError.SIGNATURE_INVALID, "it is not signed"));
            Trust.Verified verified = trust.verify(bundle);
            if (!verified.statement().name().equals(ref.toString())) {
                throw new VitrineException(
                        RegistryError.SIGNATURE_INVALID,
                        "its signature is that of " + verified.statement().name());
            }
            Artifact artifact = artifacts.verify(find(ref).artifact());
            verified.statement().requireSame(resources(hash(ref), artifact));
            return artifact;
        } catch (VitrineException e) {
            throw new VitrineException(
                    RegistryError.MODEL_REFUSED, ref + " is refused: " + e.getMessage(), e);
        }
    }

    /**
     * Takes a version over from another registry: registers it with its signature, both or neither,
     * when everything holds as in {@link #admit}. Its artefact is here already.
     *
     * @throws VitrineException MODEL_REFUSED saying what does not hold; REGISTRY_CONFLICT when
     *     another model has that name and version here
     */
    public ModelVersion receive(ModelRef ref, String text, String signature) {
        ModelVersion version =
                check(ref, text, signature, hash -> artifacts.verify(hash).manifest());
        ReceivedManifests.model(releases, version, text, signature);
        return version;
    }

    /**
     * Whether a version of another registry would be taken over, by its signature and the manifest
     * of its artefact alone.
     *
     * @throws VitrineException MODEL_REFUSED saying what does not hold
     */
    public ModelVersion check(
            ModelRef ref,
            String text,
            String signature,
            Function<ArtifactHash, ArtifactManifest> manifest) {
        try {
            ModelManifest read = ReleaseJson.read(text, ModelManifest.class, ref.toString());
            Trust.Verified verified = trust.verify(signature);
            if (!read.name().equals(ref.name())
                    || !verified.statement().name().equals(ref.toString())) {
                throw new VitrineException(
                        RegistryError.SIGNATURE_INVALID,
                        "its signature is that of " + verified.statement().name());
            }
            verified.statement()
                    .requireSame(
                            resources(ReleaseJson.sha256(text), manifest.apply(read.artifact())));
            return new ModelVersion(ref.version(), read);
        } catch (VitrineException e) {
            if (e.code() == RegistryError.STORAGE_UNREACHABLE) {
                throw e;
            }
            throw new VitrineException(
                    RegistryError.MODEL_REFUSED, ref + " is refused: " + e.getMessage(), e);
        }
    }

    private ModelVersion find(ModelRef ref) {
        return releases.model(ref)
                .orElseThrow(() ->
                        new VitrineException(
                                RegistryError.MODEL_NOT_FOUND, ref + " is not registered"));
    }

    private String hash(ModelRef ref) {
        return ReleaseJson.sha256(releases.text(ref).orElse(""));
    }

    private static List<Resource> resources(String manifest, Artifact artifact) {
        return resources(manifest, artifact.manifest());
    }

    private static List<Resource> resources(String manifest, ArtifactManifest artifact) {
        List<Resource> resources = new ArrayList<>();
        resources.add(new Resource(MANIFEST, manifest));
        for (ArtifactFile file : artifact.files()) {
            resources.add(new Resource(FILES + file.path(), file.sha256()));
        }
        return resources;
    }
}
