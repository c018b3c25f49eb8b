package dev.vitrine.registry.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.artifact.ArtifactHash;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleaseStoreTest {
    private static final Instant NOW = Instant.parse("2026-02-01T00:00:00Z");

    @TempDir Path temp;
    private Instant now = NOW;
    private Path file;
    private ReleaseStore store;

    @BeforeEach
    void open() {
        file = temp.resolve("home/registry.db");
        store = ReleaseStore.open(file, () -> now);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void countsVersionsPerModelAndReadsBackWhatWasRegistered() {
        ModelVersion first = store.register(Releases.model("linear", 1));
        ModelVersion second = store.register(Releases.model("linear", 2));
        ModelVersion other = store.register(Releases.model("factors", 3));
        assertThat(first.ref()).isEqualTo(new ModelRef("linear", 1));
        assertThat(second.ref()).isEqualTo(new ModelRef("linear", 2));
        assertThat(other.ref()).isEqualTo(new ModelRef("factors", 1));
        reopen();
        assertThat(store.models()).containsExactly(other, first, second);
        assertThat(store.models("linear")).containsExactly(first, second);
        assertThat(store.newest("linear")).contains(second);
        assertThat(store.newest("unknown")).isEmpty();
        assertThat(store.model(new ModelRef("linear", 2))).contains(second);
        assertThat(store.model(new ModelRef("linear", 3))).isEmpty();
    }

    @Test
    void registersAReleaseOnceAndReadsItBack() {
        ModelVersion model = store.register(Releases.model("linear", 1));
        Release release = store.register(Releases.release(model, 7));
        assertThat(store.register(Releases.release(model, 7))).isEqualTo(release);
        assertThat(release).isEqualTo(Release.of(Releases.release(model, 7)));
        assertThat(release.id()).startsWith("20260102-030405-");
        Release later = store.register(Releases.release(model, 8));
        assertThat(later.id()).isNotEqualTo(release.id());
        reopen();
        assertThat(store.list()).containsExactly(release, later);
        assertThat(store.get(release.id())).isEqualTo(release);
        assertThat(store.find("nothing")).isEmpty();
        assertThat(release.manifest().artifacts())
                .containsExactly(Releases.artifact(1), Releases.artifact(1000));
    }

    /** Manifests are on disk for years: what this one hashes to must never change. */
    @Test
    void givesTheSameIdForEver() {
        ModelVersion model = new ModelVersion(1, Releases.model("linear", 1));
        assertThat(Release.of(Releases.release(model, 7)).id())
                .isEqualTo("20260102-030405-616e228fd626");
    }

    /**
     * What a release lacks is said in it; one of before, which could not say so, reads as before.
     */
    @Test
    void tellsWhatWasLeftOut() {
        ModelVersion model = store.register(Releases.model("linear", 1));
        Map<String, String> why = Map.of("ranker", "no better than the blend");
        ReleaseManifest plain = Releases.release(model, 7);
        Release told =
                store.register(
                        new ReleaseManifest(
                                plain.createdAt(),
                                plain.createdBy(),
                                plain.models(),
                                plain.index(),
                                plain.logOffset(),
                                plain.dataset(),
                                plain.featureContract(),
                                plain.thresholds(),
                                plain.calibration(),
                                plain.rules(),
                                why));
        Release silent = store.register(plain);
        reopen();
        assertThat(store.get(told.id()).manifest().leftOut()).isEqualTo(why);
        assertThat(store.get(silent.id()).manifest().leftOut()).isEmpty();
    }

    /** How a training judged is kept whole; a release of before has nothing to tell. */
    @Test
    void keepsHowItWasJudged() {
        ModelVersion model = store.register(Releases.model("linear", 1));
        ReleaseManifest plain = Releases.release(model, 7);
        Judgement.Measured measured =
                new Judgement.Measured(
                        Map.of("ndcgAt20", .25, "coverageAt20", .5),
                        Map.of("ndcgAt20", new Judgement.Interval(.2, .3)));
        Judgement judgement =
                new Judgement(
                        "blend",
                        40,
                        Map.of("blend", measured),
                        List.of(
                                new Judgement.Slice(
                                        "category:\"Tea\"", "tea", 7, Map.of("blend", measured))),
                        new Judgement.Comparison(
                                "20260101-000000-0123456789ab",
                                "",
                                new Judgement.Paired(
                                        "ndcgAt20",
                                        31,
                                        .25,
                                        .2,
                                        .05,
                                        new Judgement.Interval(-.01, .11),
                                        5,
                                        4)),
                        Map.of("sequence", "4.5:0.03 3.5:0.04"));
        Release told =
                store.register(
                        new ReleaseManifest(
                                plain.createdAt(),
                                plain.createdBy(),
                                plain.models(),
                                plain.index(),
                                plain.logOffset(),
                                plain.dataset(),
                                plain.featureContract(),
                                plain.thresholds(),
                                plain.calibration(),
                                plain.rules(),
                                Map.of(),
                                judgement));
        Release silent = store.register(plain);
        reopen();
        assertThat(store.get(told.id()).manifest().judged()).contains(judgement);
        assertThat(store.get(silent.id()).manifest().judged()).isEmpty();
        assertThatThrownBy(() -> new Judgement.Measured(Map.of("ndcgAt20", Double.NaN), Map.of()))
                .isInstanceOf(VitrineException.class);
    }

    @Test
    void refusesAReleaseOfUnknownModels() {
        ModelVersion unknown = new ModelVersion(1, Releases.model("linear", 1));
        assertCode(
                RegistryError.MODEL_NOT_FOUND, () -> store.register(Releases.release(unknown, 7)));
        store.register(Releases.model("linear", 2));
        assertCode(
                RegistryError.MODEL_NOT_FOUND, () -> store.register(Releases.release(unknown, 7)));
        assertThat(store.list()).isEmpty();
    }

    @Test
    void switchesOnlyFromWhatWasExpectedAndRemembers() {
        ModelVersion model = store.register(Releases.model("linear", 1));
        String one = store.register(Releases.release(model, 1)).id();
        String two = store.register(Releases.release(model, 2)).id();
        assertThat(store.live()).isEmpty();
        assertThat(set(Optional.of(one), two)).isFalse();
        assertThat(set(Optional.empty(), one)).isTrue();
        assertThat(set(Optional.empty(), two)).isFalse();
        assertThat(set(Optional.of(two), one)).isFalse();
        assertThat(set(Optional.of(one), two)).isTrue();
        reopen();
        assertThat(store.live()).map(Release::id).contains(two);
        assertThat(store.history(10))
                .containsExactly(
                        new LiveChange(2, NOW, Optional.of(one), two, "test", "because"),
                        new LiveChange(1, NOW, Optional.empty(), one, "test", "because"));
        assertThat(store.history(1)).hasSize(1);
        assertCode(RegistryError.RELEASE_NOT_FOUND, () -> set(Optional.of(two), "no-such-release"));
    }

    @Test
    void oneOfManySwitchesWins() throws Exception {
        ModelVersion model = store.register(Releases.model("linear", 1));
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            ids.add(store.register(Releases.release(model, i)).id());
        }
        assertThat(set(Optional.empty(), ids.getFirst())).isTrue();
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            List<Future<Boolean>> wins = new ArrayList<>();
            for (String id : ids.subList(1, ids.size())) {
                wins.add(
                        threads.submit(() -> {
                            try (ReleaseStore own = ReleaseStore.open(file)) {
                                return own.compareAndSetLive(
                                        Optional.of(ids.getFirst()), id, "t", "race");
                            }
                        }));
            }
            int won = 0;
            for (Future<Boolean> win : wins) {
                won += win.get() ? 1 : 0;
            }
            assertThat(won).isEqualTo(1);
        }
        assertThat(store.history(100)).hasSize(2);
    }

    @Test
    void refusesAManifestThatWasChanged() throws SQLException {
        ModelVersion model = store.register(Releases.model("linear", 1));
        Release release = store.register(Releases.release(model, 1));
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE release SET json = replace(json, '0.5', '0.6')");
        }
        assertCode(RegistryError.RELEASE_CORRUPT, () -> store.get(release.id()));
    }

    @Test
    void refusesAFileOfAnotherFormat() throws SQLException {
        store.close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("PRAGMA user_version = 99");
        }
        assertCode(RegistryError.REGISTRY_FORMAT, () -> ReleaseStore.open(file));
    }

    @Test
    void retainsTheLiveTheLastLiveAndTheLatest() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            ModelVersion model = store.register(Releases.model("linear", 10 + i));
            ids.add(store.register(Releases.release(model, i)).id());
        }
        set(Optional.empty(), ids.get(0));
        set(Optional.of(ids.get(0)), ids.get(1));
        set(Optional.of(ids.get(1)), ids.get(2));
        ModelVersion unused = store.register(Releases.model("factors", 50));
        assertThat(store.retain(2, NOW)).hasSize(10);
        assertThat(store.list()).hasSize(8);

        Set<ArtifactHash> kept = store.retain(2, NOW.plusSeconds(1));
        assertThat(store.list())
                .extracting(Release::id)
                .containsExactly(ids.get(1), ids.get(2), ids.get(6), ids.get(7));
        assertThat(kept)
                .containsExactlyInAnyOrder(
                        Releases.artifact(11),
                        Releases.artifact(12),
                        Releases.artifact(16),
                        Releases.artifact(17),
                        Releases.artifact(1000));
        assertThat(store.model(unused.ref())).isEmpty();
        assertThat(store.register(Releases.model("factors", 51)).version()).isEqualTo(2);
    }

    @Test
    void refusesWhatCannotBeARelease() {
        assertCode(RegistryError.MODEL_INVALID, () -> Releases.model("a/b", 1));
        assertCode(RegistryError.MODEL_INVALID, () -> ModelRef.parse("linear"));
        assertCode(RegistryError.MODEL_INVALID, () -> ModelRef.parse("linear/0"));
        assertCode(
                RegistryError.MODEL_INVALID,
                () ->
                        new ModelManifest(
                                "linear",
                                "linear",
                                Releases.artifact(1),
                                "",
                                "",
                                Map.of(),
                                Map.of("recall", Double.NaN),
                                List.of(),
                                NOW,
                                ""));
        assertThat(ModelRef.parse("linear/3")).isEqualTo(new ModelRef("linear", 3));
    }

    private boolean set(Optional<String> expected, String next) {
        return store.compareAndSetLive(expected, next, "test", "because");
    }

    private void reopen() {
        store.close();
        store = ReleaseStore.open(file, () -> now);
    }

    private static void assertCode(RegistryError code, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        VitrineException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
