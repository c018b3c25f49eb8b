package dev.vitrine.deployment.sync;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.artifact.ChunkList;
import dev.vitrine.registry.artifact.ChunkList.Chunk;
import dev.vitrine.registry.artifact.FilePiece;
import dev.vitrine.registry.depot.Depot;
import dev.vitrine.registry.depot.SignedText;
import dev.vitrine.registry.release.ModelRef;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.Release;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** From a home to a depot. */
final class Push extends Direction {
    private final String writer = UUID.randomUUID().toString();
    private final Map<String, FilePiece> pieces = new HashMap<>();
    private boolean resumed;

    Push(HomeRegistry home, Depot depot, RegistrySync.Asking asking) {
        super(home, depot, asking);
    }

    @Override
    String title() {
        return "to " + depot.place();
    }

    @Override
    void prepare() {
        resumed = asking.asked(() -> depot.hasOtherWriters(writer));
        asking.asked(() -> {
            depot.announce(writer);
            return writer;
        });
        plan();
    }

    @Override
    void conclude() {
        asking.asked(() -> {
            depot.conclude(writer);
            return writer;
        });
    }

    private void plan() {
        Set<String> there = asking.asked(depot::releases);
        List<Release> newReleases = new ArrayList<>();
        for (String id : releases.ids()) {
            if (!there.contains(id)) {
                try {
                    newReleases.add(signedReleases.admit(id).release());
                } catch (VitrineException e) {
                    refuse("releases/" + id, e);
                }
            }
        }
        Set<ModelRef> modelsThere = asking.asked(depot::models);
        List<ModelVersion> newModels = new ArrayList<>();
        for (ModelVersion model : releases.models()) {
            if (releases.signature(model.ref()).isPresent()) {
                try {
                    if (modelsThere.contains(model.ref())) {
                        requireSame(model.ref());
                    } else {
                        signedModels.admit(model.ref());
                        newModels.add(model);
                    }
                } catch (VitrineException e) {
                    refuse("models/" + model.ref(), e);
                }
            }
        }
        Set<ArtifactHash> lacking = new HashSet<>();
        newReleases.forEach(release -> lacking.addAll(release.manifest().artifacts()));
        newModels.forEach(model -> lacking.add(model.artifact()));
        if (!lacking.isEmpty()) {
            Set<ArtifactHash> has = asking.asked(depot::artifacts);
            lacking.removeAll(has);
            plan.known(lacking.isEmpty() ? Set.of() : known(has));
        }
        for (ModelVersion model : newModels) {
            String name = "models/" + model.ref();
            document(name, () -> depot.putModel(model.ref(), text(model.ref())));
            plan.document(name, artifacts(Set.of(model.artifact()), lacking));
        }
        for (Release release : newReleases) {
            String name = "releases/" + release.id();
            document(name, () -> depot.putRelease(release.id(), text(release.id())));
            plan.document(name, artifacts(release.manifest().artifacts(), lacking));
        }
    }

    private void requireSame(ModelRef ref) {
        String there = asking.asked(() -> depot.model(ref)).map(SignedText::text).orElse("");
        if (!there.equals(releases.text(ref).orElseThrow())) {
            throw new VitrineException(
                    RegistryError.REGISTRY_CONFLICT, ref + " is another model there than here");
        }
    }

    private SignedText text(String id) {
        return new SignedText(
                releases.text(id).orElseThrow(), releases.signature(id).orElseThrow());
    }

    private SignedText text(ModelRef ref) {
        return new SignedText(
                releases.text(ref).orElseThrow(), releases.signature(ref).orElseThrow());
    }

    /** The chunks of what is there, found here where the same artefact is here. */
    private Set<String> known(Set<ArtifactHash> there) {
        Set<String> known = new HashSet<>();
        for (ArtifactHash hash : there) {
            ChunkList chunks =
                    artifacts.contains(hash)
                            ? artifacts.chunks(hash)
                            : asking.asked(() -> depot.chunks(hash).orElseThrow());
            chunks.files().forEach(file -> file.forEach(chunk -> known.add(chunk.sha256())));
        }
        return known;
    }

    /** Adds the artefacts that are lacking, and names the parcels of all that are awaited. */
    private Set<String> artifacts(Set<ArtifactHash> needed, Set<ArtifactHash> lacking) {
        Set<String> awaited = new HashSet<>();
        for (ArtifactHash hash : needed) {
            if (lacking.contains(hash)) {
                String name = "artifacts/" + hash;
                awaited.add(name);
                if (!hasDocument(name)) {
                    ChunkList chunks = artifacts.chunks(hash);
                    document(name, () -> depot.putArtifact(chunks));
                    FilePiece.each(
                            artifacts.open(hash),
                            chunks,
                            piece -> {
                                if (plan.lacks(piece.chunk())) {
                                    pieces.putIfAbsent(Depot.name(piece.chunk()), piece);
                                }
                            });
                    plan.artifact(name, chunks);
                }
            }
        }
        return awaited;
    }

    @Override
    void carryChunk(String name, int attempt) {
        FilePiece piece = Objects.requireNonNull(pieces.get(name));
        Chunk chunk = piece.chunk();
        if ((attempt > 1 || resumed) && depot.hasChunk(chunk)) {
            return;
        }
        depot.putChunk(chunk, piece.read());
    }
}
