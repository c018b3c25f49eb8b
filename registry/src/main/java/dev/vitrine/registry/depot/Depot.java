package dev.vitrine.registry.depot;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.artifact.ChunkList;
import dev.vitrine.registry.artifact.Chunker;
import dev.vitrine.registry.artifact.Collected;
import dev.vitrine.registry.release.ModelRef;
import dev.vitrine.registry.storage.ObjectStore;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A registry in an object store.
 *
 * <pre>
 * depot                    the version of this layout
 * chunks/ab/abcd…          a piece of a file, under the hash of its content
 * artifacts/ab/abcd…       which chunks an artefact consists of; there once all of them are
 * models/NAME/VERSION      a model's manifest and signature; there once its artefact is
 * releases/ID              a release's manifest and signature; there once its artefacts are
 * keys/…                   the keys that objects are encrypted under, wrapped
 * writers/…                who adds something at the moment
 * collecting               somebody removes something at the moment
 * clock/…                  written for a moment to learn what time the store has
 * </pre>
 *
 * <p>Objects but {@code depot}, {@code keys/} and {@code writers/} are in the form of {@link
 * Frames}. None but {@code keys/} is ever changed. Whoever reads one checks its hash, and the
 * signature before anything comes of it: the store is not trusted.
 */
public final class Depot implements AutoCloseable {
    private static final String FORMAT = "depot";
    private static final String FORM = "vitrine-depot 1\n";
    private static final String CHUNKS = "chunks/";
    private static final String ARTIFACTS = "artifacts/";
    private static final String MODELS = "models/";
    private static final String RELEASES = "releases/";
    private static final String WRITERS = "writers/";
    private static final String COLLECTING = "collecting";
    private static final String CLOCK = "clock/";
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    /** A mark of one who adds that is older was left by somebody who died. */
    private static final Duration WRITER_SILENT = Duration.ofDays(1);

    /** Likewise of one who removes, who says so again each minute. */
    private static final Duration COLLECTOR_SILENT = Duration.ofMinutes(15);

    private static final Duration COLLECTOR_SAYS = Duration.ofMinutes(1);

    private static final int MAX_DOCUMENT_BYTES = 8 << 20;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final ObjectStore objects;
    private final DataKeys keys;
    private final Frames frames;

    private Depot(ObjectStore objects, KeyRing ring) {
        this.objects = objects;
        this.keys = new DataKeys(objects, ring);
        this.frames = new Frames(keys);
    }

    /**
     * Opens the registry that there is, or says that there is none.
     *
     * @param ring of what is encrypted, and what is to be
     * @throws VitrineException STORAGE_REFUSED when there is none, or one of another version
     */
    public static Depot open(ObjectStore objects, KeyRing ring) {
        byte[] form =
                objects.get(FORMAT)
                        .orElseThrow(() ->
                                new VitrineException(
                                        RegistryError.STORAGE_REFUSED,
                                        "there is no registry in " + objects.place()));
        if (!new String(form, StandardCharsets.UTF_8).equals(FORM)) {
            throw new VitrineException(
                    RegistryError.STORAGE_REFUSED,
                    objects.place() + " was written by another version of Vitrine");
        }
        return new Depot(objects, ring);
    }

    /** As {@link #open}, making an empty one where there is none. */
    public static Depot openOrCreate(ObjectStore objects, KeyRing ring) {
        objects.create(FORMAT, FORM.getBytes(StandardCharsets.UTF_8));
        return open(objects, ring);
    }

    /** Encrypts what comes from now on under another key than before, where it encrypts. */
    public void renewKey() {
        keys.renew();
    }

    /**
     * Has the first key of the ring wrap all keys that another one wraps; no content is written.
     *
     * @return how many
     */
    public int rewrap() {
        return keys.rewrap();
    }

    public String place() {
        return objects.place();
    }

    /**
     * Adds a chunk unless it is there.
     *
     * @param content whose hash the chunk is
     * @return bytes that were written; 0 when it was there
     */
    public int putChunk(ChunkList.Chunk chunk, byte[] content) {
        byte[] object = frames.write(name(chunk), content);
        return objects.create(name(chunk), object) ? object.length : 0;
    }

    public boolean hasChunk(ChunkList.Chunk chunk) {
        return objects.find(name(chunk)).isPresent();
    }

    /**
     * A chunk as it lies there, to be kept elsewhere; its content was checked.
     *
     * @throws VitrineException ARTIFACT_CORRUPT when it is missing or not what its name says
     */
    public byte[] chunkObject(ChunkList.Chunk chunk) {
        byte[] object =
                objects.get(name(chunk))
                        .orElseThrow(() ->
                                new VitrineException(
                                        RegistryError.ARTIFACT_CORRUPT,
                                        name(chunk) + " is missing in " + place()));
        content(chunk, object);
        return object;
    }

    /** The content of a chunk. */
    public byte[] chunk(ChunkList.Chunk chunk) {
        return content(chunk, chunkObject(chunk));
    }

