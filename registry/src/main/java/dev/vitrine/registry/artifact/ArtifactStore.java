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
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A directory of artefacts, each under the hash of its content. Thread-safe; several processes may
 * read, store and collect at the same time. Where there is an archive, it keeps all of them, and
 * the directory holds working copies of those that were opened lately, within a bound.
 *
 * <p>Layout: {@code ab/abcd…/manifest} and {@code ab/abcd…/files/…}; {@code incoming/} holds what
 * is being stored or removed. An artefact is written and forced under {@code incoming/} and appears
 * under its name by one rename, so that a name either leads to all of it or to nothing. What a
 * killed process left in {@code incoming/} is swept by {@link #collect}.
 */
public final class ArtifactStore {
    /** A working copy that was opened within this time is not removed: it may be being read. */
    public static final Duration IN_USE = Duration.ofHours(1);

    private static final String INCOMING = "incoming";
    private static final String MANIFEST = "manifest";
    private static final String FILES = "files";
    private static final String LISTS = "lists";
    private static final long MAX_MANIFEST_BYTES = 8L << 20;

    private final Path directory;
    private final InstantSource clock;
    private final Set<ArtifactHash> verified = ConcurrentHashMap.newKeySet();

    private final Optional<ArtifactArchive> archive;
    private final long mostBytes;

    private ArtifactStore(
            Path directory,
            InstantSource clock,
            Optional<ArtifactArchive> archive,
            long mostBytes) {
        this.directory = directory;
        this.clock = clock;
        this.archive = archive;
        this.mostBytes = mostBytes;
    }

    /**
     * Opens the store, creating the directory where there is none.
     *
     * @param clock decides what {@link #collect} calls young
     * @throws VitrineException REGISTRY_FAILED when the directory cannot be made
     */
    public static ArtifactStore open(Path directory, InstantSource clock) {
        return open(directory, clock, Optional.empty(), Long.MAX_VALUE);
    }

    /**
     * As {@link #open(Path, InstantSource)} with an archive that keeps all artefacts.
     *
     * @param mostBytes of working copies; those that were opened within the last {@link #IN_USE}
     *     may be more
     */
    public static ArtifactStore open(
            Path directory,
            InstantSource clock,
            Optional<ArtifactArchive> archive,
            long mostBytes) {
        try {
            Files.createDirectories(directory.resolve(INCOMING));
        } catch (IOException e) {
            throw failed("cannot open the artefact store " + directory, e);
        }
        return new ArtifactStore(directory, clock, archive, mostBytes);
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
        ArtifactHash hash = store(source);
        if (archive.isPresent()) {
            archive.get().keep(read(hash), chunks(hash));
            shrink(hash);
        }
        return hash;
    }

    private ArtifactHash store(Path source) {
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
        bring(hash);
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
            bring(hash);
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
        if (!isHere(hash) && archive.isPresent()) {
            Optional<ChunkList> kept = archive.get().chunks(hash);
            if (kept.isPresent()) {
                return kept.get().manifest();
            }
        }
        return read(hash).manifest();
    }

    /**
     * The chunks that an artefact consists of, found once and kept in {@code lists/}. Files are not
     * compared with their hashes.
     *
     * @throws VitrineException as {@link #manifest}
     */
    public ChunkList chunks(ArtifactHash hash) {
        Path kept = directory.resolve(LISTS).resolve(hash.hex());
        try {
            if (Files.isRegularFile(kept) && Files.size(kept) <= ChunkList.MAX_BYTES) {
                return ChunkList.parse(Files.readAllBytes(kept), hash, kept.toString());
            }
            if (!isHere(hash) && archive.isPresent()) {
                Optional<ChunkList> there = archive.get().chunks(hash);
                if (there.isPresent()) {
                    return there.get();
                }
            }
            ChunkList found = ChunkList.of(read(hash));
            Path work = directory.resolve(INCOMING).resolve(UUID.randomUUID().toString());
            Files.createDirectories(kept.resolveSibling(""));
            ArtifactWriter.writeForced(work, found.text());
            Files.move(work, kept, StandardCopyOption.ATOMIC_MOVE);
            return found;
        } catch (IOException e) {
            throw failed("cannot cut artefact " + hash + " in " + directory, e);
        }
    }

    /** Whether it is here or in the archive. */
    public boolean contains(ArtifactHash hash) {
        return isHere(hash) || archive.map(kept -> kept.contains(hash)).orElse(false);
    }

    /** Says that an artefact which is here is about to be referred to. */
    public void use(ArtifactHash hash) {
        bring(hash);
        try {
            touch(place(hash));
        } catch (IOException e) {
            throw failed("cannot use artefact " + hash + " in " + directory, e);
        }
    }

    private boolean isHere(ArtifactHash hash) {
        return Files.isRegularFile(place(hash).resolve(MANIFEST));
    }

    /** Fetches a working copy where there is none, and says that it is used. */
    private void bring(ArtifactHash hash) {
        if (archive.isEmpty()) {
            return;
        }
        try {
            if (Files.exists(place(hash))) {
                touch(place(hash));
                return;
            }
            if (!archive.get().contains(hash)) {
                return;
            }
            Path work = workFolder();
            try {
                Path files = Files.createDirectory(work.resolve(FILES));
                archive.get().fetch(hash, files);
                ArtifactHash stored = store(files);
                if (!stored.equals(hash)) {
                    remove(stored, Instant.MAX);
                    throw new VitrineException(
                            RegistryError.ARTIFACT_CORRUPT,
                            "what the archive keeps of "
                                    + hash
                                    + " was changed: its files give "
                                    + stored);
                }
                shrink(hash);
            } finally {
                ArtifactWriter.deleteQuietly(work);
            }
        } catch (IOException e) {
            throw failed("cannot fetch artefact " + hash + " to " + directory, e);
        }
    }

    /** Removes the working copies that were not opened for longest while there is too much. */
    private void shrink(ArtifactHash last) {
        if (mostBytes < Long.MAX_VALUE) {
            try {
                removeOldest(last);
            } catch (IOException e) {
                throw failed("cannot remove working copies in " + directory, e);
            }
        }
    }

    private void removeOldest(ArtifactHash last) throws IOException {
        Instant limit = clock.instant().minus(IN_USE);
        TreeMap<Instant, ArtifactHash> oldest = new TreeMap<>();
        long bytes = 0;
        for (ArtifactHash hash : list()) {
            bytes += read(hash).manifest().size();
            Instant used = Files.getLastModifiedTime(place(hash)).toInstant();
            while (oldest.putIfAbsent(used, hash) != null) {
                used = used.plusNanos(1);
            }
        }
        for (ArtifactHash hash : oldest.values()) {
            if (bytes <= mostBytes) {
                return;
            }
            if (!hash.equals(last) && archive.orElseThrow().contains(hash)) {
                bytes -= Math.max(0, remove(hash, limit));
            }
        }
    }

    /** The names of the artefacts that are here, rising. */
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
     * removes unfinished work of that age. Where there is an archive, the same is done there.
     *
     * @throws VitrineException REGISTRY_BUSY when somebody adds something to the archive
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
        Collected here = new Collected(artifacts, bytes);
        return archive.map(kept -> kept.collect(keep, minimumAge)).orElse(here);
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
        Files.deleteIfExists(directory.resolve(LISTS).resolve(hash.hex()));
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
