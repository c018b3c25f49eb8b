package dev.vitrine.registry.depot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.artifact.ArtifactStoreContract;
import dev.vitrine.registry.artifact.Collected;
import dev.vitrine.registry.storage.DirectoryObjects;
import dev.vitrine.registry.storage.ObjectStore;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.crypto.KeyGenerator;
import org.junit.jupiter.api.Test;

/** Artefacts whose home is an encrypted depot in a folder. */
class ArchivedArtifactsTest extends ArtifactStoreContract {
    private static final int SIZE = 1_500_000;

    private KeyWrapping key(String name) {
        Path file = temp.resolve(name);
        return Files.exists(file) ? KeyFile.read(file) : KeyFile.create(file);
    }

    private KeyRing ring(String... names) {
        List<KeyWrapping> keys = new ArrayList<>();
        for (String name : names) {
            keys.add(key(name));
        }
        return new KeyRing(keys);
    }

    private ArtifactStore open(Path directory, InstantSource clock, long most, KeyRing ring) {
        return archived(
                directory,
                clock,
                most,
                () -> DirectoryObjects.open(temp.resolve("depot"), clock),
                ring);
    }

    /** A store whose archive lies among some objects. */
    static ArtifactStore archived(
            Path directory,
            InstantSource clock,
            long most,
            Supplier<ObjectStore> objects,
            KeyRing ring) {
        return ArtifactStore.open(
                directory,
                clock,
                Optional.of(new DepotArchive(() -> Depot.openOrCreate(objects.get(), ring), clock)),
                most);
    }

    @Override
    protected ArtifactStore open(Path directory, InstantSource clock) {
        return open(directory, clock, 1 << 20, ring("one.key"));
    }

    private ArtifactStore fresh(String name) {
        return open(temp.resolve(name), InstantSource.system());
    }

    private ArtifactHash put(ArtifactStore store, long seed) throws IOException {
        byte[] content = new byte[SIZE];
        new SplittableRandom(seed).nextBytes(content);
        Path file = temp.resolve("table-" + seed);
        Files.write(file, content);
        return store.put(file);
    }

    private List<Path> objects(String kind) {
        try (Stream<Path> files = Files.walk(temp.resolve("depot").resolve(kind))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatWasNotUsedLatelyLeavesAndComesBackWhenItIsOpened() throws IOException {
        Instant[] now = {Instant.parse("2026-01-01T00:00:00Z")};
        ArtifactStore store = open(temp.resolve("hot"), () -> now[0], 2L * SIZE, ring("one.key"));
        ArtifactHash first = put(store, 1);
        now[0] = now[0].plus(Duration.ofMinutes(90));
        ArtifactHash second = put(store, 2);
        ArtifactHash third = put(store, 3);
        assertThat(store.list()).containsExactlyInAnyOrder(second, third);
        assertThat(store.contains(first)).isTrue();
        assertThat(store.manifest(first).size()).isEqualTo(SIZE);
        assertThat(store.list()).doesNotContain(first);
        assertThat(store.open(first).manifest().size()).isEqualTo(SIZE);
        assertThat(store.list()).as("in use within the hour").hasSize(3);
        assertThat(store.verify(first).hash()).isEqualTo(first);
    }

    @Test
    void whatSomebodyAddsIsNotCollected() throws IOException {
        ArtifactStore store = fresh("hot");
        ArtifactHash hash = put(store, 1);
        Depot depot = Depot.open(DirectoryObjects.open(temp.resolve("depot")), ring("one.key"));
        depot.announce("somebody");
        assertThatThrownBy(() -> store.collect(Set.of(), Duration.ZERO))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(RegistryError.REGISTRY_BUSY));
        assertThat(fresh("other").open(hash).hash()).isEqualTo(hash);
        depot.conclude("somebody");
        ArtifactStore later =
                open(temp.resolve("hot"), () -> Instant.now().plus(Duration.ofDays(2)));
        assertThat(later.collect(Set.of(), Duration.ofDays(1)).artifacts()).isEqualTo(1);
        assertThat(objects("chunks")).isEmpty();
        assertThat(objects("artifacts")).isEmpty();
        assertThat(temp.resolve("depot/collecting")).doesNotExist();
    }

    @Test
    void whatAKilledCollectionLeftHoldsNobodyUpForLong() throws IOException {
        Instant[] now = {Instant.parse("2026-01-01T00:00:00Z")};
        ArtifactStore store = open(temp.resolve("hot"), () -> now[0]);
        put(store, 1);
        DirectoryObjects.open(temp.resolve("depot"), () -> now[0])
                .create("collecting", new byte[0]);
        Depot depot =
                Depot.open(
                        DirectoryObjects.open(temp.resolve("depot"), () -> now[0]),
                        ring("one.key"));
        assertThatThrownBy(() -> depot.announce("somebody"))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(RegistryError.STORAGE_UNREACHABLE));
        assertThat(objects("writers")).isEmpty();
        now[0] = now[0].plus(Duration.ofMinutes(16));
        depot.announce("somebody");
        depot.conclude("somebody");
        put(store, 2);
        now[0] = now[0].plus(Duration.ofDays(2));
        assertThat(store.collect(Set.of(), Duration.ofDays(1)).artifacts()).isEqualTo(2);
    }