    /**
     * The content of an object that {@link #chunkObject} gave.
     *
     * @throws VitrineException ARTIFACT_CORRUPT when it is not what the chunk's name says
     */
    public byte[] content(ChunkList.Chunk chunk, byte[] object) {
        byte[] content = frames.read(name(chunk), object, Chunker.MOST, place());
        if (content.length != chunk.length() || !sha256(content).equals(chunk.sha256())) {
            throw new VitrineException(
                    RegistryError.ARTIFACT_CORRUPT,
                    name(chunk) + " in " + place() + " was changed: its hash does not hold");
        }
        return content;
    }

    /** The artefacts that are whole. */
    public Set<ArtifactHash> artifacts() {
        Set<ArtifactHash> found = new TreeSet<>();
        objects.list(
                ARTIFACTS,
                stored -> {
                    String last = stored.name().substring(stored.name().lastIndexOf('/') + 1);
                    found.add(new ArtifactHash(last));
                });
        return found;
    }

    public boolean contains(ArtifactHash hash) {
        return objects.find(name(hash)).isPresent();
    }

    /** Which chunks an artefact consists of; empty where it is not there. */
    public Optional<ChunkList> chunks(ArtifactHash hash) {
        String name = name(hash);
        return objects.get(name)
                .map(object ->
                        ChunkList.parse(
                                frames.read(name, object, ChunkList.MAX_BYTES, place()),
                                hash,
                                name + " in " + place()));
    }

    /** Adds an artefact, all of whose chunks are there. */
    public void putArtifact(ChunkList chunks) {
        objects.create(
                name(chunks.manifest().hash()),
                frames.write(
                        name(chunks.manifest().hash()),
                        chunks.text().getBytes(StandardCharsets.UTF_8)));
    }

    /** The names of all releases, rising. */
    public Set<String> releases() {
        return names(RELEASES);
    }

    public Optional<SignedText> release(String id) {
        return document(RELEASES + id);
    }

    /** Adds a release, all of whose artefacts are there. */
    public void putRelease(String id, SignedText release) {
        put(RELEASES + id, release);
    }

    /** All models that answer for themselves. */
    public Set<ModelRef> models() {
        Set<ModelRef> found =
                new TreeSet<>(
                        Comparator.comparing(ModelRef::name).thenComparing(ModelRef::version));
        names(MODELS).forEach(name -> found.add(ModelRef.parse(name)));
        return found;
    }

    public Optional<SignedText> model(ModelRef ref) {
        return document(MODELS + ref);
    }

    /** Adds a model, whose artefact is there. */
    public void putModel(ModelRef ref, SignedText model) {
        put(MODELS + ref, model);
    }

