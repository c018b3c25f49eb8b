package dev.vitrine.deployment.sync;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.artifact.ArtifactManifest;
import dev.vitrine.registry.artifact.ChunkList;
import dev.vitrine.registry.artifact.ChunkList.Chunk;
import dev.vitrine.registry.artifact.FilePiece;
import dev.vitrine.registry.depot.Depot;
import dev.vitrine.registry.depot.SignedText;
import dev.vitrine.registry.release.ModelRef;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.storage.DirectoryObjects;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** From a depot to a home. */
final class Pull extends Direction {
    private static final System.Logger LOG = System.getLogger(Pull.class.getName());

    private final Path stagingFolder;
    private final DirectoryObjects staging;
    private final Map<String, Chunk> chunks = new HashMap<>();
    private final Map<ArtifactHash, ChunkList> lists = new HashMap<>();
    private final Map<String, FilePiece> here = new HashMap<>();

    Pull(HomeRegistry home, Depot depot, Path staging, RegistrySync.Asking asking) {
        super(home, depot, asking);
        this.stagingFolder = staging;
        this.staging = DirectoryObjects.open(staging);
    }

    @Override
    String title() {
        return "from " + depot.place();
    }

    @Override
    void prepare() {
        Map<String, Set<ArtifactHash>> wanted = wanted();
        plan.known(held());
        wanted.forEach((name, needed) -> {
            Set<String> awaited = new HashSet<>();
            for (ArtifactHash hash : needed) {
                if (lists.containsKey(hash)) {
                    awaited.add(artifact(hash));
                }
            }
            plan.document(name, awaited);
        });
    }

    @Override
    void conclude() {
        delete(stagingFolder);
    }

    /** What would be let in here and is not here yet, by the name of its document. */
    private Map<String, Set<ArtifactHash>> wanted() {
        Map<String, Set<ArtifactHash>> wanted = new TreeMap<>();
        Set<String> ids = new HashSet<>(releases.ids());
        for (String id : asking.asked(depot::releases)) {
            if (!ids.contains(id)) {
                offer(
                        "releases/" + id,
                        () -> {
                            SignedText offered = read(asking.asked(() -> depot.release(id)));
                            Release release =
                                    signedReleases.check(
                                            id,
                                            offered.text(),
                                            offered.signature(),
                                            this::manifests);
                            document(
                                    "releases/" + id,
                                    () ->
                                            signedReleases.receive(
                                                    id, offered.text(), offered.signature()));
                            wanted.put("releases/" + id, release.manifest().artifacts());
                        });
            }
        }
        for (ModelRef ref : asking.asked(depot::models)) {
            offer("models/" + ref, () -> model(ref, wanted));
        }
        return wanted;
    }

    private void model(ModelRef ref, Map<String, Set<ArtifactHash>> wanted) {
        SignedText offered = read(asking.asked(() -> depot.model(ref)));
        Optional<String> own = releases.text(ref);
        if (own.isPresent() && !own.get().equals(offered.text())) {
            throw new VitrineException(
                    RegistryError.REGISTRY_CONFLICT, ref + " is another model here than there");
        }
        if (releases.signature(ref).isPresent()) {
            return;
        }
        ArtifactHash artifact =
                signedModels
                        .check(
                                ref,
                                offered.text(),
                                offered.signature(),
                                hash -> Objects.requireNonNull(manifests(Set.of(hash)).get(hash)))
                        .artifact();
        document(
                "models/" + ref,
                () -> signedModels.receive(ref, offered.text(), offered.signature()));
        wanted.put("models/" + ref, Set.of(artifact));
    }

    private void offer(String name, Runnable look) {
        try {
            look.run();
        } catch (VitrineException e) {
            if (e.code() == RegistryError.STORAGE_UNREACHABLE) {
                throw e;
            }
            refuse(name, e);
        }
    }

    private static SignedText read(Optional<SignedText> found) {
        return found.orElseThrow(() ->
                new VitrineException(RegistryError.ARTIFACT_NOT_FOUND, "it was removed there"));
    }

