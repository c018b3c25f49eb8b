package dev.vitrine.registry.depot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.IndexEpoch;
import dev.vitrine.registry.release.ModelManifest;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseDraft;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.registry.release.SignedModels;
import dev.vitrine.registry.release.SlotRow;
import dev.vitrine.registry.signing.EllipticKeys;
import dev.vitrine.registry.signing.SigningKey;
import dev.vitrine.registry.signing.Trust;
import dev.vitrine.registry.storage.DirectoryObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Whatever is published, promoted, rolled out and collected in whatever order, and a collection may
 * come between any two steps of a publication: all that a registered release, a model that answers
 * for itself or a row of slots refers to is there, whole, here or in the archive.
 */
class RetentionProperties {
    private static final Duration AGE = Duration.ofDays(1);
    private static final int STEPS = 40;

    @Property(tries = 12)
    void nothingThatIsReferredToIsCollected(@ForAll long seed) throws IOException {
        Path folder = Files.createTempDirectory("retention");
        try (World world = new World(folder, seed)) {
            for (int i = 0; i < STEPS; i++) {
                world.step();
                world.check();
            }
            world.checkThatSomethingIsCollected();
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static final class World implements AutoCloseable {
        private final Path folder;
        private final SplittableRandom random;
        private final SigningKey key = SigningKey.create(EllipticKeys.Curve.P256);
        private final ReleaseStore releases;
        private final ArtifactStore artifacts;
        private final SignedModels models;
        private final List<Unfinished> unfinished = new ArrayList<>();
        private final Set<ArtifactHash> own = new HashSet<>();
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");
        private int made;
        private long slotVersion;

        /** A publication that was begun: its artefacts are stored, nothing refers to them yet. */
        private record Unfinished(ArtifactHash model, ArtifactHash index, Instant begun) {}

        World(Path folder, long seed) {
            this.folder = folder;
            this.random = new SplittableRandom(seed);
            InstantSource clock = () -> now;
            this.releases = ReleaseStore.open(folder.resolve("registry.db"), clock);
            this.artifacts =
                    ArtifactStore.open(
                            folder.resolve("artifacts"),
                            clock,
                            Optional.of(
                                    new DepotArchive(
                                            () ->
                                                    Depot.openOrCreate(
                                                            DirectoryObjects.open(
                                                                    folder.resolve("depot"), clock),
                                                            KeyRing.NONE),
                                            clock)),
                            3_000);
            this.models =
                    new SignedModels(
                            releases,
                            artifacts,
                            new Trust(List.of(key.publicKey()), List.of(), clock));
        }

        void step() throws IOException {
            now = now.plus(Duration.ofMinutes(random.nextInt(600)));
            switch (random.nextInt(8)) {
                case 0, 1 -> unfinished.add(new Unfinished(stored(), stored(), now));
                case 2, 3 -> finish();
                case 4 -> promote();
                case 5 -> rollOut();
                case 6 -> {
                    ModelVersion model = models.register(manifest(stored()), key);
                    own.add(model.artifact());
                }
                default -> collect(1 + random.nextInt(3));
            }
        }

        /** Small contents, some of them the same again. */
        private ArtifactHash stored() throws IOException {
            Path source = Files.createDirectories(folder.resolve("source"));
            Files.writeString(
                    source.resolve("table"), ("content " + random.nextInt(25)).repeat(100));
            return artifacts.put(source);
        }

        private void finish() {
            unfinished.removeIf(each -> each.begun().isBefore(now.minus(AGE)));
            if (unfinished.isEmpty()) {
                return;
            }
            Unfinished each = unfinished.remove(random.nextInt(unfinished.size()));
            ModelVersion model = releases.register(manifest(each.model()));
            releases.register(
                    new ReleaseDraft(
                                    now.plusMillis(made++),
                                    "train",
                                    new IndexEpoch(each.index(), 1))
                            .models(Map.of("linear", model))
                            .logOffset(made)
                            .featureContract("features-1")
                            .manifest());
        }

        private ModelManifest manifest(ArtifactHash artifact) {
            return new ModelManifest(
                    "linear", "linear", artifact, "", "1", Map.of(), Map.of(), List.of(), now,
                    "train");
        }

        private void promote() {
            List<String> ids = releases.ids();
            if (!ids.isEmpty()) {
                releases.compareAndSetLive(
                        releases.liveId(), ids.get(random.nextInt(ids.size())), "test", "test");
            }
        }

        private void rollOut() {
            List<String> ids = releases.ids();
            if (!ids.isEmpty()) {
                String named = ids.get(random.nextInt(ids.size()));
                SlotRow next = new SlotRow(slotVersion + 1, "{\"candidate\":\"" + named + "\"}");
                assertThat(
                                releases.slots()
                                        .compareAndSet(
                                                "shop",
                                                slotVersion,
                                                next,
                                                Optional.empty(),
                                                java.util.Map.of()))
                        .isTrue();
                slotVersion++;
            }
        }

        private void collect(int keep) {
            artifacts.collect(releases.retain(keep, now.minus(AGE)), AGE);
        }

        void check() {
            Set<ArtifactHash> needed = new HashSet<>(own);
            for (Release release : releases.list()) {
                needed.addAll(release.manifest().artifacts());
            }
            releases.slots()
                    .row("shop")
                    .ifPresent(row ->
                            assertThat(releases.ids())
                                    .as("what a rollout names")
                                    .anyMatch(row.content()::contains));
            releases.liveId().ifPresent(id -> assertThat(releases.find(id)).isPresent());
            for (ArtifactHash hash : needed) {
                assertThat(artifacts.verify(hash).hash()).isEqualTo(hash);
            }
        }

        /** Otherwise the property would hold of one that does nothing. */
        void checkThatSomethingIsCollected() throws IOException {
            ArtifactHash orphan =
                    artifacts.put(Files.writeString(folder.resolve("orphan"), "nobody's"));
            now = now.plus(Duration.ofDays(3));
            collect(1);
            assertThat(artifacts.contains(orphan)).isFalse();
            check();
        }

        @Override
        public void close() {
            releases.close();
        }
    }
}
