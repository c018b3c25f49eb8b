package dev.vitrine.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.IndexEpoch;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseDraft;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.Home;
import dev.vitrine.server.audit.KeptTrail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
    private static final Duration WEEK = Duration.ofDays(7);

    @TempDir Path temp;

    private final KeptTrail trail = new KeptTrail();

    /** A shop with one release a day, the last ones today; what is on disk was written just now. */
    private final class World implements AutoCloseable {
        final Home home = Home.open(temp.resolve("home"));
        final Instant now = Instant.now();
        final ReleaseStore releases = ReleaseStore.open(temp.resolve("registry.db"), () -> now);
        final List<Release> made = new ArrayList<>();

        Release make(int daysAgo) throws IOException {
            String name = "release-" + made.size();
            Path content = Files.writeString(temp.resolve(name), name);
            ArtifactHash index = artifacts(() -> now).put(content);
            Path dataset = Files.createDirectories(home.datasets().resolve("data-" + made.size()));
            Files.writeString(dataset.resolve("events"), name);
            Release release =
                    releases.register(
                            new ReleaseDraft(
                                            now.minus(Duration.ofDays(daysAgo)),
                                            "test",
                                            new IndexEpoch(index, 0))
                                    .dataset("data-" + made.size())
                                    .manifest());
            made.add(release);
            return release;
        }

        private ArtifactStore artifacts(InstantSource clock) {
            return ArtifactStore.open(home.artifacts(), clock);
        }

        /** Once more, so many days later. */
        Retention.Gone collect(int keep, int days) {
            InstantSource later = () -> now.plus(Duration.ofDays(days));
            return new Retention(home, releases, artifacts(later), trail, later)
                    .run(keep, WEEK, "test");
        }

        boolean isThere(Release release) throws IOException {
            boolean there = releases.find(release.id()).isPresent();
            String dataset = release.manifest().dataset();
            assertThat(Files.exists(home.datasets().resolve(dataset))).isEqualTo(there);
            assertThat(artifacts(InstantSource.system()).list())
                    .satisfies(all ->
                            assertThat(all.contains(release.manifest().index().artifact()))
                                    .isEqualTo(there));
            return there;
        }

        @Override
        public void close() {
            releases.close();
            home.close();
        }
    }

    @Test
    void whatIsOldAndNamedByNothingGoesWithAllThatItHad() throws IOException {
        try (World world = new World()) {
            Release live = world.make(30);
            Release tried = world.make(29);
            Release old = world.make(28);
            Release newer = world.make(27);
            Release newest = world.make(26);
            assertThat(world.releases.compareAndSetLive(Optional.empty(), live.id(), "test", ""))
                    .isTrue();
            Files.createDirectories(world.home.experiments().resolve("shelves"));
            Files.writeString(
                    world.home.experiments().resolve("shelves/plan.json"),
                    "{\"arms\":[{\"release\":\"" + tried.id() + "\"}]}");
            Path killed = Files.createDirectories(world.home.datasets().resolve(".building-1"));

            Retention.Gone gone = world.collect(2, 30);

            assertThat(gone.releases()).isEqualTo(1);
            assertThat(gone.artifacts()).isEqualTo(1);
            assertThat(gone.datasets()).isEqualTo(2);
            assertThat(gone.bytes()).isPositive();
            assertThat(world.isThere(old)).isFalse();
            assertThat(killed).doesNotExist();
            for (Release stays : List.of(live, tried, newer, newest)) {
                assertThat(world.isThere(stays)).as(stays.id()).isTrue();
            }
            assertThat(trail.lines).hasSize(1).first().asString().contains("registry.collected");

            assertThat(world.collect(2, 30).isNothing()).isTrue();
            assertThat(trail.lines).hasSize(1);
        }
    }

    @Test
    void whatIsYoungStaysThoughItWasNeverLive() throws IOException {
        try (World world = new World()) {
            for (int i = 0; i < 4; i++) {
                world.make(3);
            }
            assertThat(world.collect(1, 2).isNothing()).isTrue();
            for (Release release : world.made) {
                assertThat(world.isThere(release)).isTrue();
            }
        }
    }

    @Test
    void settingsThatWouldTakeWhatIsInUseAreRefused() {
        assertThatThrownBy(() -> new RetentionSettings(null, (Integer) 0, WEEK))
                .hasMessageContaining("retention.keep");
        assertThatThrownBy(() -> new RetentionSettings(null, (Integer) 1, Duration.ofHours(2)))
                .hasMessageContaining("retention.age");
        assertThat(RetentionSettings.defaults().isAutomatic(false)).isTrue();
        assertThat(RetentionSettings.defaults().isAutomatic(true)).isFalse();
        assertThat(new RetentionSettings(Boolean.TRUE, (Integer) 1, WEEK).isAutomatic(true))
                .isTrue();
    }
}
