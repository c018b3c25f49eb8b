package dev.vitrine.registry.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a store of artefacts does, wherever it keeps them. */
public abstract class ArtifactStoreContract {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir protected Path temp;
    private Instant now = START;
    private final InstantSource clock = () -> now;
    private ArtifactStore store;

    /** Opens an empty store, or the one that was opened there before. */
    protected abstract ArtifactStore open(Path directory, InstantSource clock);

    @BeforeEach
    void open() {
        store = open(temp.resolve("artifacts"), clock);
    }

    @Test
    void keepsADirectoryUnderTheHashOfItsManifest() throws IOException {
        Path source = model("model", "weights", "vocabulary");
        ArtifactHash hash = store.put(source);
        Artifact artifact = store.open(hash);
        assertThat(artifact.manifest().hash()).isEqualTo(hash);
        assertThat(artifact.manifest().files())
                .extracting(ArtifactFile::path)
                .containsExactly("nested/vocabulary.txt", "weights.bin");
        assertThat(artifact.file("weights.bin")).hasContent("weights");
        assertThat(artifact.file("nested/vocabulary.txt")).hasContent("vocabulary");
        assertThat(store.list()).containsExactly(hash);
        assertThat(store.contains(hash)).isTrue();
    }

    /** The form of a manifest is on disk for years: this hash must never change. */
    @Test
    void givesTheSameNameForEver() throws IOException {
        assertThat(store.put(model("model", "weights", "vocabulary")).hex())
                .isEqualTo("d1276ad51ba092448c841b94235070c7514e2a410cfd81f0a5bc066fb37e4241");
    }

    @Test
    void keepsASingleFileUnderItsName() throws IOException {
        Path file = Files.writeString(temp.resolve("tables.bin"), "tables");
        assertThat(store.open(store.put(file)).file("tables.bin")).hasContent("tables");
    }

    @Test
    void keepsEqualContentOnce() throws IOException {
        ArtifactHash first = store.put(model("one", "same", "same"));
        ArtifactHash second = store.put(model("two", "same", "same"));
        assertThat(second).isEqualTo(first);
        assertThat(store.list()).hasSize(1);
        assertThat(incoming()).isEmpty();
    }

    @Test
    void refusesAFlippedBitAndNamesTheFile() throws IOException {
        ArtifactHash hash = store.put(model("model", "weights", "vocabulary"));
        Path file = store.open(hash).file("weights.bin");
        byte[] content = Files.readAllBytes(file);
        content[3] ^= 1;
        Files.write(file, content);
        ArtifactStore restarted = open(store.directory(), clock);
        assertCorrupt(() -> restarted.open(hash), "weights.bin");
        assertCorrupt(() -> store.verify(hash), "weights.bin");
    }

    @Test
    void refusesAMissingOrShortFileEvenWhenItWasVerifiedBefore() throws IOException {
        ArtifactHash hash = store.put(model("model", "weights", "vocabulary"));
        Path file = store.open(hash).file("weights.bin");
        Files.writeString(file, "weight");
        assertCorrupt(() -> store.open(hash), "weights.bin");
        Files.delete(file);
        assertCorrupt(() -> store.open(hash), "weights.bin");
    }

    @Test
    void refusesAChangedManifest() throws IOException {
        ArtifactHash hash = store.put(model("model", "weights", "vocabulary"));
        Path manifest = store.open(hash).directory().resolveSibling("manifest");
        String text = Files.readString(manifest);
        Files.writeString(manifest, text.replace("weights.bin", "weights.bim"));
        assertCorrupt(() -> store.open(hash), "manifest");
        Files.writeString(manifest, text.substring(0, text.length() - 5));
        assertCorrupt(() -> store.open(hash), "manifest");
        Files.delete(manifest);
        assertCorrupt(() -> store.open(hash), "manifest");
    }

    @Test
    void storingAgainMendsWhatWasDamaged() throws IOException {
        Path source = model("model", "weights", "vocabulary");
        ArtifactHash hash = store.put(source);
        Files.delete(store.open(hash).file("weights.bin"));
        assertThat(store.put(source)).isEqualTo(hash);
        assertThat(store.open(hash).file("weights.bin")).hasContent("weights");
    }