    /** The manifests of artefacts, from here or from there. */
    private Map<ArtifactHash, ArtifactManifest> manifests(Set<ArtifactHash> hashes) {
        Map<ArtifactHash, ArtifactManifest> found = new TreeMap<>();
        for (ArtifactHash hash : hashes) {
            if (artifacts.contains(hash)) {
                artifacts.use(hash);
                found.put(hash, artifacts.manifest(hash));
            } else {
                ChunkList list =
                        lists.computeIfAbsent(
                                hash,
                                h ->
                                        asking.asked(() ->
                                                depot.chunks(h)
                                                        .orElseThrow(() ->
                                                                new VitrineException(
                                                                        RegistryError
                                                                                .ARTIFACT_NOT_FOUND,
                                                                        "artefact "
                                                                                + h
                                                                                + " is missing"
                                                                                + " there"))));
                found.put(hash, list.manifest());
            }
        }
        return found;
    }

    /** Chunks that need no fetching: in files of other artefacts, or fetched by an earlier run. */
    private Set<String> held() {
        Set<String> needed = new HashSet<>();
        lists.values().forEach(list -> list.chunks().forEach(chunk -> needed.add(chunk.sha256())));
        Set<String> held = new HashSet<>();
        if (needed.isEmpty()) {
            return held;
        }
        for (ArtifactHash hash : artifacts.list()) {
            try {
                FilePiece.each(
                        artifacts.open(hash),
                        artifacts.chunks(hash),
                        piece -> {
                            if (needed.contains(piece.chunk().sha256())) {
                                here.putIfAbsent(piece.chunk().sha256(), piece);
                                held.add(piece.chunk().sha256());
                            }
                        });
            } catch (VitrineException e) {
                LOG.log(System.Logger.Level.WARNING, "passed over: {0}", e.getMessage());
            }
        }
        staging.list(
                "",
                stored -> {
                    String hash = stored.name().substring(stored.name().lastIndexOf('/') + 1);
                    if (needed.contains(hash)) {
                        held.add(hash);
                    }
                });
        return held;
    }

    private String artifact(ArtifactHash hash) {
        String name = "artifacts/" + hash;
        if (!hasDocument(name)) {
            ChunkList list = Objects.requireNonNull(lists.get(hash));
            list.chunks().forEach(chunk -> chunks.put(Depot.name(chunk), chunk));
            document(name, () -> assemble(hash, list));
            plan.artifact(name, list);
        }
        return name;
    }

    @Override
    void carryChunk(String name, int attempt) {
        Chunk chunk = Objects.requireNonNull(chunks.get(name));
        staging.create(name, depot.chunkObject(chunk));
    }

    private void assemble(ArtifactHash hash, ChunkList list) {
        Path folder = artifacts.workFolder();
        try {
            for (int i = 0; i < list.files().size(); i++) {
                Path file = folder.resolve(list.manifest().files().get(i).path());
                Files.createDirectories(file.resolveSibling(""));
                try (OutputStream out = Files.newOutputStream(file)) {
                    for (Chunk chunk : list.files().get(i)) {
                        out.write(content(chunk));
                    }
                }
            }
            ArtifactHash stored = artifacts.put(folder);
            if (!stored.equals(hash)) {
                throw new VitrineException(
                        RegistryError.ARTIFACT_CORRUPT,
                        "artefact "
                                + hash
                                + " in "
                                + depot.place()
                                + " was changed: its files give "
                                + stored);
            }
        } catch (IOException e) {
            throw new VitrineException(
                    RegistryError.REGISTRY_FAILED, "cannot put artefact " + hash + " together", e);
        } finally {
            delete(folder);
        }
    }

    private byte[] content(Chunk chunk) {
        FilePiece piece = here.get(chunk.sha256());
        if (piece != null) {
            try {
                return piece.read();
            } catch (VitrineException e) {
                LOG.log(System.Logger.Level.WARNING, "fetched instead: {0}", e.getMessage());
                return depot.chunk(chunk);
            }
        }
        byte[] object =
                staging.get(Depot.name(chunk))
                        .orElseThrow(() ->
                                new VitrineException(
                                        RegistryError.ARTIFACT_NOT_FOUND,
                                        "somebody removed what was fetched from " + stagingFolder));
        try {
            return depot.content(chunk, object);
        } catch (VitrineException e) {
            staging.delete(Depot.name(chunk));
            throw e;
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> walk = Files.walk(folder)) {
            List<Path> paths = walk.sorted(Comparator.reverseOrder()).toList();
            for (Path path : paths) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "event=sweep-failed path=" + folder, e);
        }
    }
}