    @Test
    void aCollectionThatWasHeldUpGivesUp() throws IOException {
        put(fresh("hot"), 1);
        Depot depot = Depot.open(DirectoryObjects.open(temp.resolve("depot")), ring("one.key"));
        long[] nanos = {0};
        assertThatThrownBy(() ->
                        depot.collect(
                                Set.of(),
                                Instant.now().plusSeconds(60),
                                () -> nanos[0] += Duration.ofMinutes(8).toNanos()))
                .hasMessageContaining("held up");
        assertThat(objects("artifacts")).hasSize(1);
    }

    @Test
    void chunksThatAnotherArtefactHasStay() throws IOException {
        Instant[] now = {Instant.parse("2026-01-01T00:00:00Z")};
        ArtifactStore store = open(temp.resolve("hot"), () -> now[0]);
        ArtifactHash alone = put(store, 1);
        Path folder = Files.createDirectory(temp.resolve("both"));
        Files.copy(temp.resolve("table-1"), folder.resolve("same"));
        Files.writeString(folder.resolve("more"), "more");
        ArtifactHash both = store.put(folder);
        now[0] = now[0].plus(Duration.ofDays(2));
        Collected collected = store.collect(Set.of(both), Duration.ofDays(1));
        assertThat(collected).isEqualTo(new Collected(1, 0));
        ArtifactStore other = open(temp.resolve("other"), () -> now[0]);
        assertThat(other.open(both).hash()).isEqualTo(both);
        assertThat(other.contains(alone)).isFalse();
    }

    @Test
    void anotherHomeReadsWhatOneKept() throws IOException {
        ArtifactHash hash = put(fresh("hot"), 1);
        ArtifactStore other = fresh("other");
        assertThat(other.list()).isEmpty();
        assertThat(other.open(hash).file("table-1"))
                .hasBinaryContent(Files.readAllBytes(temp.resolve("table-1")));
    }

    @Test
    void nothingOfItLiesThereReadable() throws IOException {
        Path text = Files.writeString(temp.resolve("plain.txt"), "SECRET".repeat(1000));
        fresh("hot").put(text);
        for (Path object : objects("")) {
            assertThat(new String(Files.readAllBytes(object), StandardCharsets.ISO_8859_1))
                    .doesNotContain("SECRET", "plain.txt");
        }
    }

    @Test
    void everyFlippedBitIsRefused() throws IOException {
        ArtifactHash hash = put(fresh("hot"), 1);
        SplittableRandom random = new SplittableRandom(9);
        for (String kind : List.of("chunks", "artifacts", "keys")) {
            for (Path object : objects(kind)) {
                byte[] whole = Files.readAllBytes(object);
                for (int i = 0; i < 3; i++) {
                    byte[] changed = whole.clone();
                    int at = i == 0 ? i : random.nextInt(changed.length - 1);
                    changed[at] ^= (byte) (1 << random.nextInt(8));
                    Files.write(object, changed);
                    ArtifactStore store = fresh("fresh-" + random.nextInt());
                    assertThatThrownBy(() -> store.open(hash))
                            .as(object + " at " + at)
                            .isInstanceOfSatisfying(
                                    VitrineException.class,
                                    e ->
                                            assertThat(e.code())
                                                    .isIn(
                                                            RegistryError.ARTIFACT_CORRUPT,
                                                            RegistryError.KEY_REFUSED));
                    assertThat(store.list()).isEmpty();
                }
                Files.write(object, whole);
            }
        }
        assertThat(fresh("last").open(hash).hash()).isEqualTo(hash);
    }

