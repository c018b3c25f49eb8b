package dev.vitrine.deployment.sync;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.artifact.Artifact;
import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.artifact.ChunkList;
import dev.vitrine.registry.artifact.ChunkList.Chunk;
import dev.vitrine.registry.artifact.FilePiece;
import dev.vitrine.registry.depot.Depot;
import dev.vitrine.registry.depot.SignedText;
import dev.vitrine.registry.release.ModelRef;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.registry.release.SignedModels;
import dev.vitrine.registry.release.SignedReleases;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** From a home to a depot. */
final class Push implements Carrier {
    private final ReleaseStore releases;
    private final ArtifactStore artifacts;
    private final SignedReleases signedReleases;
    private final SignedModels signedModels;
    private final Depot depot;
    private final RegistrySync.Asking asking;
    private final Plan plan = new Plan();
    private final Map<String, Runnable> documents = new HashMap<>();
    private final Map<String, FilePiece> pieces = new HashMap<>();
    private final TreeMap<String, String> refused = new TreeMap<>();
    private boolean resumed;

    Push(
            ReleaseStore releases,
            ArtifactStore artifacts,
            SignedReleases signedReleases,
            SignedModels signedModels,
            Depot depot,
            RegistrySync.Asking asking) {
        this.releases = releases;
        this.artifacts = artifacts;
        this.signedReleases = signedReleases;
        this.signedModels = signedModels;
        this.depot = depot;
        this.asking = asking;
    }

    SyncReport run(SyncRun run) {
        String writer = UUID.randomUUID().toString();
        resumed = asking.asked(() -> depot.hasOtherWriters(writer));
        asking.asked(() -> {
            depot.announce(writer);
            return writer;
        });
        plan();
        SyncAction.End end = run.carry("to " + depot.place(), plan.parcels(), this);
        refused.putAll(end.failed());
        if (end.failed().isEmpty()) {
            asking.asked(() -> {
                depot.conclude(writer);
                return writer;
            });
        }
        return plan.report(end, refused);
    }

    private void plan() {
        Set<String> there = asking.asked(depot::releases);
        List<Release> newReleases = new ArrayList<>();
        for (String id : releases.ids()) {
            if (!there.contains(id)) {
                try {
                    newReleases.add(signedReleases.admit(id).release());
                } catch (VitrineException e) {
                    refused.put("releases/" + id, String.valueOf(e.getMessage()));
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
                    refused.put("models/" + model.ref(), String.valueOf(e.getMessage()));
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
            documents.put(name, () -> depot.putModel(model.ref(), text(model.ref())));
            plan.document(name, artifacts(Set.of(model.artifact()), lacking));
        }
        for (Release release : newReleases) {
            String name = "releases/" + release.id();
            documents.put(name, () -> depot.putRelease(release.id(), text(release.id())));
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
                if (!documents.containsKey(name)) {
                    ChunkList chunks = artifacts.chunks(hash);
                    documents.put(name, () -> depot.putArtifact(chunks));
                    Artifact artifact = artifacts.open(hash);
                    FilePiece.each(
                            artifact,
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
    public void carry(Parcel parcel, int attempt) {
        Runnable document = documents.get(parcel.name());
        if (document != null) {
            document.run();
            return;
        }
        FilePiece piece = Objects.requireNonNull(pieces.get(parcel.name()));
        Chunk chunk = piece.chunk();
        if ((attempt > 1 || resumed) && depot.hasChunk(chunk)) {
            return;
        }
        depot.putChunk(chunk, piece.read());
    }
}