    /** Says again that an artefact which is there is needed, so that its age begins anew. */
    public void refresh(ChunkList chunks) {
        String name = name(chunks.manifest().hash());
        objects.replace(name, frames.write(name, chunks.text().getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Says that somebody begins to add something.
     *
     * @throws VitrineException STORAGE_UNREACHABLE while somebody removes something
     */
    public void announce(String writer) {
        Instant now = mark(WRITERS + writer);
        Optional<ObjectStore.Stored> collecting = objects.find(COLLECTING);
        if (collecting.isPresent() && isAlive(collecting.get(), now)) {
            objects.delete(WRITERS + writer);
            throw new VitrineException(
                    RegistryError.STORAGE_UNREACHABLE,
                    "somebody removes what is not needed from " + place());
        }
    }

    /** Writes a mark and gives the moment by the clock of the store. */
    private Instant mark(String name) {
        objects.replace(name, new byte[0]);
        return objects.find(name)
                .orElseThrow(() ->
                        new VitrineException(
                                RegistryError.STORAGE_UNREACHABLE,
                                name + " vanished from " + place()))
                .modified();
    }

    private static boolean isAlive(ObjectStore.Stored collecting, Instant now) {
        return collecting.modified().isAfter(now.minus(COLLECTOR_SILENT));
    }

    /**
     * Removes artefacts, then chunks, that nobody refers to and that are older than {@code limit}.
     * Referred to is what {@code keep} names and every artefact whose hash stands in a document of
     * this depot. Whoever adds says so first and looks whether somebody removes; whoever removes
     * says so first and looks whether somebody adds: so one of both gives way. Whoever removes says
     * so again each minute, and gives up when he could not for long.
     *
     * @param nanos a clock that only runs forwards, in nanoseconds
     * @throws VitrineException REGISTRY_BUSY when somebody adds or removes
     */
    Collected collect(Set<ArtifactHash> keep, Instant limit, LongSupplier nanos) {
        begin();
        long[] said = {nanos.getAsLong()};
        Runnable go = () -> goOn(said, nanos);
        try {
            Set<ArtifactHash> kept = new HashSet<>(keep);
            referred(RELEASES, kept);
            referred(MODELS, kept);
            int artifacts = 0;
            Set<String> chunks = new HashSet<>();
            for (ArtifactHash hash : artifacts()) {
                go.run();
                boolean old =
                        objects.find(name(hash))
                                .map(stored -> stored.modified().isBefore(limit))
                                .orElse(false);
                if (old && !kept.contains(hash)) {
                    objects.delete(name(hash));
                    artifacts++;
                } else {
                    chunks(hash)
                            .ifPresent(list ->
                                    list.chunks().forEach(chunk -> chunks.add(name(chunk))));
                }
            }
            List<ObjectStore.Stored> unneeded = new ArrayList<>();
            objects.list(
                    CHUNKS,
                    stored -> {
                        go.run();
                        if (!chunks.contains(stored.name()) && stored.modified().isBefore(limit)) {
                            unneeded.add(stored);
                        }
                    });
            for (ObjectStore.Stored stored : unneeded) {
                go.run();
                objects.delete(stored.name());
            }
            return new Collected(
                    artifacts, unneeded.stream().mapToLong(ObjectStore.Stored::size).sum());
        } finally {
            objects.delete(COLLECTING);
        }
    }

    private void goOn(long[] said, LongSupplier nanos) {
        Duration silent = Duration.ofNanos(nanos.getAsLong() - said[0]);
        if (silent.compareTo(COLLECTOR_SILENT.dividedBy(2)) > 0) {
            throw new VitrineException(
                    RegistryError.REGISTRY_BUSY,
                    "was held up for " + silent + " while removing from " + place());
        }
        if (silent.compareTo(COLLECTOR_SAYS) > 0) {
            objects.replace(COLLECTING, new byte[0]);
            said[0] = nanos.getAsLong();
        }
    }

    private void begin() {
        String own = CLOCK + UUID.randomUUID();
        Instant now = mark(own);
        objects.delete(own);
        if (!objects.create(COLLECTING, new byte[0])) {
            Optional<ObjectStore.Stored> other = objects.find(COLLECTING);
            if (other.isPresent() && isAlive(other.get(), now)) {
                throw new VitrineException(
                        RegistryError.REGISTRY_BUSY,
                        "somebody else removes what is not needed from " + place());
            }
            objects.replace(COLLECTING, new byte[0]);
        }
        Instant dead = now.minus(WRITER_SILENT);
        List<String> left = new ArrayList<>();
        List<String> writing = new ArrayList<>();
        objects.list(
                WRITERS,
                stored -> (stored.modified().isBefore(dead) ? left : writing).add(stored.name()));
        if (!writing.isEmpty()) {
            objects.delete(COLLECTING);
            throw new VitrineException(
                    RegistryError.REGISTRY_BUSY,
                    "somebody adds something to "
                            + place()
                            + ", or was cut off within the last "
                            + WRITER_SILENT.toHours()
                            + " hours; nothing was removed");
        }
        left.forEach(objects::delete);
    }

    /** Every hash that stands in a document. */
    private void referred(String prefix, Set<ArtifactHash> to) {
        for (String name : names(prefix)) {
            Matcher hashes = HASH.matcher(document(prefix + name).map(SignedText::text).orElse(""));
            while (hashes.find()) {
                to.add(new ArtifactHash(hashes.group()));
            }
        }
    }

    /** Whether others have begun to add something and have not said that they ended. */
    public boolean hasOtherWriters(String writer) {
        return names(WRITERS).stream().anyMatch(name -> !name.equals(writer));
    }

    /** Says that all was added. */
    public void conclude(String writer) {
        objects.delete(WRITERS + writer);
    }

    @Override
    public void close() {
        objects.close();
    }

    private Set<String> names(String prefix) {
        Set<String> found = new TreeSet<>();
        objects.list(prefix, stored -> found.add(stored.name().substring(prefix.length())));
        return found;
    }

    private Optional<SignedText> document(String name) {
        return objects.get(name)
                .map(object -> {
                    byte[] text = frames.read(name, object, MAX_DOCUMENT_BYTES, place());
                    try {
                        return JSON.readValue(text, SignedText.class);
                    } catch (JacksonException e) {
                        throw new VitrineException(
                                RegistryError.ARTIFACT_CORRUPT,
                                name + " in " + place() + " cannot be read",
                                e);
                    }
                });
    }

    private void put(String name, SignedText document) {
        byte[] object = frames.write(name, JSON.writeValueAsBytes(document));
        if (!objects.create(name, object)) {
            SignedText there = document(name).orElse(document);
            if (!there.text().equals(document.text())) {
                throw new VitrineException(
                        RegistryError.REGISTRY_CONFLICT,
                        name + " in " + place() + " is another one than here");
            }
        }
    }

    /** What a chunk's object is called. */
    public static String name(ChunkList.Chunk chunk) {
        return CHUNKS + chunk.sha256().substring(0, 2) + "/" + chunk.sha256();
    }

    private static String name(ArtifactHash hash) {
        return ARTIFACTS + hash.hex().substring(0, 2) + "/" + hash.hex();
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