    @Test
    void exchangedObjectsAreRefused() throws IOException {
        ArtifactHash hash = put(fresh("hot"), 1);
        List<Path> chunks = objects("chunks");
        byte[] first = Files.readAllBytes(chunks.get(0));
        Files.write(chunks.get(0), Files.readAllBytes(chunks.get(1)));
        Files.write(chunks.get(1), first);
        ArtifactStore store = fresh("fresh");
        assertThatThrownBy(() -> store.open(hash)).hasMessageContaining("its tag does not hold");
    }

    @Test
    void anotherKeyWrapsTheKeysAndNoContentIsWritten() throws IOException {
        ArtifactHash hash = put(fresh("hot"), 1);
        List<byte[]> before = new ArrayList<>();
        for (Path chunk : objects("chunks")) {
            before.add(Files.readAllBytes(chunk));
        }
        Depot depot =
                Depot.open(
                        DirectoryObjects.open(temp.resolve("depot")), ring("two.key", "one.key"));
        assertThat(depot.rewrap()).isEqualTo(1);
        assertThat(depot.rewrap()).isZero();
        int i = 0;
        for (Path chunk : objects("chunks")) {
            assertThat(Files.readAllBytes(chunk)).isEqualTo(before.get(i++));
        }
        ArtifactStore after =
                open(temp.resolve("after"), InstantSource.system(), 1 << 20, ring("two.key"));
        assertThat(after.open(hash).hash()).isEqualTo(hash);
        ArtifactStore late = fresh("late");
        assertThatThrownBy(() -> late.open(hash))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(RegistryError.KEY_REFUSED))
                .hasMessageContaining(key("two.key").id());
    }

    @Test
    void eachArtefactHasAKeyOfItsOwnAndSharedChunksAreKeptOnce() throws IOException {
        ArtifactStore store = fresh("hot");
        put(store, 1);
        int chunks = objects("chunks").size();
        Path folder = Files.createDirectory(temp.resolve("both"));
        Files.copy(temp.resolve("table-1"), folder.resolve("same"));
        Files.writeString(folder.resolve("more"), "more");
        ArtifactHash both = store.put(folder);
        assertThat(objects("keys")).hasSize(2);
        assertThat(objects("chunks")).hasSize(chunks + 1);
        assertThat(fresh("other").open(both).hash()).isEqualTo(both);
    }

    @Test
    void aKeyThatOthersMayReadIsRefused() throws IOException {
        key("open.key");
        Path file = temp.resolve("open.key");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> KeyFile.read(file)).hasMessageContaining("chmod 600");
        Path none = Files.writeString(temp.resolve("none.key"), "something else");
        Files.setPosixFilePermissions(none, PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(() -> KeyFile.read(none)).hasMessageContaining("none.key");
    }

    @Test
    void aKeystoreWrapsAsAFileDoes() throws Exception {
        Path file = temp.resolve("keys.p12");
        char[] password = "word".toCharArray();
        KeyStore keystore = KeyStore.getInstance("PKCS12");
        keystore.load(null, password);
        KeyGenerator generator = KeyGenerator.getInstance("AES");
        generator.init(256);
        keystore.setEntry(
                "artifacts",
                new KeyStore.SecretKeyEntry(generator.generateKey()),
                new KeyStore.PasswordProtection(password));
        try (OutputStream out = Files.newOutputStream(file)) {
            keystore.store(out, password);
        }
        KeyRing ring = new KeyRing(List.of(KeystoreKey.file(file, "artifacts", password)));
        ArtifactStore hot = open(temp.resolve("hot"), InstantSource.system(), 1 << 20, ring);
        ArtifactHash hash = put(hot, 1);
        KeyRing again = new KeyRing(List.of(KeystoreKey.file(file, "artifacts", password)));
        ArtifactStore other = open(temp.resolve("other"), InstantSource.system(), 1 << 20, again);
        assertThat(other.open(hash).hash()).isEqualTo(hash);
        assertThatThrownBy(() -> KeystoreKey.file(file, "other", password))
                .hasMessageContaining("no AES key 'other'");
    }
}