    @Test
    void saysWhenThereIsNoSuchArtefact() {
        ArtifactHash unknown = new ArtifactHash("0".repeat(64));
        assertThatThrownBy(() -> store.open(unknown))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(RegistryError.ARTIFACT_NOT_FOUND));
    }

    @Test
    void refusesLinksAndNothing() throws IOException {
        Path empty = Files.createDirectory(temp.resolve("empty"));
        assertInvalid(() -> store.put(empty));
        Path source = model("model", "weights", "vocabulary");
        Files.createSymbolicLink(source.resolve("link"), source.resolve("weights.bin"));
        assertInvalid(() -> store.put(source));
        assertThat(incoming()).isEmpty();
        assertThat(store.list()).isEmpty();
    }

    @Test
    protected void collectsOnlyWhatIsOldAndNotKept() throws IOException {
        ArtifactHash kept = store.put(model("kept", "a", "a"));
        ArtifactHash old = store.put(model("old", "bb", "b"));
        ArtifactHash refreshed = store.put(model("refreshed", "c", "c"));
        now = START.plus(Duration.ofHours(2));
        store.put(model("again", "c", "c"));
        ArtifactHash young = store.put(model("young", "d", "d"));
        Collected collected = store.collect(Set.of(kept), Duration.ofHours(1));
        assertThat(collected.artifacts()).isEqualTo(1);
        assertThat(store.list()).containsExactlyInAnyOrder(kept, refreshed, young);
        assertThat(store.contains(old)).isFalse();
        assertThat(incoming()).isEmpty();
    }

    @Test
    void sweepsWhatAKilledProcessLeft() throws IOException {
        Path leftover = Files.createDirectory(store.directory().resolve("incoming/dead"));
        Files.writeString(leftover.resolve("half"), "half");
        Files.setLastModifiedTime(leftover, java.nio.file.attribute.FileTime.from(START));
        store.collect(Set.of(), Duration.ofHours(1));
        assertThat(leftover).exists();
        now = START.plus(Duration.ofHours(2));
        store.collect(Set.of(), Duration.ofHours(1));
        assertThat(leftover).doesNotExist();
    }

    @Test
    void manyThreadsMayStoreTheSameWhileOthersCollect() throws Exception {
        Path source = model("model", "weights", "vocabulary");
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            List<Callable<ArtifactHash>> work =
                    IntStream.range(0, 60)
                            .<Callable<ArtifactHash>>mapToObj(i ->
                                    () -> {
                                        if (i % 3 == 0) {
                                            collectUnlessBusy();
                                        }
                                        return store.put(source);
                                    })
                            .toList();
            for (Future<ArtifactHash> stored : threads.invokeAll(work)) {
                assertThat(store.open(stored.get()).manifest().files()).hasSize(2);
            }
        }
        assertThat(incoming()).isEmpty();
    }

    /** An archive says so when somebody adds to it; then nothing is removed. */
    private void collectUnlessBusy() {
        try {
            store.collect(Set.of(), Duration.ofHours(1));
        } catch (VitrineException e) {
            assertThat(e.code()).isEqualTo(RegistryError.REGISTRY_BUSY);
        }
    }

    private Path model(String name, String weights, String vocabulary) throws IOException {
        Path directory = temp.resolve(name);
        Files.createDirectories(directory.resolve("nested"));
        Files.writeString(directory.resolve("weights.bin"), weights);
        Files.writeString(directory.resolve("nested/vocabulary.txt"), vocabulary);
        return directory;
    }

    private List<Path> incoming() throws IOException {
        try (Stream<Path> files = Files.list(store.directory().resolve("incoming"))) {
            return files.toList();
        }
    }

    private static void assertCorrupt(Runnable call, String file) {
        assertThatThrownBy(call::run)
                .hasMessageContaining(file)
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(RegistryError.ARTIFACT_CORRUPT));
    }

    private static void assertInvalid(Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(RegistryError.ARTIFACT_INVALID));
    }
}
