package dev.vitrine.deployment.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.depot.Depot;
import dev.vitrine.registry.depot.KeyFile;
import dev.vitrine.registry.depot.KeyRing;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.signing.EllipticKeys;
import dev.vitrine.registry.signing.SigningKey;
import dev.vitrine.registry.storage.DirectoryObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistrySyncTest {
    private static final int SIZE = 3_000_000;

    @TempDir Path temp;
    private final SigningKey key = SigningKey.create(EllipticKeys.Curve.P256);
    private final SplittableRandom random = new SplittableRandom(5);
    private TestRegistry a;
    private TestRegistry b;
    private DirectoryObjects store;

    @BeforeEach
    void open() {
        a = new TestRegistry(temp.resolve("a"), key, key);
        b = new TestRegistry(temp.resolve("b"), key, key);
        store = DirectoryObjects.open(temp.resolve("depot"));
    }

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    private byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    void whatOneMadeTheOtherAnswersBy() throws IOException {
        Release first = a.release(bytes(SIZE), bytes(1000));
        Release second = a.release(bytes(SIZE), bytes(1000));
        ModelVersion model = a.model("own", bytes(5000));
        SyncReport pushed = a.sync().push(store, KeyRing.NONE);
        assertThat(pushed.complete()).isTrue();
        assertThat(pushed.releases()).containsExactlyInAnyOrder(first.id(), second.id());
        assertThat(pushed.models()).containsExactly(model.ref().toString());
        SyncReport pulled = b.sync().pull(store, KeyRing.NONE);
        assertThat(pulled.complete()).isTrue();
        assertThat(pulled.releases()).containsExactlyInAnyOrder(first.id(), second.id());
        assertThat(b.signed.admit(second.id()).release()).isEqualTo(second);
        assertThat(b.models.admit(model.ref()).hash()).isEqualTo(model.artifact());
        assertThat(b.releases.models("linear")).hasSize(2);
        assertThat(b.releases.live()).isEmpty();
        assertThat(temp.resolve("b/artifacts/staging")).doesNotExist();
        assertThat(a.sync().push(store, KeyRing.NONE).chunks()).isZero();
        assertThat(b.sync().pull(store, KeyRing.NONE).releases()).isEmpty();
        assertThat(b.sync().push(store, KeyRing.NONE).releases()).isEmpty();
    }

    @Test
    void ofAFileThatChangedALittleALittleIsSent() throws IOException {
        byte[] table = bytes(8 * SIZE);
        a.release(table, bytes(1000));
        a.sync().push(store, KeyRing.NONE);
        b.sync().pull(store, KeyRing.NONE);
        byte[] grown = new byte[table.length + 10_000];
        System.arraycopy(table, 0, grown, 0, SIZE);
        System.arraycopy(bytes(10_000), 0, grown, SIZE, 10_000);
        System.arraycopy(table, SIZE, grown, SIZE + 10_000, table.length - SIZE);
        Release second = a.release(grown, bytes(1000));
        SyncReport pushed = a.sync().push(store, KeyRing.NONE);
        SyncReport pulled = b.sync().pull(store, KeyRing.NONE);
        assertThat(pushed.bytes()).isLessThan(3L << 20);
        assertThat(pulled.bytes()).isEqualTo(pushed.bytes());
        assertThat(pulled.sharedBytes()).isGreaterThan(7L * SIZE);
        assertThat(b.signed.admit(second.id()).release()).isEqualTo(second);
    }

    @Test
    void cutOffAnywhereItGoesOnAndNothingIsSentTwice() throws IOException {
        Release release = a.release(bytes(4 * SIZE), bytes(SIZE));
        long written = 0;
        int runs = 0;
        boolean complete = false;
        while (!complete) {
            CutObjects link = new CutObjects(store, runs, 20 + 10 * runs);
            try {
                complete = a.sync().push(link, KeyRing.NONE).complete();
            } catch (VitrineException e) {
                assertThat(e.code())
                        .isIn(RegistryError.STORAGE_REFUSED, RegistryError.STORAGE_UNREACHABLE);
            }
            written += link.written.get();
            nothingHalfIsSeen();
            assertThat(++runs).isLessThan(60);
        }
        assertThat(runs).isGreaterThan(2);
        try (Stream<Path> files = Files.walk(temp.resolve("depot"))) {
            long kept =
                    files.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
            assertThat(written).isBetween(kept - 100, kept);
        }
        runs = 0;
        for (complete = false; !complete; ) {
            try {
                complete =
                        b.sync()
                                .pull(
                                        new CutObjects(store, 100 + runs, 20 + 10 * runs),
                                        KeyRing.NONE)
                                .complete();
            } catch (VitrineException e) {
                assertThat(e.code())
                        .isIn(RegistryError.STORAGE_REFUSED, RegistryError.STORAGE_UNREACHABLE);
            }
            if (!b.releases.ids().isEmpty()) {
                b.signed.admit(release.id());
            }
            assertThat(++runs).isLessThan(60);
        }
        assertThat(b.signed.admit(release.id()).release()).isEqualTo(release);
    }

    /** Whoever looks now finds only what is whole. */
    private void nothingHalfIsSeen() {
        if (store.find("depot").isEmpty()) {
            return;
        }
        Depot depot = Depot.open(store, KeyRing.NONE);
        for (ArtifactHash hash : depot.artifacts()) {
            depot.chunks(hash).orElseThrow().chunks().forEach(depot::chunk);
        }
        if (!depot.releases().isEmpty()) {
            assertThat(depot.artifacts()).hasSize(2);
        }
    }

    @Test
    void whatSomebodyElseSignedIsNotBroughtHome() throws IOException {
        SigningKey other = SigningKey.create(EllipticKeys.Curve.P256);
        try (TestRegistry stranger = new TestRegistry(temp.resolve("c"), other, other)) {
            Release bad = stranger.release(bytes(SIZE), bytes(1000));
            stranger.model("own", bytes(1000));
            stranger.sync().push(store, KeyRing.NONE);
            Release good = a.release(bytes(1000), bytes(1000));
            a.sync().push(store, KeyRing.NONE);
            SyncReport pulled = b.sync().pull(store, KeyRing.NONE);
            assertThat(pulled.complete()).isFalse();
            assertThat(pulled.refused())
                    .containsOnlyKeys("releases/" + bad.id(), "models/own/1")
                    .allSatisfy((name, why) -> assertThat(why).contains("not trusted"));
            assertThat(pulled.releases()).containsExactly(good.id());
            assertThat(pulled.bytes()).isLessThan(SIZE);
            assertThat(b.releases.ids()).containsExactly(good.id());
            assertThat(b.releases.models("own")).isEmpty();
        }
    }

    @Test
    void aChangedChunkIsRefusedAndNothingOfItIsSeen() throws IOException {
        Release release = a.release(bytes(SIZE), bytes(1000));
        a.sync().push(store, KeyRing.NONE);
        List<Path> chunks;
        try (Stream<Path> files = Files.walk(temp.resolve("depot/chunks"))) {
            chunks = files.filter(Files::isRegularFile).sorted().toList();
        }
        Path chunk = chunks.get(chunks.size() / 2);
        byte[] whole = Files.readAllBytes(chunk);
        byte[] changed = whole.clone();
        changed[changed.length / 2] ^= 4;
        Files.write(chunk, changed);
        SyncReport pulled = b.sync().pull(store, KeyRing.NONE);
        assertThat(pulled.complete()).isFalse();
        assertThat(pulled.releases()).isEmpty();
        assertThat(b.releases.ids()).isEmpty();
        Files.write(chunk, Arrays.copyOf(whole, whole.length - 1));
        assertThat(b.sync().pull(store, KeyRing.NONE).complete()).isFalse();
        Files.write(chunk, whole);
        assertThat(b.sync().pull(store, KeyRing.NONE).releases()).containsExactly(release.id());
    }

    @Test
    void twoThatBothTrainKeepTheReleasesOfBoth() throws IOException {
        Release ofA = a.release(bytes(2000), bytes(1000));
        Release ofB = b.release(bytes(2000), bytes(1000));
        a.model("own", bytes(100));
        b.model("own", bytes(100));
        a.sync().push(store, KeyRing.NONE);
        SyncReport pulled = b.sync().pull(store, KeyRing.NONE);
        assertThat(pulled.releases()).containsExactly(ofA.id());
        assertThat(pulled.refused()).containsOnlyKeys("models/own/1");
        assertThat(pulled.refused().get("models/own/1")).contains("another model");
        SyncReport pushed = b.sync().push(store, KeyRing.NONE);
        assertThat(pushed.releases()).containsExactly(ofB.id());
        assertThat(pushed.refused()).containsOnlyKeys("models/own/1");
        a.sync().pull(store, KeyRing.NONE);
        for (Release each : List.of(ofA, ofB)) {
            assertThat(a.signed.admit(each.id()).release()).isEqualTo(each);
            assertThat(b.signed.admit(each.id()).release()).isEqualTo(each);
        }
    }

    @Test
    void whatDoesNotHoldHereIsNotHandedOn() throws IOException {
        Release release = a.release(bytes(2000), bytes(1000));
        Path file = a.artifacts.open(release.manifest().index().artifact()).file("table.bin");
        byte[] content = Files.readAllBytes(file);
        content[3] ^= 1;
        Files.write(file, content);
        SyncReport pushed = a.sync().push(store, KeyRing.NONE);
        assertThat(pushed.refused()).containsOnlyKeys("releases/" + release.id());
        assertThat(Depot.open(store, KeyRing.NONE).releases()).isEmpty();
    }

    /** What is damaged here lends no chunks; it keeps nothing else from coming home. */
    @Test
    void whatIsDamagedHereIsFetchedInstead() throws IOException {
        byte[] table = bytes(SIZE);
        Release release = a.release(table, bytes(1000));
        a.sync().push(store, KeyRing.NONE);
        table[SIZE / 2] ^= 1;
        Release own = b.release(table, bytes(1000));
        for (ArtifactHash hash : own.manifest().artifacts()) {
            Path file = b.artifacts.open(hash).file("table.bin");
            Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 500));
        }
        SyncReport pulled = b.sync().pull(store, KeyRing.NONE);
        assertThat(pulled.complete()).isTrue();
        assertThat(pulled.releases()).containsExactly(release.id());
        assertThat(b.signed.admit(release.id()).release()).isEqualTo(release);
    }

    @Test
    void anEncryptedRegistryIsReadByThoseWhoHaveItsKey() throws IOException {
        KeyRing ring = new KeyRing(List.of(KeyFile.create(temp.resolve("one.key"))));
        Release release = a.release(bytes(2000), bytes(1000));
        assertThat(a.sync().push(store, ring).complete()).isTrue();
        KeyRing other = new KeyRing(List.of(KeyFile.create(temp.resolve("two.key"))));
        for (KeyRing wrong : List.of(KeyRing.NONE, other)) {
            assertThat(b.sync().pull(store, wrong).refused())
                    .containsOnlyKeys("releases/" + release.id())
                    .allSatisfy((name, why) -> assertThat(why).contains("encrypted under the key"));
        }
        assertThat(b.sync().pull(store, ring).releases()).containsExactly(release.id());
    }

    @Test
    void whereThereIsNoRegistryNothingIsBroughtHome() {
        assertThatThrownBy(() -> b.sync().pull(store, KeyRing.NONE))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("there is no registry in");
    }
}
