package dev.vitrine.registry.artifact;

import dev.vitrine.kernel.error.VitrineException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Where artefacts are kept when no working copy of them is needed. Thread-safe. */
public interface ArtifactArchive extends AutoCloseable {
    /**
     * Keeps an artefact; durable on return. Nothing happens where it is kept already.
     *
     * @throws VitrineException STORAGE_UNREACHABLE or STORAGE_REFUSED when it cannot be kept
     */
    void keep(Artifact artifact, ChunkList chunks);

    boolean contains(ArtifactHash hash);

    /** What an artefact consists of; empty where it is not kept. */
    Optional<ChunkList> chunks(ArtifactHash hash);

    /** The names of all. */
    Set<ArtifactHash> list();

    /**
     * Writes the files of an artefact to an empty folder; they were compared with its name.
     *
     * @throws VitrineException ARTIFACT_NOT_FOUND, or ARTIFACT_CORRUPT when it was changed
     */
    void fetch(ArtifactHash hash, Path folder);

    /**
     * Removes every artefact that is neither in {@code keep} nor referred to by what lies beside it
     * nor kept (again) within {@code minimumAge}, and the chunks that no other has.
     *
     * @throws VitrineException REGISTRY_BUSY when somebody adds something; nothing was removed then
     */
    Collected collect(Set<ArtifactHash> keep, Duration minimumAge);

    @Override
    void close();
}
