package dev.vitrine.registry.artifact;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.storage.DirectoryLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A directory of artefacts, each under the hash of its content. Thread-safe; several processes may
 * read, store and collect at the same time.
 *
 * <p>Layout: {@code ab/abcd…/manifest} and {@code ab/abcd…/files/…}; {@code incoming/} holds what
 * is being stored or removed. An artefact is written and forced under {@code incoming/} and appears
 * under its name by one rename, so that a name either leads to all of it or to nothing. What a
 * killed process left in {@code incoming/} is swept by {@link #collect}.
 */
public final class ArtifactStore {
    private static final String INCOMING = "incoming";
    private static final String MANIFEST = "manifest";
    private static final String FILES = "files";
    private static final long MAX_MANIFEST_BYTES = 8L << 20;

    private final Path directory;
    private final InstantSource clock;
    private final Set<ArtifactHash> verified = ConcurrentHashMap.newKeySet();

    private ArtifactStore(Path directory, InstantSource clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /**
     * Opens the store, creating the directory where there is none.
     *
     * @param clock decides what {@link #collect} calls young
     * @throws VitrineException REGISTRY_FAILED when the directory cannot be made
     */
    public static ArtifactStore open(Path directory, InstantSource clock) {
        try {
            Files.createDirectories(directory.resolve(INCOMING));
        } catch (IOException e) {
            throw failed("cannot open the artefact store " + directory, e);
        }
        return new ArtifactStore(directory, clock);
    }

    /** As {@link #open(Path, InstantSource)} with the machine's clock. */
    public static ArtifactStore open(Path directory) {
        return open(directory, InstantSource.system());
    }

    public Path directory() {
        return directory;
    }

    /**
     * A new directory for what is to be stored, on the store's file system; what is left in it is
     * swept by {@link #collect}.
     */
    public Path workFolder() {
        try {
            return Files.createDirectory(
                    directory.resolve(INCOMING).resolve(UUID.randomUUID().toString()));
        } catch (IOException e) {
            throw failed("cannot make a folder in " + directory, e);
        }
    }

    /**
     * Stores a copy of a file, or of all regular files below a directory, and returns its name;
     * storing the same content again costs a check and no space. Durable on return.
     *
     * @throws VitrineException ARTIFACT_INVALID when there is nothing to store or it holds a link
     */
    public ArtifactHash put(Path source) {
        Path work = directory.resolve(INCOMING).resolve(UUID.randomUUID().toString());
        try {
            ArtifactManifest manifest = ArtifactWriter.write(source, work.resolve(FILES));
            ArtifactWriter.writeForced(work.resolve(MANIFEST), manifest.text());
            ArtifactWriter.forceDirectory(work);
            ArtifactHash hash = manifest.hash();
            publish(work, hash);
            verified.add(hash);
            return hash;
        } catch (IOException e) {
            throw failed("cannot store " + source + " in " + directory, e);
        } finally {
            ArtifactWriter.deleteQuietly(work);
        }
    }

    /**
     * Finds an artefact. Sizes are checked every time, contents when this process opens it first.
     *
     * @throws VitrineException ARTIFACT_NOT_FOUND, or ARTIFACT_CORRUPT naming the file at fault
     */
    public Artifact open(ArtifactHash hash) {
        if (!verified.contains(hash)) {
            return verify(hash);
        }
        Artifact artifact = read(hash);
        checkSizes(artifact);
        return artifact;
    }

    /**
     * Finds an artefact and reads all of it, whether or not it was read before. There must be every
     * file of the manifest and none besides.
     *
     * @throws VitrineException as {@link #open(ArtifactHash)}
     */
    public Artifact verify(ArtifactHash hash) {
        return Objects.requireNonNull(verify(Set.of(hash)).get(hash));
    }

    /**
     * As {@link #verify(ArtifactHash)} of several, whose files are read side by side.
     *
     * @return them by their hash
     */
    public Map<ArtifactHash, Artifact> verify(Set<ArtifactHash> hashes) {
        verified.removeAll(hashes);
        Map<ArtifactHash, Artifact> artifacts = new TreeMap<>();
        List<Path> files = new ArrayList<>();
        for (ArtifactHash hash : hashes) {
            Artifact artifact = read(hash);
            checkSizes(artifact);
            checkNoOther(artifact);
            artifact.manifest()
                    .files()
                    .forEach(file -> files.add(artifact.directory().resolve(file.path())));
            artifacts.put(hash, artifact);
        }
        Map<Path, String> contents;
        try {
            contents = FileHashes.of(files);
        } catch (IOException e) {
            throw new VitrineException(
                    RegistryError.ARTIFACT_CORRUPT, "cannot read an artefact: " + e, e);
        }
        artifacts.values().forEach(artifact -> checkContents(artifact, contents));
        verified.addAll(hashes);
        return artifacts;
    }

    /**
     * What an artefact consists of, without a look at its files.
     *
     * @throws VitrineException ARTIFACT_NOT_FOUND, or ARTIFACT_CORRUPT when the manifest was
     *     changed
     */
    public ArtifactManifest manifest(ArtifactHash hash) {
        return read(hash).manifest();
    }

    public boolean contains(ArtifactHash hash) {
        return Files.isRegularFile(place(hash).resolve(MANIFEST));
    }

    /** The names of all artefacts, rising. */
    public List<ArtifactHash> list() {
        List<ArtifactHash> found = new ArrayList<>();
        try (Stream<Path> shelves = Files.list(directory)) {
            for (Path shelf : shelves.filter(p -> name(p).length() == 2).sorted().toList()) {
                try (Stream<Path> places = Files.list(shelf)) {
                    places.map(ArtifactStore::name)
                            .filter(n -> n.matches("[0-9a-f]{64}"))
                            .sorted()
                            .forEach(n -> found.add(new ArtifactHash(n)));
                }
            }
        } catch (IOException e) {
            throw failed("cannot list the artefact store " + directory, e);
        }
        return found;
    }

    /**
     * Removes every artefact that is neither in {@code keep} nor stored (again) within {@code
     * minimumAge}; the age protects what is stored but not yet part of a registered release. Also
     * removes unfinished work of that age.
     */
    public Collected collect(Set<ArtifactHash> keep, Duration minimumAge) {
        Instant limit = clock.instant().minus(minimumAge);
        int artifacts = 0;
        long bytes = 0;
        try {
            for (ArtifactHash hash : list()) {
                if (!keep.contains(hash)) {
                    long freed = remove(hash, limit);
                    artifacts += freed >= 0 ? 1 : 0;
                    bytes += Math.max(0, freed);
                }
            }
            sweep(limit);
        } catch (IOException e) {
            throw failed("cannot collect artefacts in " + directory, e);
        }
        return new Collected(artifacts, bytes);
    }

    private void publish(Path work, ArtifactHash hash) throws IOException {
        Path place = place(hash);
        try (DirectoryLock lock = DirectoryLock.take(directory)) {
            lock.hold();
            if (Files.exists(place)) {
                if (whole(hash)) {
                    touch(place);
                    return;
                }
                Files.move(place, discarded(), StandardCopyOption.ATOMIC_MOVE);
            }
            boolean newShelf = !Files.exists(parent(place));
            Files.createDirectories(parent(place));
            touch(work);
            Files.move(work, place, StandardCopyOption.ATOMIC_MOVE);
            ArtifactWriter.forceDirectory(parent(place));
            if (newShelf) {
                ArtifactWriter.forceDirectory(directory);
            }
        } catch (AtomicMoveNotSupportedException e) {
            throw new FileSystemException(
                    place.toString(), null, "the file system cannot rename atomically");
        }
    }

    private boolean whole(ArtifactHash hash) {
        try {
            verify(hash);
            return true;
        } catch (VitrineException e) {
            if (e.code() == RegistryError.ARTIFACT_CORRUPT
                    || e.code() == RegistryError.ARTIFACT_NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    /** Removes one artefact and returns the bytes of its files, or -1 when it is too young. */
    private long remove(ArtifactHash hash, Instant limit) throws IOException {
        Path place = place(hash);
        Path discarded = discarded();
        try (DirectoryLock lock = DirectoryLock.take(directory)) {
            lock.hold();
            if (!Files.getLastModifiedTime(place).toInstant().isBefore(limit)) {
                return -1;
            }
            Files.move(place, discarded, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            return -1;
        }
        verified.remove(hash);
        long bytes = ArtifactWriter.sizeOf(discarded.resolve(FILES));
        ArtifactWriter.deleteQuietly(discarded);
        return bytes;
    }

    private void sweep(Instant limit) throws IOException {
        try (Stream<Path> leftovers = Files.list(directory.resolve(INCOMING))) {
            for (Path leftover : leftovers.toList()) {
                try {
                    if (Files.getLastModifiedTime(leftover).toInstant().isBefore(limit)) {
                        ArtifactWriter.deleteQuietly(leftover);
                    }
                } catch (NoSuchFileException e) {
                    continue;
                }
            }
        }
    }

    private Artifact read(ArtifactHash hash) {
        Path place = place(hash);
        Path file = place.resolve(MANIFEST);
        String text;
        try {
            if (Files.size(file) > MAX_MANIFEST_BYTES) {
                throw new VitrineException(
                        RegistryError.ARTIFACT_CORRUPT,
                        file + " was changed: it has " + Files.size(file) + " bytes");
            }
            text = Files.readString(file);
        } catch (NoSuchFileException e) {
            if (Files.isDirectory(place)) {
                throw new VitrineException(RegistryError.ARTIFACT_CORRUPT, file + " is missing", e);
            }
            throw new VitrineException(
                    RegistryError.ARTIFACT_NOT_FOUND,
                    "no artefact " + hash + " in " + directory,
                    e);
        } catch (IOException e) {
            throw new VitrineException(
                    RegistryError.ARTIFACT_CORRUPT, "cannot read " + file + ": " + e, e);
        }
        ArtifactManifest manifest = ArtifactManifest.parse(text, file.toString());
        if (!manifest.hash().equals(hash)) {
            throw new VitrineException(
                    RegistryError.ARTIFACT_CORRUPT,
                    file + " was changed: its hash is " + manifest.hash());
        }
        return new Artifact(hash, place.resolve(FILES), manifest);
    }

    private static void checkSizes(Artifact artifact) {
        for (ArtifactFile file : artifact.manifest().files()) {
            Path path = artifact.directory().resolve(file.path());
            try {
                BasicFileAttributes found =
                        Files.readAttributes(
                                path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                if (!found.isRegularFile()) {
                    throw new VitrineException(
                            RegistryError.ARTIFACT_CORRUPT,
                            path + " is not a plain file (links are not followed)");
                }
                if (found.size() != file.size()) {
                    throw new VitrineException(
                            RegistryError.ARTIFACT_CORRUPT,
                            path + " has " + found.size() + " bytes, expected " + file.size());
                }
            } catch (IOException e) {
                throw new VitrineException(
                        RegistryError.ARTIFACT_CORRUPT,
                        path
                                + " of artefact "
                                + artifact.hash()
                                + " is missing or unreadable: "
                                + e,
                        e);
            }
        }
    }

    private static void checkNoOther(Artifact artifact) {
        Set<Path> known = new HashSet<>();
        artifact.manifest()
                .files()
                .forEach(file -> known.add(artifact.directory().resolve(file.path())));
        try (Stream<Path> walk = Files.walk(artifact.directory())) {
            for (Path path : (Iterable<Path>) walk::iterator) {
                if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) && !known.contains(path)) {
                    throw new VitrineException(
                            RegistryError.ARTIFACT_CORRUPT,
                            path + " was added: the manifest of its artefact does not list it");
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw new VitrineException(
                    RegistryError.ARTIFACT_CORRUPT,
                    "cannot list " + artifact.directory() + ": " + e,
                    e);
        }
    }

    private static void checkContents(Artifact artifact, Map<Path, String> contents) {
        for (ArtifactFile file : artifact.manifest().files()) {
            Path path = artifact.directory().resolve(file.path());
            if (!file.sha256().equals(contents.get(path))) {
                throw new VitrineException(
                        RegistryError.ARTIFACT_CORRUPT,
                        path + " was changed: its content does not match SHA-256 " + file.sha256());
            }
        }
    }

    private void touch(Path path) throws IOException {
        Files.setLastModifiedTime(path, FileTime.from(clock.instant()));
    }

    private Path discarded() {
        return directory.resolve(INCOMING).resolve("discarded-" + UUID.randomUUID());
    }

    private Path place(ArtifactHash hash) {
        return directory.resolve(hash.hex().substring(0, 2)).resolve(hash.hex());
    }

    private static Path parent(Path path) {
        return path.resolveSibling("");
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static VitrineException failed(String what, IOException e) {
        return new VitrineException(RegistryError.REGISTRY_FAILED, what + ": " + e, e);
    }
}
